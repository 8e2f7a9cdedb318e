// What the page makes of pictures as people have them: formats, orientation, transparency; and what one can do to them.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
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

/** That a garment is an L: high, with its empty quarter at the upper right. */
function assertIsLetter(garment, message) {
  const { width, height, quarters } = shapeOf(garment);
  assert.equal(height, 28, message);
  assert.ok(width >= 14 && width <= 18, `${message}: ${width} wide`);
  assert.ok(quarters[1] < 8 && Math.min(quarters[0], quarters[2], quarters[3]) > 40, `${message}: ${quarters}`);
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
  const whenOther = (before) => atelier.page.waitForFunction((before) => {
    const { data } = document.querySelector('[data-testid=garment-preview]').getContext('2d').getImageData(0, 0, 28, 28);
    return before.some((value, at) => data[4 * at] !== value);
  }, before);

  await atelier.hook('picture-turn').click();
  await whenOther(upright);
  const turned = shapeOf(await atelier.garment());
  assert.equal(turned.width, 28, 'it lies on its side');
  // Clockwise, the empty quarter at the upper right comes to the lower right.
  assert.ok(turned.quarters[3] < 8 && turned.quarters[1] > 40, `${turned.quarters}`);
  for (let turn = 0; turn < 3; turn += 1) await atelier.hook('picture-turn').click();
  await atelier.page.waitForFunction((before) => {
    const { data } = document.querySelector('[data-testid=garment-preview]').getContext('2d').getImageData(0, 0, 28, 28);
    return before.every((value, at) => Math.abs(data[4 * at] - value) <= 2);
  }, upright);

  // The upper part of the L is a bar.
  await atelier.hook('picture-crop').click();
  await atelier.draw([[0.1, 0.02], [0.9, 0.6]]);
  await whenOther(upright);
  const bar = shapeOf(await atelier.garment());
  assert.ok(bar.width < 12 && bar.height === 28, `a bar: ${bar.width}×${bar.height}`);
  assert.equal(await atelier.hook('picture-crop').getAttribute('aria-pressed'), 'false', 'the next stroke draws again');
  await atelier.hook('picture-whole').click();
  await atelier.page.waitForFunction((before) => {
    const { data } = document.querySelector('[data-testid=garment-preview]').getContext('2d').getImageData(0, 0, 28, 28);
    return before.every((value, at) => Math.abs(data[4 * at] - value) <= 2);
  }, upright);

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
  await whenOther(upright);
  const again = shapeOf(await atelier.garment());
  assert.ok(again.width < 12 && again.height === 28, `a bar: ${again.width}×${again.height}`);
});

test('the background is found, and what the person says of it counts more', { timeout: seconds(120) }, async (t) => {
  const { atelier } = await visit(t);
  const found = await garmentOf(atelier, 'letter.png');
  assert.equal(await atelier.hook('picture-tone').inputValue(), 'found');
  assert.match(await atelier.hook('picture-tone').locator('option').first().innerText(), /light/);
  await atelier.hook('picture-tone').selectOption('dark');
  await atelier.page.waitForFunction((before) => {
    const { data } = document.querySelector('[data-testid=garment-preview]').getContext('2d').getImageData(0, 0, 28, 28);
    return before.some((value, at) => data[4 * at] !== value);
  }, found);
  const brightest = Math.max(...await atelier.garment());
  assert.ok(brightest < Math.max(...found), `not negated, the dark letter is darker: ${brightest} of ${Math.max(...found)}`);
});

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
