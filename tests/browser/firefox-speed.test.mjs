// How fast Firefox trains beside Chromium, on the CPU engine: `ATELIER_LONG=1 node --test firefox-speed.test.mjs`.
// Runs alone: it measures time.

import assert from 'node:assert/strict';
import test from 'node:test';
import { median } from './support/median.mjs';
import { seconds } from './support/patience.mjs';
import { visit } from './support/visit.mjs';

const NOT_LONG = process.env.ATELIER_LONG === '1' ? false : 'only with ATELIER_LONG=1';
const ROUNDS = Number(process.env.ATELIER_ROUNDS ?? 5);
const BATCH = 64;
const QUERY = `engine=cpu&batch=${BATCH}&epochs=1000&lr=0.01&momentum=0.9&seed=42`;

/** Trains for a while and returns the images per second, by the page's clock, from one change of the shown step to another. */
async function imagesPerSecond(atelier) {
  await atelier.start();
  await atelier.waitForStatus('training');
  await atelier.waitForNumber('step', 200);
  const speed = await atelier.page.evaluate(([batch, ms]) => new Promise((resolve) => {
    const shown = document.querySelector('[data-testid=step]');
    let first;
    new MutationObserver((_, observer) => {
      const now = { at: performance.now(), step: Number(shown.dataset.value) };
      first ??= now;
      if (now.at - first.at < ms) return;
      observer.disconnect();
      resolve((1000 * batch * (now.step - first.step)) / (now.at - first.at));
    }).observe(shown, { attributeFilter: ['data-value'] });
  }), [BATCH, 4000]);
  await atelier.stop();
  await atelier.waitForStatus('stopped');
  return speed;
}

test('Firefox trains at least a third as fast as Chromium', { skip: NOT_LONG, timeout: seconds(60 + 60 * ROUNDS) }, async (t) => {
  const browsers = {};
  for (const [name, options] of [['Firefox', { firefox: true }], ['Chromium', {}]]) {
    const { browser, atelier } = await visit(t, QUERY, options);
    await atelier.waitForStatus('ready');
    browsers[name] = { atelier, version: browser.version(), speeds: [] };
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { atelier, speeds } of Object.values(browsers)) speeds.push(await imagesPerSecond(atelier));
  }
  const [firefox, chromium] = Object.values(browsers).map(({ speeds }) => median(speeds));
  for (const [name, { version, speeds }] of Object.entries(browsers)) {
    t.diagnostic(`${name} ${version}: ${Math.round(median(speeds))} images a second, of ${speeds.map(Math.round)}`);
  }
  assert.ok(firefox > chromium / 3, `${firefox} against ${chromium}`);
});
