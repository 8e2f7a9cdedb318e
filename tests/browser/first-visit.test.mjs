// A first visit on a line of 20 Mbit/s and 40 ms, from a host that compresses nothing.
// Runs alone: it measures how long a first visit takes.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { readManifest } from './support/dataset.mjs';
import { Line } from './support/line.mjs';
import { seconds } from './support/patience.mjs';
import { DIST } from './support/server.mjs';
import { prepareVisit } from './support/visit.mjs';

const LINE = { bitsPerSecond: 20e6, delay: 40 };

test('on 20 Mbit/s, the page answers soon, the first step follows, and every byte is fetched once', { timeout: seconds(90) }, async (t) => {
  const { site, openTab } = await prepareVisit(t);
  site.line = new Line(LINE);
  const { page } = await openTab();
  await page.addInitScript(() => {
    const seen = {};
    globalThis.seen = seen;
    const look = () => {
      const step = Number(document.querySelector('[data-testid=step]')?.dataset.value ?? 0);
      if (document.querySelector('main:not([hidden]) [data-testid=status]')) seen.page ??= performance.now();
      if (step > 0) seen.step ??= performance.now();
    };
    new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
  });
  await page.goto(site.url('engine=cpu&autostart=1'), { waitUntil: 'commit' });
  const manifest = await readManifest();
  const shards = [...manifest.train.shards, ...manifest.test.shards];
  await page.waitForFunction(() => globalThis.seen.step, undefined, { timeout: seconds(60) });
  const isShard = ({ path }) => path.endsWith('.bin');
  while (site.line.sent.filter(isShard).length < shards.length) await page.waitForTimeout(50);
  const seen = await page.evaluate(() => globalThis.seen);

  const { sent } = site.line;
  const sizeOf = (wanted) => sent.filter(({ path }) => wanted.test(path)).reduce((sum, { bytes }) => sum + bytes, 0);
  const isWorkers = /^worker/;
  const sizes = {
    page: sizeOf(/^(?!worker|data\/)/),
    worker: sizeOf(isWorkers),
    data: sizeOf(/^data\//),
  };
  const all = Math.max(...sent.filter(isShard).map(({ ended }) => ended));
  t.diagnostic(`page answers after ${seen.page.toFixed()} ms, first step ${seen.step.toFixed()} ms, all data ${all.toFixed()} ms`);
  t.diagnostic(`bytes: ${JSON.stringify(sizes)}`);
  for (const { path, begun, ended, bytes } of sent) t.diagnostic(`${begun.toFixed().padStart(6)} to ${ended.toFixed().padStart(6)} ms: ${path} ${bytes}`);

  const asked = Object.entries(site.asked(''));
  // This host names no time for which a file may be kept. The page and the worker both need the loader, and a browser
  // may ask for the tab's icon again.
  const again = asked.filter(([name, times]) => times > 1 && name !== 'atelier.svg');
  assert.deepEqual(again, [['loader.js', 2]], 'each file is fetched once');
  const stored = shards.reduce((sum, { packed_bytes }) => sum + packed_bytes, 0);
  const { length } = await readFile(join(DIST, 'data/manifest.json'));
  assert.equal(sizes.data, stored + length, 'nothing but the shards as they are stored, and their manifest');

  // What the line carries until the first step takes it 3 seconds, and everything 16; how much longer it takes on this
  // machine is compilation and training.
  const first = sent.find(({ path }) => path === 'data/train-00.bin');
  const until = (bytes) => (bytes / site.line.bytesPerMs).toFixed();
  const toStep = sizes.page + sizes.worker + length + first.bytes;
  t.diagnostic(`the line alone takes ${until(sizes.page)}, ${until(toStep)} and ${until(sizes.page + sizes.worker + sizes.data)} ms`);
  assert.ok(sizes.page < 852_400, `${sizes.page} bytes of the page`);
  assert.ok(toStep < 3 * 2_500_000, `${toStep} bytes until the first step`);
  assert.ok(sizes.page + sizes.worker + sizes.data < 16 * 2_500_000, 'all bytes');
  // Nothing waits for what it does not need.
  const of = (name) => sent.find(({ path }) => path === name);
  assert.ok(of('worker_loader.js').begun < of('page_bg.wasm').ended, 'the worker starts while the page arrives');
  const early = sent.filter((file) => isShard(file) && file !== first && file.begun < first.ended);
  assert.deepEqual(early.map(({ path }) => path), [], 'the first images have the line for themselves');
  assert.ok(seen.step < all, 'training begins before all images have come');
  // On two cores that others use as well.
  assert.ok(seen.page < seconds(3) && seen.step < seconds(10) && all < seconds(30), JSON.stringify(seen));
});
