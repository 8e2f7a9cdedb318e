// What a network on one's own classes learned: the same figures as of the tutorial's, with as many classes and their names.

import assert from 'node:assert/strict';
import test from 'node:test';
import { readImages } from './support/dataset.mjs';
import { CLASSES, add, added, idxPair, matrixOf, openSettings, picture, pictures } from './support/own-set.mjs';
import { seconds } from './support/patience.mjs';
import { imagesIn } from './support/picture.mjs';
import { saveShot } from './support/shots.mjs';
import { visit } from './support/visit.mjs';

const TEST_IMAGES = 12;

const sum = (numbers) => numbers.reduce((sum, number) => sum + number, 0);
const options = (atelier, name) => atelier.hook(name).locator('option').evaluateAll((all) => all.map(({ value }) => value));
const lines = ({ bytes }) => bytes.toString('utf8').trimEnd().split('\r\n').map((line) => line.split(','));

test('a run on one\'s own classes is looked into beside one on the tutorial\'s', { timeout: seconds(400) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=512&epochs=1&lr=0.05&seed=1&autostart=1');
  const { page } = atelier;
  await atelier.waitForStatus('done', seconds(120));
  const [tutorials] = await atelier.runNames();
  // One of the tutorial's classes is asked for, and one of its labels is corrected: neither is of the other network.
  await atelier.goTo('train');
  await atelier.hook('why').click();
  await atelier.hook('saliency-class').selectOption('8');
  await page.locator('[data-testid=saliency-map][data-class="8"]').waitFor({ timeout: seconds(30) });
  await atelier.goTo('understand');
  await matrixOf(atelier, 10);
  await atelier.hook('corrections').locator('summary').click();
  const corrections = Array.from({ length: TEST_IMAGES }, (_, index) => ({ split: 'test', index, label: null }));
  await atelier.hook('corrections-import').setInputFiles({
    name: 'corrections.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify({ format: 'atelier-corrections', version: 1, corrections })),
  });
  await add(atelier, pictures());
  for (const [key, value] of Object.entries({ batch: 8, epochs: 12, lr: 0.01, momentum: 0.9, seed: 3 })) await atelier.set(key, value);
  await atelier.start();
  await atelier.waitForStatus('done', seconds(120));
  const accuracy = await atelier.number('valid-accuracy');
  const [followed] = /\d+/.exec(await atelier.hook('followed-image').innerText());
  const names = await atelier.runNames();
  const own = names.find((name) => name !== tutorials);

  await atelier.goTo('understand');
  const cells = await matrixOf(atelier, 3);
  assert.deepEqual([...new Set(cells.map((cell) => cell.true))], CLASSES);
  assert.deepEqual(cells.slice(0, 3).map((cell) => cell.predicted), CLASSES);
  assert.equal(sum(cells.map(({ count }) => Number(count))), TEST_IMAGES);
  const right = sum(cells.filter((cell) => cell.true === cell.predicted).map(({ count }) => Number(count)));
  assert.ok(Math.abs(right / TEST_IMAGES - accuracy) < 1e-9, `${right} on the diagonal, accuracy ${accuracy}`);
  const rows = await atelier.hook('class-metrics').locator('tbody tr').evaluateAll((rows) => rows.map(({ dataset }) => dataset.row));
  assert.deepEqual(rows, CLASSES);
  const saved = lines(await atelier.downloadBy(atelier.hook('confusion-matrix-csv')));
  assert.deepEqual(saved[0].slice(1), CLASSES);
  assert.equal(saved.length, 4);
  assert.equal(await atelier.hook('followed-mistake').getAttribute('data-index'), followed);

  // The images of a cell are those of the data set.
  await page.locator('[data-testid=confusion-cell][data-true=ring][data-predicted=ring]').click();
  const first = page.locator('[data-testid=mistake][data-painted=true]').first();
  await first.waitFor();
  assert.deepEqual([await first.getAttribute('data-true'), await first.getAttribute('data-split')], ['ring', 'test']);
  const dark = await first.locator('canvas').evaluate((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(13, 13, 2, 2);
    return data[0];
  });
  assert.ok(dark < 60, `a ring has a hole, not ${dark}`);
  assert.equal(await first.locator('[data-testid^=correct]').count(), 0, 'corrections are of the tutorial\'s labels');

  // Inside: the same images, and the names of the classes.
  await atelier.hook('inside').locator('summary').first().click();
  await page.waitForFunction((classes) => {
    const said = document.querySelector('[data-testid=inside-answer]')?.innerText ?? '';
    return classes.every((name) => said.includes(name));
  }, CLASSES, { timeout: seconds(30) });
  await page.getByRole('textbox', { name: /index/i }).or(atelier.hook('inside').locator('input[type=text]')).first().fill('9999');
  await page.keyboard.press('Enter');
  await page.waitForFunction((last) => document.querySelector('input[data-testid=inside-image]').value === String(last), TEST_IMAGES - 1);
  await atelier.hook('inside-next').click();
  await page.waitForFunction(() => document.querySelector('input[data-testid=inside-image]').value === '0');
  await saveShot(t, page, 'own-insight.png', { fullPage: true });

  // It is compared with runs on the same data set only, and what is of the tutorial's is not there.
  assert.deepEqual(await options(atelier, 'insight-compared-run'), ['', own]);
  assert.deepEqual((await options(atelier, 'insight-run')).sort(), [...names].sort());
  for (const section of ['explore', 'map-section', 'corrections']) assert.equal(await atelier.hook(section).count(), 0, section);
  // What is compared goes with the data set, and so does an open cell.
  await atelier.hook('insight-compared-run').selectOption(own);
  await atelier.hook('insight-run').selectOption(tutorials);
  const tutorialCells = await matrixOf(atelier, 10);
  assert.equal(sum(tutorialCells.map(({ count }) => Number(count))), 10_000);
  assert.equal(await atelier.hook('followed-mistake').count(), 0, 'the followed image is of the other data set');
  assert.deepEqual(await options(atelier, 'insight-compared-run'), ['', tutorials]);
  assert.equal(await atelier.hook('insight-compared-run').inputValue(), '');
  assert.equal(await atelier.hook('gallery-close').count(), 0);
  for (const section of ['explore', 'map-section', 'corrections']) await atelier.hook(section).waitFor();
  await atelier.hook('labels-corrected').click();
  await page.waitForFunction((left) => [...document.querySelectorAll('[data-testid=confusion-cell]')]
    .reduce((sum, { dataset }) => sum + Number(dataset.count), 0) === left, 10_000 - TEST_IMAGES);
  await atelier.hook('insight-run').selectOption(own);
  const again = await matrixOf(atelier, 3);
  assert.equal(sum(again.map(({ count }) => Number(count))), TEST_IMAGES, 'the corrections leave out other images');

  // Why an answer: the pixels that speak for one of these classes.
  await atelier.goTo('train');
  await atelier.upload(picture('ring', 3));
  await atelier.hook('followed-image').waitFor({ state: 'detached' });
  await atelier.hook('why-answer').filter({ hasText: /^ring \d/ }).waitFor({ timeout: seconds(30) });
  assert.equal(await page.locator('.why .complaint').count(), 0, 'the bag that was asked for is no class of this network');
  assert.equal(await atelier.hook('saliency-class').inputValue(), '');
  assert.deepEqual(await atelier.hook('saliency-class').locator('option').allInnerTexts().then((all) => all.slice(1)), CLASSES);
  await atelier.hook('saliency-class').selectOption({ label: 'cross' });
  await page.locator('[data-testid=saliency-map][data-class="1"]').waitFor();
  assert.match(await atelier.hook('saliency-text').innerText(), /cross/);

  // Without its images that is said, and its weights can be looked into all the same.
  await openSettings(atelier);
  await atelier.hook('data-set-delete').click();
  await page.waitForFunction(() => document.querySelectorAll('[data-testid=data-set-select] option').length === 1);
  await page.reload();
  await atelier.waitForStatus('done', seconds(60));
  await atelier.goTo('understand');
  await atelier.hook('insight-run').selectOption(own);
  const told = atelier.hook('insight-complaint');
  await told.filter({ hasText: /shapes.*is not kept in this browser any more/ }).waitFor({ timeout: seconds(60) });
  for (const section of ['explore', 'map-section', 'corrections']) assert.equal(await atelier.hook(section).count(), 0, section);
  await atelier.hook('inside').locator('summary').first().click();
  await atelier.hook('filter').first().waitFor({ timeout: seconds(30) });
});

