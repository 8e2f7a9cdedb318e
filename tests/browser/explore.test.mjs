// The data set, explored: every image by what the network says of it, likely wrong labels, near-duplicates, and the map.

import assert from 'node:assert/strict';
import test from 'node:test';
import { readImages } from './support/dataset.mjs';
import { NOT_LONG } from './support/long.mjs';
import { seconds } from './support/patience.mjs';
import { imagesIn } from './support/picture.mjs';
import { prepareVisit } from './support/visit.mjs';

/** The longer forms wait for five networks, and for all of t-SNE. */
const LONG = Boolean(process.env.ATELIER_LONG);
const LINK = 'engine=cpu&batch=64&epochs=1&lr=0.01&momentum=0.9&seed=5&autostart=1';

/** A run, and the place that looks into it once its figures are there. */
async function openInsight(t) {
  const { openTab } = await prepareVisit(t);
  const atelier = await openTab();
  await atelier.open(LINK);
  await atelier.waitForStatus('training', seconds(120));
  await atelier.waitForStatus('done', seconds(240));
  await atelier.goTo('understand');
  await atelier.page.locator('[data-testid=insight][data-busy=false] [data-testid=confusion-matrix]').waitFor({ timeout: seconds(120) });
  return atelier;
}

/** Opens a section by its summary. */
const openSection = (atelier, name) => atelier.hook(name).locator('summary').first().click();

const found = async (atelier) => Number(await atelier.hook('explorer').getAttribute('data-found'));

/** What the images of a gallery say, once all are painted. */
async function painted(atelier, name) {
  await atelier.page.waitForFunction((name) => {
    const images = [...document.querySelectorAll(`[data-testid=${name}]`)];
    return images.length > 0 && images.every(({ dataset }) => dataset.painted === 'true');
  }, name, { timeout: seconds(60) });
  return imagesIn(atelier.hook(name));
}

test('all 70,000 images are judged, and filters narrow them', { timeout: seconds(600) }, async (t) => {
  const atelier = await openInsight(t);
  assert.equal(await atelier.hook('explorer').count(), 0, 'a closed section holds nothing');
  const mistakes = Number(await atelier.hook('validation-summary').getAttribute('data-wrong'));
  await openSection(atelier, 'explore');
  const began = Date.now();
  await atelier.page.locator('[data-testid=explorer][data-judged="70000"]').waitFor({ timeout: seconds(240) });
  t.diagnostic(`70,000 images judged in ${Date.now() - began} ms`);
  assert.equal(await found(atelier), 70_000);
  const choose = (name, value) => atelier.hook(`filter-${name}`).selectOption(value);
  await choose('split', 'test');
  assert.equal(await found(atelier), 10_000);
  await choose('right', 'wrong');
  assert.equal(await found(atelier), mistakes, 'as many as the matrix has');
  await choose('right', 'right');
  assert.equal(await found(atelier), 10_000 - mistakes);
  await choose('right', '');
  await choose('split', 'train');
  await choose('class', '8');
  assert.equal(await found(atelier), 6_000);
  await choose('order', 'index');
  const images = await painted(atelier, 'explored');
  assert.equal(images.length, 60);
  const train = await readImages('train');
  const bags = [...train.keys()].filter((index) => train[index].name === 'Bag').slice(0, 60);
  assert.deepEqual(images.map(({ index }) => Number(index)), bags);
  for (const { index, split, true: label, pixels: drawn } of images.slice(0, 10)) {
    assert.deepEqual([split, label], ['train', 'Bag']);
    assert.deepEqual(drawn, [...train[index].pixels], `pixels of ${index}`);
  }
  await atelier.hook('explored-more').click();
  await atelier.page.waitForFunction(() => document.querySelectorAll('[data-testid=explored]').length === 120);
  await choose('order', 'loss');
  const losses = (await painted(atelier, 'explored')).map(({ loss }) => Number(loss));
  assert.ok(losses.every((loss, at) => at === 0 || loss <= losses[at - 1]), 'the highest loss first');
});

test('near-duplicates are found with their labels, those with different ones first', { skip: NOT_LONG, timeout: seconds(600) }, async (t) => {
  const atelier = await openInsight(t);
  await openSection(atelier, 'explore');
  const began = Date.now();
  await atelier.hook('find-duplicates').click();
  await atelier.page.locator('[data-testid=duplicates][data-found]').waitFor({ timeout: seconds(300) });
  t.diagnostic(`near-duplicates in ${Date.now() - began} ms`);
  t.diagnostic(await atelier.hook('duplicates-state').innerText());
  const pairs = await atelier.hook('duplicate').evaluateAll((pairs) => pairs.map(({ dataset }) => ({ ...dataset })));
  assert.ok(pairs.length > 0);
  const splits = { train: await readImages('train'), test: await readImages('test') };
  for (const pair of pairs) {
    const [one, other] = [splits.test[pair.test], splits.train[pair.train]];
    const squares = one.pixels.reduce((sum, pixel, at) => sum + (pixel - other.pixels[at]) ** 2, 0);
    assert.ok(Math.abs(Math.sqrt(squares) - Number(pair.distance)) < 0.01, JSON.stringify(pair));
    assert.equal(pair.differs, String(one.name !== other.name));
  }
  const order = pairs.map(({ differs, distance }) => (differs === 'true' ? 0 : 10_000) + Number(distance));
  assert.deepEqual(order, [...order].sort((one, other) => one - other));
});

