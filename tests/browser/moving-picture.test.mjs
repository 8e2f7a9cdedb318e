// The moving picture in the README, from a real run: a press on Start, a network that learns, a garment drawn and named. It belongs to the
// longer form; `ATELIER_SCREENSHOT=1` runs it, too, and replaces the picture.

import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';
import { apng, read } from './support/apng.mjs';
import { T_SHIRT } from './support/drawings.mjs';
import { NOT_PICTURED } from './support/long.mjs';
import { seconds } from './support/patience.mjs';
import { visit } from './support/visit.mjs';

const README_PICTURE = fileURLToPath(new URL('../../docs/atelier.png', import.meta.url));
const MOST_BYTES = 2_000_000;
/** How long a frame is shown, and the last one, in milliseconds. */
const FRAME = 250;
const LAST = 3000;

test('a moving picture shows the way from Start to a named drawing', { skip: NOT_PICTURED, timeout: seconds(300) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=64&epochs=2&lr=0.01&seed=42', { viewport: { width: 1120, height: 760 } });
  const { page } = atelier;
  const frames = [];
  const take = async () => frames.push(PNG.sync.read(await page.screenshot()));
  await atelier.waitForStatus('ready', seconds(60));
  for (let held = 0; held < 3; held += 1) await take();
  await atelier.hook('start').click();
  // Every frame of training is a picture of its own; a slow machine only takes longer.
  while (!/done|error|failed/.test(await atelier.status()) && frames.length < 30) {
    await take();
    await page.waitForTimeout(300);
  }
  await atelier.waitForStatus('done', seconds(200));
  await page.evaluate(() => scrollTo(0, 0));
  const pad = await atelier.hook('draw-canvas').boundingBox();
  assert.ok(pad.y + pad.height <= 760, 'the pad is in view with the curve');
  const [outline] = T_SHIRT;
  const at = ([across, down]) => [pad.x + across * pad.width, pad.y + down * pad.height];
  await page.mouse.move(...at(outline[0]));
  await page.mouse.down();
  for (const place of outline.slice(1)) {
    await page.mouse.move(...at(place), { steps: 4 });
    await take();
  }
  await page.mouse.up();
  await atelier.hook('prediction-top').filter({ hasText: 'T-shirt/top' }).waitFor();
  await page.mouse.move(0, 0);
  await take();
  const file = apng(frames, frames.map((_, number) => (number === frames.length - 1 ? LAST : FRAME)));
  const path = process.env.ATELIER_SCREENSHOT === '1' ? README_PICTURE : join(await mkdtemp(join(tmpdir(), 'atelier-')), 'atelier.png');
  await writeFile(path, file);
  t.diagnostic(`picture: ${path}, ${file.length} bytes`);
  const { width, height, frames: count, ms } = read(file);
  assert.deepEqual([width, height, count], [1120, 760, frames.length]);
  assert.ok(count >= 20 && ms <= 15_000, `${count} frames, ${ms} ms`);
  assert.ok(file.length < MOST_BYTES, `${file.length} bytes are too many for a README`);
  // Its first frame is what a reader without moving pictures sees.
  assert.deepEqual([PNG.sync.read(file).width], [1120]);
});

test('a moving picture shows each frame as it was', () => {
  const frame = (paint) => {
    const png = new PNG({ width: 6, height: 4 });
    for (let at = 0; at < 24; at += 1) png.data.set([...paint(at % 6, Math.floor(at / 6)), 255], 4 * at);
    return png;
  };
  const first = frame(() => [255, 255, 255]);
  const second = frame((x, y) => (x === 2 && y === 1 ? [200, 0, 90] : [255, 255, 255]));
  const file = apng([first, second, second], [100, 200, 300]);
  assert.deepEqual(read(file), { width: 6, height: 4, frames: 3, ms: 600 });
  assert.deepEqual(PNG.sync.read(file).data, first.data, 'the first one is the picture of those who know no others');
  file[60] ^= 1;
  assert.throws(() => read(file), /damaged/);
});
