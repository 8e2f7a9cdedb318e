// How pictures of the page are kept and compared (support/pictures); no browser is needed.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { Album } from './support/pictures/album.mjs';
import { difference } from './support/pictures/compare.mjs';
import { sidesOfBreakpoints } from './support/pictures/matrix.mjs';
import { decode, encode } from './support/pictures/palette.mjs';

const WHITE = [255, 255, 255];

/** A picture whose pixel at a place has the colour that `colourAt` gives. */
function picture(width, height, colourAt) {
  const data = Buffer.alloc(4 * width * height, 255);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) data.set(colourAt(x, y), 4 * (y * width + x));
  }
  return { width, height, data };
}

/** A white page with a square of a colour. */
const square = (side, colour) => picture(200, 100, (x, y) => {
  const isInside = [x, y].every((at) => at >= 50 && at < 50 + side);
  return isInside ? colour : WHITE;
});

/** A disc whose edge is anti-aliased, moved by part of a pixel. */
const disc = (shift) => picture(200, 100, (x, y) => {
  const inside = Math.min(1, Math.max(0, 30.5 - Math.hypot(x - 100 - shift, y - 50)));
  return [0, 1, 2].map(() => Math.round(255 * (1 - inside)));
});

test('a small mark, a shade of a surface, a moved line and another size are differences', () => {
  const plain = square(0, WHITE);
  assert.equal(difference(plain, square(0, WHITE)), undefined);
  assert.match(difference(plain, square(4, [194, 0, 92])).why, /^16 pixels differ/);
  const surface = (grey) => picture(200, 100, () => [grey, grey, grey]);
  assert.ok(difference(surface(247), surface(238)), 'a surface that is a little darker');
  const line = (at) => picture(200, 100, (x, y) => (y === at ? [22, 22, 26] : WHITE));
  assert.ok(difference(line(50), line(51)));
  assert.match(difference(plain, picture(201, 100, () => WHITE)).why, /201×100 pixels instead of 200×100/);
  assert.equal(decode(difference(plain, square(4, [194, 0, 92])).drawn).width, 200);
});

test('the smoothing of edges and a few stray pixels are no difference', () => {
  assert.equal(difference(disc(0), disc(0.2)), undefined);
  assert.ok(difference(disc(0), disc(3)), 'but a disc that has moved is one');
  const strays = picture(200, 100, (x, y) => (x % 40 === 0 && y % 40 === 0 ? [0, 0, 0] : WHITE));
  assert.equal(difference(square(0, WHITE), strays), undefined);
});

test('a kept picture is an indexed file that shows the same, its surfaces to the bit', () => {
  // More colours than a palette has: a gradient below two surfaces of nearly the same colour.
  const many = picture(300, 200, (x, y) => {
    if (y < 60) return [247, 247, 245];
    if (y < 120) return [246, 246, 244];
    return [x % 256, (y * 3) % 256, (x + y) % 256];
  });
  const file = encode(many);
  const kept = decode(file);
  assert.deepEqual([kept.width, kept.height, file[25]], [300, 200, 3], 'colour type 3: with a palette');
  const at = (shown, x, y) => [...shown.data.subarray(4 * (y * 300 + x), 4 * (y * 300 + x) + 4)];
  for (const y of [0, 59, 60, 119]) assert.deepEqual(at(kept, 7, y), at(many, 7, y));
  assert.deepEqual(encode(many), file, 'the same picture makes the same file');
  const few = square(20, [1, 2, 3]);
  assert.ok(decode(encode(few)).data.equals(few.data), 'few colours are all kept');
});

test('an album reports what differs and what is missing, and renews and clears only if told to', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'atelier-album-'));
  t.after(() => rm(folder, { recursive: true }));
  const renewing = new Album({ folder, renews: true });
  const browser = 'Chromium 1';
  assert.match(await renewing.check('a.png', square(9, [0, 0, 0]), browser), /a\.png: there was no such picture/);
  await renewing.check('b.png', square(9, [0, 0, 0]), browser);
  assert.equal(await renewing.check('a.png', square(9, [0, 0, 0])), undefined, 'it is there now');

  const comparing = new Album({ folder });
  const before = await readFile(join(folder, 'a.png'));
  assert.match(await comparing.check('a.png', square(20, [0, 0, 0])), /a\.png: \d+ pixels differ/);
  assert.match(await comparing.check('c.png', square(1, WHITE)), /no such picture/);
  assert.deepEqual(await comparing.leftOver(['a.png']), ['b.png']);
  assert.deepEqual(await readdir(folder), ['a.png', 'b.png', 'taken-with.txt']);
  assert.equal(await comparing.takenWith(), browser);
  assert.ok(before.equals(await readFile(join(folder, 'a.png'))));
  const path = await comparing.report();
  const report = await readFile(path, 'utf8');
  assert.match(report, /Pictures that differ: 2/);
  assert.ok(report.includes(before.toString('base64')), 'it shows the expected picture');

  assert.match(await renewing.check('a.png', square(20, [0, 0, 0]), browser), /differ/);
  assert.equal(await comparing.check('a.png', square(20, [0, 0, 0])), undefined);
  await renewing.leftOver(['a.png']);
  assert.deepEqual(await readdir(folder), ['a.png', 'taken-with.txt']);
});

test('a picture that a palette cannot show is not kept', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'atelier-album-'));
  t.after(() => rm(folder, { recursive: true }));
  const colourful = picture(256, 256, (x, y) => [x, y, (x * 7 + y * 13) % 256]);
  await assert.rejects(new Album({ folder, renews: true }).check('a.png', colourful, 'Chromium 1'), /too many colours/);
  assert.deepEqual(await readdir(folder), []);
});

test('the last width below and the first above a breakpoint are found', () => {
  const two = '@media (max-width: 30rem) {} @media (min-height: 44rem) and (min-width: 62.01rem) {}';
  assert.deepEqual(sidesOfBreakpoints(two), [480, 481, 992, 993]);
  assert.deepEqual(sidesOfBreakpoints('@media (min-width: 72rem){} @container (min-width: 10rem) {}'), [1151, 1152]);
  assert.throws(() => sidesOfBreakpoints('@media (width < 40rem) {}'), /max-width/);
});
