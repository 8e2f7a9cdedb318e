// The page on a phone.

import assert from 'node:assert/strict';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { saveShot } from './support/shots.mjs';
import { visit } from './support/visit.mjs';

const WIDTHS = [390, 320];

test('a phone shows everything without scrolling sideways, and trains', { timeout: seconds(120) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=64&epochs=1&lr=0.01', {
    viewport: { width: WIDTHS[0], height: 844 },
    touch: true,
  });
  const { page } = atelier;
  await atelier.waitForStatus('ready');
  await atelier.hook('start').tap();
  await atelier.waitForNumber('step', 100);
  await atelier.hook('pause').tap();
  await atelier.waitForStatus('paused');
  await atelier.waitForCheckpoint(/_last$/);

  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 844 });
    assert.deepEqual(await wider(page, width), [], `at ${width} pixels nothing is wider than the screen`);
    await saveShot(t, page, `phone-${width}.png`, { fullPage: true });
  }
  await atelier.hook('stop').tap();
  await atelier.waitForStatus('stopped');
});

test('a finger draws, and the page does not scroll away under it', { timeout: seconds(90) }, async (t) => {
  const { atelier, context } = await visit(t, 'engine=cpu&batch=64&epochs=1&lr=0.01&autostart=1', {
    viewport: { width: 390, height: 844 },
    touch: true,
  });
  const { page } = atelier;
  await atelier.waitForNumber('step', 20);
  await atelier.pause();
  await atelier.waitForStatus('paused');
  const pad = atelier.hook('draw-canvas');
  await pad.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await pad.boundingBox();
  const scrolled = () => page.evaluate(() => scrollY);
  const before = await scrolled();

  const pixels = await pad.evaluate((canvas) => canvas.width / canvas.clientWidth);
  assert.ok(pixels >= 3, `sharp on the densest screens: ${pixels} pixels for one`);

  const finger = await context.newCDPSession(page);
  const touch = (type, across, down) => finger.send('Input.dispatchTouchEvent', {
    type,
    touchPoints: type === 'touchEnd' ? [] : [{ x: x + across * width, y: y + down * height }],
  });
  await touch('touchStart', 0.5, 0.1);
  for (let down = 0.15; down <= 0.9; down += 0.05) await touch('touchMove', 0.5, down);
  await touch('touchEnd');

  // Until then, the run's test image is what the network sees.
  await atelier.hook('followed-image').waitFor({ state: 'detached' });
  await atelier.waitForOtherProbabilities({});
  const garment = await atelier.garment();
  const rows = Array.from({ length: 28 }, (_, row) => Math.max(...garment.slice(row * 28, row * 28 + 28)));
  assert.ok(rows.filter((brightest) => brightest > 100).length >= 26, 'the stroke runs from top to bottom');
  assert.equal(await scrolled(), before);
});

/** Elements that extend beyond the screen once the page has adapted to its width. */
async function wider(page, width) {
  const fits = page.waitForFunction((width) => document.documentElement.scrollWidth === width, width);
  if (await fits.then(() => true, () => false)) return [];
  return page.evaluate((width) => [...document.querySelectorAll('body *')]
    .filter((element) => element.getBoundingClientRect().right > width + 0.5)
    .map((element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`), width);
}