test('a cross-validation beside everything else can be cancelled, and finds labels that are likely wrong', { timeout: seconds(900) }, async (t) => {
  const atelier = await openInsight(t);
  await openSection(atelier, 'explore');
  // It can be cancelled.
  await atelier.hook('find-suspects').click();
  await atelier.hook('suspects-state').filter({ hasText: '1 of 5' }).waitFor({ timeout: seconds(60) });
  await atelier.hook('cancel-suspects').click();
  await atelier.hook('cancel-suspects').waitFor({ state: 'detached' });
  assert.equal(await atelier.hook('suspects').getAttribute('data-found'), null);
  if (!LONG) return;
  const began = Date.now();
  await atelier.hook('find-suspects').click();
  await atelier.page.locator('[data-testid=suspects][data-found]').waitFor({ timeout: seconds(600) });
  t.diagnostic(`five networks in ${Date.now() - began} ms`);
  t.diagnostic(await atelier.hook('suspects-state').innerText());
  const suspects = await painted(atelier, 'suspect-label');
  assert.equal(suspects.length, 60);
  const splits = { train: await readImages('train'), test: await readImages('test') };
  for (const { index, split, true: label, likely } of suspects) {
    assert.equal(label, splits[split][index].name);
    assert.notEqual(label, likely);
  }
  const scores = suspects.map(({ score }) => Number(score));
  assert.ok(scores.every((score, at) => score >= 0 && score < 0.5 && (at === 0 || score >= scores[at - 1])));
  // What was found stays when the section is closed; in Chinese, too.
  await openSection(atelier, 'explore');
  await atelier.hook('suspects').waitFor({ state: 'detached' });
  await atelier.hook('language-select').selectOption('zh');
  await openSection(atelier, 'explore');
  assert.equal((await painted(atelier, 'suspect-label')).length, 60);
  assert.match(await atelier.hook('suspects-state').innerText(), /有疑问的标签/);
});

test('the map shows every test image, moves by keyboard, and a selection fills a gallery', { timeout: seconds(900) }, async (t) => {
  const atelier = await openInsight(t);
  await openSection(atelier, 'map-section');
  const map = atelier.hook('embedding-map');
  await atelier.page.locator('[data-testid=embedding-map][data-points="10000"]').waitFor({ timeout: seconds(120) });
  const state = async () => ({ closeness: Number(await map.getAttribute('data-closeness')), origin: (await map.getAttribute('data-origin')).split(' ').map(Number) });
  const whole = await state();
  assert.equal(whole.closeness, 1);
  await map.focus();
  await atelier.page.keyboard.press('ArrowLeft');
  const moved = await state();
  assert.ok(moved.origin[0] > whole.origin[0] && moved.origin[1] === whole.origin[1]);
  await atelier.page.keyboard.press('+');
  assert.ok((await state()).closeness > 1.3);
  await atelier.page.keyboard.press('-');
  await atelier.page.keyboard.press('0');
  assert.deepEqual(await state(), whole);
  const times = [];
  for (let round = 0; round < 20; round += 1) {
    await atelier.page.keyboard.press(round % 2 ? 'ArrowLeft' : 'ArrowRight');
    times.push(Number(await map.getAttribute('data-took')));
  }
  t.diagnostic(`10,000 points are painted in ${times.sort((a, b) => a - b)[10]} ms (median of 20)`);

  // A part of what is in view, by keyboard.
  for (const _ of '1234') await atelier.page.keyboard.press('+');
  await atelier.page.keyboard.press('Enter');
  const selection = atelier.hook('map-selection');
  await selection.waitFor();
  const selected = Number(await selection.getAttribute('data-selected'));
  assert.ok(selected > 0 && selected < 10_000, `${selected} selected`);
  const gallery = atelier.hook('selected-gallery').locator('[data-testid=explored]');
  assert.equal(await gallery.count(), Math.min(selected, 60));
  await map.focus();
  await atelier.page.keyboard.press('Escape');
  await selection.waitFor({ state: 'detached' });

  // A rectangle around everything, by pointer: all of one class, if that is shown alone.
  await atelier.page.keyboard.press('0');
  await atelier.hook('map-legend').nth(8).click();
  await atelier.hook('map-select').click();
  await map.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await map.boundingBox();
  await atelier.page.mouse.move(x + 2, y + 2);
  await atelier.page.mouse.down();
  await atelier.page.mouse.move(x + width - 2, y + height - 2, { steps: 4 });
  await atelier.page.mouse.up();
  await selection.waitFor();
  assert.equal(Number(await selection.getAttribute('data-selected')), 1_000);
  const images = await gallery.evaluateAll((images) => images.map(({ dataset }) => ({ ...dataset })));
  assert.equal(images.length, 60);
  assert.ok(images.every((image) => image.true === 'Bag' && image.split === 'test'));

  // The same as a table and as files.
  await atelier.hook('map-table').locator('summary').click();
  assert.equal(await atelier.hook('map-table').locator('tbody tr').count(), 10);
  const { bytes } = await atelier.downloadBy(atelier.hook('map-csv'));
  assert.equal(bytes.toString('utf8').trimEnd().split('\r\n').length, 10_001);

  // t-SNE, in a worker of its own.
  const began = Date.now();
  await atelier.hook('map-arrange').click();
  await atelier.hook('map-state').filter({ hasText: /left/ }).waitFor({ timeout: seconds(120) });
  if (LONG) {
    await atelier.hook('map-tsne').waitFor({ timeout: seconds(600) });
    t.diagnostic(`t-SNE of 10,000 images in ${Date.now() - began} ms`);
    assert.equal(await map.getAttribute('data-points'), '10000');
  } else {
    await atelier.hook('map-cancel').click();
  }
  await atelier.hook('map-arrange').or(atelier.hook('map-tsne')).waitFor();
});
