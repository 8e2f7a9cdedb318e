// What the page makes of pictures as people have them: formats, orientation, transparency; and what one can do to them.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { LEFT_LEG } from './support/drawings.mjs';
import { seconds } from './support/patience.mjs';
import { pngOf } from './support/picture.mjs';
import { beginningWith, missing } from './support/server.mjs';
import { visit } from './support/visit.mjs';

const TYPES = { png: 'image/png', gif: 'image/gif', webp: 'image/webp', avif: 'image/avif', jpg: 'image/jpeg' };

const fixture = (name) => readFile(new URL(`fixtures/pictures/${name}`, import.meta.url));

/** Puts a picture on the pad, and gives the garment that the page sees in it. */
async function garmentOf(atelier, name) {
  if (await atelier.hook('clear').getAttribute('aria-disabled') !== 'true') await atelier.hook('clear').click();
  await atelier.page.waitForFunction(() => !document.querySelector('[data-testid=picture-stages]'));
  const mimeType = TYPES[name.split('.').at(-1)];
  await atelier.hook('upload-input').setInputFiles({ name, mimeType, buffer: await fixture(name) });
  await atelier.hook('picture-stages').waitFor();
  return atelier.garment();
}

/** Where a garment is: first and last column and row with something in it, and how much lies in each quarter. */
function shapeOf(garment) {
  const there = garment.map((grey, at) => [at % 28, Math.floor(at / 28), grey]).filter(([, , grey]) => grey > 40);
  const [xs, ys] = [there.map(([x]) => x), there.map(([, y]) => y)];
  const box = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const [middleX, middleY] = [(box[0] + box[1]) / 2, (box[2] + box[3]) / 2];
  const quarter = (right, lower) => there.filter(([x, y]) => x > middleX === right && y > middleY === lower).length;
  return { box, width: box[1] - box[0] + 1, height: box[3] - box[2] + 1, quarters: [quarter(false, false), quarter(true, false), quarter(false, true), quarter(true, true)] };
}

/** That a garment is a J: high, with its empty quarter at the upper left. */
function assertIsLetter(garment, message) {
  const { width, height, quarters } = shapeOf(garment);
  assert.equal(height, 28, message);
  assert.ok(width >= 14 && width <= 18, `${message}: ${width} wide`);
  assert.ok(quarters[0] < 8 && Math.min(quarters[1], quarters[2], quarters[3]) > 40, `${message}: ${quarters}`);
}

test('pictures of every format, turned by their EXIF data, and transparent ones are the same garment', { timeout: seconds(120) }, async (t) => {
  const { atelier } = await visit(t);
  for (const name of ['letter.png', 'letter.jpg', 'letter.webp', 'letter.gif', 'letter.avif', 'letter-exif-6.jpg']) {
    assertIsLetter(await garmentOf(atelier, name), name);
  }
  assertIsLetter(await garmentOf(atelier, 'letter-transparent.png'), 'white on transparent');
});

test('a picture is turned, cropped by pointer and by keys, and put back', { timeout: seconds(120) }, async (t) => {
  const { atelier } = await visit(t);
  const upright = await garmentOf(atelier, 'letter.png');
  await atelier.hook('picture-turn').click();
  await atelier.waitForOtherGarment(upright);
  const turned = shapeOf(await atelier.garment());
  assert.equal(turned.width, 28, 'it lies on its side');
  // Clockwise, the empty quarter at the upper left comes to the upper right. (The network sees it mirrored, as a boot.)
  await atelier.hook('picture-stages').click();
  const dark = await atelier.page.locator('[data-stage=picture] canvas').evaluate((canvas) => {
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
    const places = [...Array(width * height).keys()].filter((at) => data[4 * at] < 128);
    return places.map((at) => [at % width, Math.floor(at / width)]);
  });
  const middle = (values) => (Math.min(...values) + Math.max(...values)) / 2;
  const [x, y] = [middle(dark.map(([across]) => across)), middle(dark.map(([, down]) => down))];
  const upper = (isRight) => dark.filter(([across, down]) => down < y && across > x === isRight).length;
  assert.ok(upper(true) === 0 && upper(false) > 50, `${upper(false)} and ${upper(true)} dark pixels in the upper quarters`);
  for (let turn = 0; turn < 3; turn += 1) await atelier.hook('picture-turn').click();
  await atelier.waitForGarment(upright, { within: 2 });

  // The upper part of the J is a bar.
  await atelier.hook('picture-crop').click();
  await atelier.draw([[0.1, 0.02], [0.9, 0.6]]);
  await atelier.waitForOtherGarment(upright);
  const bar = shapeOf(await atelier.garment());
  assert.ok(bar.width < 12 && bar.height === 28, `a bar: ${bar.width}×${bar.height}`);
  assert.equal(await atelier.hook('picture-crop').getAttribute('aria-pressed'), 'false', 'the next stroke draws again');
  await atelier.hook('picture-whole').click();
  await atelier.waitForGarment(upright, { within: 2 });

  // The same by keys: from the middle up and to the left, then down to the right.
  await atelier.hook('picture-crop').focus();
  await atelier.page.keyboard.press('Enter');
  await atelier.hook('draw-canvas').focus();
  for (const key of ['ArrowLeft', 'ArrowUp']) for (let times = 0; times < 7; times += 1) await atelier.page.keyboard.press(`Shift+${key}`);
  await atelier.page.keyboard.press('Space');
  for (let times = 0; times < 14; times += 1) await atelier.page.keyboard.press('Shift+ArrowRight');
  for (let times = 0; times < 8; times += 1) await atelier.page.keyboard.press('Shift+ArrowDown');
  await atelier.page.keyboard.press('Space');
  await atelier.hook('picture-whole').waitFor();
  await atelier.waitForOtherGarment(upright);
  const again = shapeOf(await atelier.garment());
  assert.ok(again.width < 12 && again.height === 28, `a bar: ${again.width}×${again.height}`);
});