test('a step of a run on one\'s own classes is looked at before its first epoch has ended', { timeout: seconds(200) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=1&epochs=2&lr=0.001&seed=4');
  const { page } = atelier;
  await openSettings(atelier);
  // Enough images for the first epoch to last until it is paused.
  const images = await readImages('train', 4);
  const labels = images.map((_, at) => at % 3);
  await atelier.hook('classes-input').setInputFiles(idxPair('thirds', Buffer.concat(images.map(({ pixels }) => pixels)), labels));
  await added(atelier);
  await atelier.start();
  await atelier.pauseAt(1);
  await atelier.goTo('understand');
  await atelier.hook('inside').locator('summary').first().click();
  await atelier.hook('step-once').click();
  const layers = page.locator('[data-testid=inside-layers][data-step]');
  await layers.waitFor({ timeout: seconds(30) });
  const step = Number(await layers.getAttribute('data-step'));
  await atelier.hook('step-once').click();
  await page.locator(`[data-testid=inside-layers][data-step="${step + 1}"]`).waitFor({ timeout: seconds(30) });
  await atelier.hook('step-says').filter({ hasText: `Step ${(step + 1).toLocaleString('en')} (epoch 1)` }).waitFor();
  const batch = await imagesIn(atelier.hook('step-batch').locator('li'));
  assert.equal(batch.length, 1);
  assert.ok(images.some(({ pixels }, at) => labels[at] === Number(batch[0].text) && pixels.equals(Buffer.from(batch[0].pixels))), 'an image of the set with its label');
  // The answer about a test image is one among three classes.
  const said = await atelier.hook('inside-answer').filter({ hasText: /%.*%.*%/ }).innerText();
  assert.deepEqual(said.match(/\b\d (?=\d+\.\d %)/g).map(Number).sort(), [0, 1, 2], said);
  assert.equal(await atelier.hook('inside-failure').count(), 0);
  await atelier.stop();
});
