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

/** The height of a screen in pixels. A longer page is cut; for a shorter one the screen is as high as the page. */
const HIGHEST = 1200;
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
  await page.evaluate(() => scrollTo(0, 0));
}

/**
 * A picture of the screen. If `expected` is given and the page looks like it, the first picture is the answer; otherwise
 * the first of which the next shows the same.
 */
export async function takePicture({ page }, expected) {
  let before = expected;
  // Nothing is under the pointer, and nothing has the focus.
  await page.mouse.move(0, 0);
  await page.evaluate(() => document.activeElement?.blur());
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    await settle(page);
    await fit(page);
    await mask(page);
    const now = decode(await page.screenshot({ animations: 'disabled', caret: 'hide', scale: 'css' }));
    if (before && !difference(before, now)) return now;
    before = now;
  }
  throw new Error('the page does not come to rest');
}

/** Makes the screen as high as the page, so that what sticks to its lower edge is on the picture. */
async function fit(page) {
  const { width, height } = page.viewportSize();
  const needed = await page.evaluate(() => Math.ceil(document.documentElement.getBoundingClientRect().height));
  if (needed >= height) return;
  await page.setViewportSize({ width, height: needed });
  await settle(page);
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