test('the background is found, and what the person says of it counts more', { timeout: seconds(120) }, async (t) => {
  const { atelier } = await visit(t);
  // Dark on light, its left half darker than its right one.
  const grey = Buffer.alloc(60 * 60, 235);
  for (let y = 8; y < 52; y += 1) grey.fill(30, y * 60 + 14, y * 60 + 30).fill(120, y * 60 + 30, y * 60 + 46);
  await atelier.upload(pngOf(grey, 60));
  await atelier.hook('picture-stages').waitFor();
  assert.equal(await atelier.hook('picture-tone').inputValue(), 'found');
  assert.match(await atelier.hook('picture-tone').locator('option').first().innerText(), /light/);
  const halves = (garment) => [4, 19].map((from) => garment.filter((_, at) => at % 28 >= from && at % 28 < from + 5).reduce((sum, value) => sum + value));
  const [left, right] = halves(await atelier.garment());
  assert.ok(left > right * 1.1, `negated, the darker half is the brighter one: ${left}, ${right}`);
  await atelier.hook('picture-tone').selectOption('dark');
  await atelier.page.waitForFunction(() => {
    const { data } = document.querySelector('[data-testid=garment-preview]').getContext('2d').getImageData(0, 0, 28, 28);
    const half = (from) => data.reduce((sum, value, at) => sum + (at % 4 === 0 && (at / 4) % 28 >= from && (at / 4) % 28 < from + 5 ? value : 0), 0);
    return half(19) > half(4) * 1.1;
  });
});

test('a photo whose worker cannot start is told of, and the next one is looked at', { timeout: seconds(120) }, async (t) => {
  const { atelier, site } = await visit(t, '', { expects: [/Failed to load/, /files/, /wasm/i] });
  await atelier.draw(LEFT_LEG);
  const drawing = await atelier.garment();
  assert.deepEqual(site.asked('files'), {}, 'a drawing does not fetch what finds garments in photos');
  site.breakFile('files_bg.wasm', missing());
  await atelier.hook('upload-input').setInputFiles({ name: 'letter.png', mimeType: TYPES.png, buffer: await fixture('letter.png') });
  const words = await atelier.waitForError(/finds garments in photos has stopped/);
  assert.match(words, /run in progress goes on/);
  assert.deepEqual(await atelier.garment(), new Array(784).fill(0), 'the drawing is not taken for the photo');
  site.heal();
  await atelier.page.getByText('Dismiss').first().click();
  // The photo goes first, and what it replaced comes back after that.
  for (let times = 0; times < 2; times += 1) await atelier.hook('undo').click();
  await atelier.waitForGarment(drawing);
  assertIsLetter(await garmentOf(atelier, 'letter.png'), 'the next one');
});

/** Runs first in the worker for files: this happens over every photo. A photo is the only message of that size. */
const overPhotos = (act) => beginningWith(`
  addEventListener('message', ({ data }) => { if (data instanceof Uint8Array && data.length > 2000) (${act})(); });
`);

for (const [what, act, how] of [
  ['spins for ever', () => { for (;;); }, /silent for \d seconds/],
  ['throws', () => { throw new Error('boom'); }, /boom/],
]) {
  test(`a photo over which its worker ${what} is told of; the run and the next photo go on`, { timeout: seconds(120) }, async (t) => {
    const { atelier, site } = await visit(t, 'engine=cpu&batch=16&epochs=1000&lr=0.01&autostart=1', { expects: [/boom/] });
    await atelier.waitForNumber('step', 1);
    site.breakFile('files.js', overPhotos(act));
    await atelier.hook('upload-input').setInputFiles({ name: 'letter.png', mimeType: TYPES.png, buffer: await fixture('letter.png') });
    const words = await atelier.waitForError(/finds garments in photos has stopped/);
    assert.match(words, how);
    const step = await atelier.number('step');
    site.heal();
    await atelier.page.getByText('Dismiss').first().click();
    assertIsLetter(await garmentOf(atelier, 'letter.png'), 'the next one');
    await atelier.waitForNumber('step', step + 100);
    assert.match(await atelier.status(), /^(training|validating)$/);
  });
}

test('each stage is shown once it is asked for, and each has a name', { timeout: seconds(120) }, async (t) => {
  const { atelier } = await visit(t);
  await garmentOf(atelier, 'letter.png');
  assert.equal(await atelier.hook('picture-stage').count(), 0);
  await atelier.hook('picture-stages').click();
  await atelier.hook('picture-stage').first().waitFor();
  const stages = await atelier.hook('picture-stage').evaluateAll((stages) => stages.map((stage) => {
    const canvas = stage.querySelector('canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return { name: stage.dataset.stage, text: stage.innerText, longest: Math.max(canvas.width, canvas.height), values: new Set(data).size };
  }));
  assert.equal(stages[0].name, 'picture');
  assert.equal(stages.at(-1).name, 'network');
  assert.equal(stages.at(-1).longest, 28);
  for (const { name, text, longest, values } of stages) {
    assert.ok(text.trim() && longest <= 112 && values > 1, name);
  }
});
