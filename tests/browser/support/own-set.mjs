// A data set of one's own for tests: pictures of three shapes.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { zip } from './archive.mjs';
import { seconds } from './patience.mjs';
import { pngOf } from './picture.mjs';

const SIDE = 40;
export const CLASSES = ['bar', 'cross', 'ring'];
const EACH = 28;

/** Whether a point belongs to a shape around the middle of a picture, of this radius. */
const inside = {
  bar: (x, y, r) => Math.abs(x) < r * 0.3 && Math.abs(y) < r,
  cross: (x, y, r) => (Math.abs(x) < r * 0.25 || Math.abs(y) < r * 0.25) && Math.max(Math.abs(x), Math.abs(y)) < r,
  ring: (x, y, r) => Math.hypot(x, y) < r && Math.hypot(x, y) > r * 0.55,
};

/** A picture of a shape, dark on white; each number gives another one. */
export function picture(shape, number) {
  const grey = Buffer.alloc(SIDE * SIDE, 250);
  const [dx, dy, r] = [(number * 7) % 5 - 2, (number * 11) % 5 - 2, 11 + (number % 5)];
  for (let y = 0; y < SIDE; y += 1) {
    for (let x = 0; x < SIDE; x += 1) {
      if (inside[shape](x - SIDE / 2 - dx, y - SIDE / 2 - dy, r)) grey[y * SIDE + x] = 20 + (number % 7) * 12;
    }
  }
  return pngOf(grey, SIDE);
}

/** Every picture as `{ name: 'shapes/bar/00.png', bytes }`. */
export function pictures() {
  return CLASSES.flatMap((shape) => Array.from({ length: EACH }, (_, number) => (
    { name: `shapes/${shape}/${String(number).padStart(2, '0')}.png`, bytes: picture(shape, number) })));
}

/** The folder with these files, for as long as the test runs. */
export async function folderOf(t, files) {
  const folder = await mkdtemp(path.join(tmpdir(), 'atelier-own-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const { name, bytes } of files) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), bytes);
  }
  return path.join(folder, 'shapes');
}

/** A ZIP file of pictures. */
export const zipOf = (files) => zip(Object.fromEntries(files.map(({ name, bytes }) => [name, bytes])));

/** An IDX file of bytes with these dimensions. */
function idxOf(dimensions, bytes) {
  const head = Buffer.alloc(4 + 4 * dimensions.length);
  head.set([0, 0, 8, dimensions.length]);
  dimensions.forEach((size, at) => head.writeUInt32BE(size, 4 + 4 * at));
  return Buffer.concat([head, bytes]);
}

/** Images of 28×28 pixels, one after the other, and their labels as a pair of IDX files to be chosen. */
export const idxPair = (name, pixels, labels) => [
  [`${name}-images-idx3-ubyte`, idxOf([labels.length, 28, 28], pixels)],
  [`${name}-labels-idx1-ubyte`, idxOf([labels.length], Buffer.from(labels))],
].map(([name, buffer]) => ({ name, mimeType: 'application/octet-stream', buffer }));

/** Unfolds what one's own data sets are added and chosen by. */
export async function openSettings(atelier) {
  await atelier.hook('all-settings').evaluate((details) => { details.open = true; });
  await atelier.hook('own-data').evaluate((details) => { details.open = true; });
}

/** The data sets that can be chosen. */
export const sets = (atelier) => atelier.hook('data-set-select').locator('option').allInnerTexts();

/** Waits until a data set can be chosen: the list is read anew after one was added. */
export const listed = (atelier, name) =>
  atelier.hook('data-set-select').locator('option', { hasText: name }).waitFor({ state: 'attached' });

/** Waits until a data set has been added. */
export const added = (atelier) => atelier.page.waitForFunction(() =>
  /^Added/.test(document.querySelector('[data-testid=own-data-state]').innerText), undefined, { timeout: seconds(60) });

/** Adds a data set by its ZIP file. */
export async function add(atelier, files) {
  await atelier.goTo('train');
  await openSettings(atelier);
  await atelier.hook('classes-input').setInputFiles({ name: 'shapes.zip', mimeType: 'application/zip', buffer: zipOf(files) });
  await added(atelier);
}

/** Waits until the matrix has so many cells and is that of the chosen weights. */
export async function matrixOf(atelier, classes) {
  await atelier.page.waitForFunction((cells) =>
    document.querySelector('[data-testid=insight]')?.dataset.busy === 'false'
      && document.querySelectorAll('[data-testid=confusion-cell]').length === cells, classes ** 2, { timeout: seconds(120) });
  return atelier.hook('confusion-cell').evaluateAll((cells) => cells.map(({ dataset }) => ({ ...dataset })));
}
