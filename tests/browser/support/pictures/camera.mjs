// Takes pictures of a page: brings it to a width, a language and a scheme, and waits until nothing changes any more.

import { difference } from './compare.mjs';
import { decode } from './palette.mjs';
import { mask } from './still.mjs';

/**
 * Letters are drawn the same whatever the machine's settings: without hinting, without the colours of a screen's subpixels,
 * and never by a graphics card.
 */
export const FLAGS = [
  '--font-render-hinting=none',
  '--disable-lcd-text',
  '--disable-gpu-rasterization',
  '--force-color-profile=srgb',
  '--force-device-scale-factor=1',
  '--hide-scrollbars',
];

/** The highest picture in pixels. A page that is longer is cut, one that is shorter is as high as itself. */
const HIGHEST = 1400;
/** More attempts than any page needs. */
const ATTEMPTS = 20;

const SCHEMES = {
  light: { colorScheme: 'light', forcedColors: 'none' },
  dark: { colorScheme: 'dark', forcedColors: 'none' },
  forced: { colorScheme: 'light', forcedColors: 'active' },
};

const TAGS = { en: 'en', zh: 'zh-Hans' };

export const useScheme = (page, scheme) => page.emulateMedia({ ...SCHEMES[scheme], reducedMotion: 'reduce' });

/** Brings the page to what the picture shows; `opens` opens it in a language in which it cannot be brought otherwise. */
export async function pose(atelier, { width, language, scheme }, opens) {
  const { page } = atelier;
  await page.setViewportSize({ width, height: HIGHEST });
  await useScheme(page, scheme);
  if (opens) {
    await opens(language);
  } else if (await page.evaluate(() => document.documentElement.lang) !== TAGS[language]) {
    await atelier.hook('language-select').selectOption(language);
  }
}

/**
 * A picture of the page as it stands. If `expected` is given and the page looks like it, the first picture is the answer;
 * otherwise the first of which the next shows the same.
 */
export async function takePicture({ page }, expected) {
  let before = expected;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const now = decode(await shoot(page));
    if (before && !difference(before, now)) return now;
    before = now;
  }
  throw new Error('the page does not come to rest');
}

async function shoot(page) {
  await settle(page);
  await mask(page);
  const { width, height } = await page.evaluate(() => ({
    width: innerWidth,
    height: Math.ceil(document.documentElement.getBoundingClientRect().height),
  }));
  return page.screenshot({
    animations: 'disabled',
    caret: 'hide',
    scale: 'css',
    clip: { x: 0, y: 0, width, height: Math.min(height, HIGHEST) },
  });
}

/** Until the page has its fonts and images, and what observes its size has answered. */
const settle = (page) => page.evaluate(async () => {
  const frame = () => new Promise((resolve) => { requestAnimationFrame(resolve); });
  await frame();
  await frame();
  await document.fonts.ready;
  await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  await frame();
});
