// What the network says of every test image: the confusion matrix, its images, the other figures, and comparing.

import assert from 'node:assert/strict';
import test from 'node:test';
import { readImages } from './support/dataset.mjs';
import { seconds } from './support/patience.mjs';
import { imagesIn } from './support/picture.mjs';
import { prepareVisit } from './support/visit.mjs';

const LINK = 'engine=cpu&batch=64&epochs=1&lr=0.01&seed=5&autostart=1';
const TWO_EPOCHS = 'engine=cpu&batch=256&epochs=2&lr=0.02&momentum=0.9&seed=5&autostart=1';
const IMAGES = 10_000;

/** A run, and the place that looks into it once its figures are there. */
async function openInsight(t, link = LINK) {
  const { openTab } = await prepareVisit(t);
  const atelier = await openTab();
  await atelier.open(link);
  await atelier.waitForStatus('training', seconds(120));
  await atelier.waitForStatus('done', seconds(180));
  const accuracy = await atelier.number('valid-accuracy');
  const [, followed] = /^Test image (\d+),/.exec(await atelier.hook('followed-image').innerText());
  await atelier.goTo('understand');
  await shown(atelier);
  return { atelier, accuracy, followed };
}

/** Waits until the figures are those of the weights that are chosen. */
async function shown(atelier) {
  await atelier.page.locator('[data-testid=insight][data-busy=false] [data-testid=confusion-matrix]').waitFor({ timeout: seconds(120) });
}

/** The cells as `{ class, predicted, count, difference, text }`. */
function cells(atelier) {
  return atelier.hook('confusion-cell').evaluateAll((cells) => cells.map(({ dataset, innerText }) => ({
    class: dataset.true, predicted: dataset.predicted, count: Number(dataset.count), difference: Number(dataset.difference), text: innerText,
  })));
}

const sum = (numbers) => numbers.reduce((sum, number) => sum + number, 0);

/** Opens all of the gallery, and gives what its images say. */
async function gallery(atelier) {
  while (await atelier.hook('gallery-more').isVisible()) await atelier.hook('gallery-more').click();
  await atelier.page.waitForFunction(() =>
    [...document.querySelectorAll('[data-testid=mistake]')].every(({ dataset }) => dataset.painted === 'true'), undefined, { timeout: seconds(60) });
  return imagesIn(atelier.hook('mistake'));
}

/** The largest cell beside the diagonal, which is never empty after one epoch. */
async function largestMistake(atelier) {
  const wrong = (await cells(atelier)).filter((cell) => cell.class !== cell.predicted);
  return wrong.reduce((one, other) => (other.count > one.count ? other : one));
}

const cellOf = (atelier, { class: name, predicted }) =>
  atelier.page.locator(`[data-testid=confusion-cell][data-true="${name}"][data-predicted="${predicted}"]`);

const lines = ({ bytes }) => bytes.toString('utf8').trimEnd().split('\r\n').map((line) => line.split(','));

test('every test image is in the matrix, whose diagonal is the accuracy that the run showed', { timeout: seconds(300) }, async (t) => {
  const { atelier, accuracy } = await openInsight(t);
  const all = await cells(atelier);
  assert.equal(all.length, 100);
  assert.equal(sum(all.map(({ count }) => count)), IMAGES);
  for (const name of new Set(all.map((cell) => cell.class))) {
    assert.equal(sum(all.filter((cell) => cell.class === name).map(({ count }) => count)), IMAGES / 10, `support of ${name}`);
  }
  const right = sum(all.filter((cell) => cell.class === cell.predicted).map(({ count }) => count));
  assert.ok(Math.abs(right - accuracy * IMAGES) <= 1.001, `${right} on the diagonal, accuracy ${accuracy}`);
  const { accuracy: told, wrong } = await atelier.hook('validation-summary').evaluate(({ dataset }) => ({ ...dataset }));
  assert.deepEqual([Number(told), Number(wrong)], [right / IMAGES, IMAGES - right]);

  // The other figures agree with it.
  const recalls = await atelier.hook('class-metrics').locator('tbody tr').evaluateAll((rows) =>
    rows.map((row) => [row.dataset.row, Number(row.querySelectorAll('td')[1].dataset.value)]));
  for (const [name, recall] of recalls) {
    const { count } = all.find((cell) => cell.class === name && cell.predicted === name);
    assert.ok(Math.abs(recall - count / 1000) < 1e-12, `recall of ${name}`);
  }
  await atelier.hook('calibration').locator('summary').click();
  const bins = await atelier.hook('calibration-table').locator('tbody tr').evaluateAll((rows) =>
    rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.innerText)));
  assert.equal(bins.length, 15);
  assert.equal(sum(bins.map(([images]) => Number(images.replaceAll(',', '')))), IMAGES);
  const error = Number(await atelier.hook('calibration').getAttribute('data-error'));
  assert.ok(error > 0 && error < 0.2, `calibration error ${error}`);
});

test('a cell opens its images, by the mouse as by the keyboard alone, in both languages', { timeout: seconds(300) }, async (t) => {
  const { atelier, followed } = await openInsight(t);
  const { page } = atelier;
  // The image that the place Train follows, before the mistakes.
  const first = atelier.hook('followed-mistake');
  assert.equal(await first.getAttribute('data-index'), followed);
  assert.equal(await first.getAttribute('data-true'), (await readImages('test'))[followed].name);
  // Without a cell: mistakes, the highest loss first.
  const losses = await atelier.hook('mistake').evaluateAll((images) => images.map(({ dataset }) => Number(dataset.loss)));
  assert.equal(losses.length, 36);
  assert.deepEqual(losses, [...losses].sort((one, other) => other - one));

  const cell = await largestMistake(atelier);
  await cellOf(atelier, cell).click();
  const images = await gallery(atelier);
  assert.equal(images.length, cell.count);
  assert.equal(new Set(images.map(({ index }) => index)).size, cell.count, 'each once');
  const truth = await readImages('test');
  for (const image of images) {
    assert.deepEqual([image.true, image.predicted, image.split], [cell.class, cell.predicted, 'test']);
    const { name, pixels } = truth[image.index];
    assert.equal(name, cell.class, `label of image ${image.index}`);
    assert.deepEqual(image.pixels, [...pixels], `image ${image.index}`);
  }
  assert.match(await atelier.hook('gallery-title').innerText(), new RegExp(`${cell.class}.*${cell.predicted}.*: ${cell.count}$`));
  await atelier.hook('gallery-order').selectOption('index');
  const indices = await atelier.hook('mistake').evaluateAll((images) => images.map(({ dataset }) => Number(dataset.index)));
  assert.deepEqual(indices, [...indices].sort((one, other) => one - other));
  await atelier.hook('gallery-order').selectOption('loss');

  // The same by keyboard: Tab reaches the matrix once, arrows move in it.
  await atelier.hook('gallery-close').click();
  assert.deepEqual(await focused(page), { true: cell.class, predicted: cell.predicted }, 'the focus is handed back');
  await atelier.hook('cells-shares').focus();
  await page.keyboard.press('Tab');
  assert.deepEqual(await focused(page), { true: cell.class, predicted: cell.predicted }, 'where it was last');
  await page.keyboard.press('Control+Home');
  assert.deepEqual(await focused(page), { true: 'T-shirt/top', predicted: 'T-shirt/top' });
  const names = (await cells(atelier)).slice(0, 10).map(({ predicted }) => predicted);
  for (let down = 0; down < names.indexOf(cell.class); down += 1) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('End');
  assert.equal((await focused(page)).predicted, names[9]);
  for (let left = 9; left > names.indexOf(cell.predicted); left -= 1) await page.keyboard.press('ArrowLeft');
  assert.deepEqual(await focused(page), { true: cell.class, predicted: cell.predicted });
  await page.keyboard.press('Enter');
  await cellOf(atelier, cell).and(page.locator('[aria-selected=true]')).waitFor();
  assert.deepEqual((await gallery(atelier)).map(({ index }) => index), images.map(({ index }) => index));
  await cellOf(atelier, cell).focus();
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), null, 'one stop of Tab leaves the matrix');

  // In Chinese, the same figures.
  await page.locator('.language-select').selectOption('zh');
  await atelier.hook('insight').locator('h2', { hasText: '验证详情' }).waitFor();
  assert.match(await atelier.hook('gallery-title').innerText(), new RegExp(`真实为.*预测为.*${cell.count} 张$`));
  const latin = (await atelier.hook('insight').locator('h2, h3, th, label > :not(select), button').allInnerTexts())
    .filter((text) => /[a-z]{2}/i.test(text.replace(/CSV|SVG|PNG/g, '')));
  assert.deepEqual(latin, []);
  assert.equal(await cellOf(atelier, cell).getAttribute('data-count'), String(cell.count));
  assert.equal(await atelier.hook('mistake').count(), cell.count);
});

/** The cell with the focus; `null` if another element has it. */
function focused(page) {
  return page.evaluate(() => {
    const { dataset } = document.activeElement;
    return dataset.testid === 'confusion-cell' ? { true: dataset.true, predicted: dataset.predicted } : null;
  });
}

test('two epochs are compared, and what is saved is what is shown', { timeout: seconds(300) }, async (t) => {
  const { atelier } = await openInsight(t, TWO_EPOCHS);
  const { page } = atelier;
  const weights = atelier.hook('insight-weights');
  const options = await weights.locator('option').evaluateAll((options) => options.map(({ value, text }) => ({ value, text })));
  const epoch = (number) => options.find(({ value }) => value === `epoch/${number}`);
  assert.ok(epoch(1) && epoch(2), JSON.stringify(options));
  assert.match(epoch(1).text, /^epoch 1$/);
  assert.equal(await weights.inputValue(), epoch(2).value, 'the newest is shown without a choice');
  const after2 = await cells(atelier);
  assert.equal(await atelier.hook('cells-differences').count(), 0);

  await weights.selectOption(epoch(1).value);
  await shown(atelier);
  const after1 = await cells(atelier);
  await weights.selectOption(epoch(2).value);
  await shown(atelier);
  await atelier.hook('insight-compared-run').selectOption(await atelier.hook('insight-run').inputValue());
  await atelier.hook('insight-compared').selectOption(epoch(1).value);
  await atelier.hook('cells-differences').click();
  await shown(atelier);
  const compared = await cells(atelier);
  assert.deepEqual(compared.map(({ count }) => count), after2.map(({ count }) => count));
  assert.notDeepEqual(after1.map(({ count }) => count), after2.map(({ count }) => count));
  for (const [at, cell] of compared.entries()) {
    const difference = after2[at].count - after1[at].count;
    assert.equal(cell.difference, difference);
    const sign = difference > 0 ? '+' : difference < 0 ? '−' : '';
    assert.equal(cell.text, `${sign}${Math.abs(difference)}`);
  }
  assert.match(await atelier.hook('validation-summary').innerText(), /Compared: accuracy [+−]?\d+\.\d\d percentage points, mistakes [+−]?[\d,]+\./);

  // Files: the matrix as it is shown, the classes, the bins, the mistakes.
  const rows = async (button) => lines(await atelier.downloadBy(atelier.hook(button)));
  const differences = await rows('confusion-matrix-csv');
  assert.deepEqual(differences.slice(1).flatMap((line) => line.slice(1).map(Number)), compared.map(({ difference }) => difference));
  await atelier.hook('cells-counts').click();
  const { fileName, ...counts } = await atelier.downloadBy(atelier.hook('confusion-matrix-csv'));
  assert.match(fileName, /^atelier-confusion-matrix-\d{8}_\d{6}-epoch-2-compared-\d{8}_\d{6}-epoch-1\.csv$/);
  assert.deepEqual(lines(counts)[0].slice(1), after2.slice(0, 10).map(({ predicted }) => predicted));
  assert.deepEqual(lines(counts).slice(1).flatMap((line) => line.slice(1).map(Number)), after2.map(({ count }) => count));

  await atelier.hook('sort-recall').click();
  const recalls = await atelier.hook('class-metrics').locator('tbody tr').evaluateAll((rows) =>
    rows.map((row) => [row.dataset.row, Number(row.querySelectorAll('td')[1].dataset.value)]));
  assert.deepEqual(recalls, [...recalls].sort(([, one], [, other]) => one - other));
  assert.equal(await atelier.hook('class-metrics').locator('th[aria-sort=ascending]').textContent(), 'Recall↑');
  const classes = await rows('class-metrics-csv');
  assert.deepEqual(classes.slice(1, 11).map((line) => [line[0], Number(line[2])]), recalls);
  assert.equal(classes[11][0], 'macro average');

  const bins = await rows('calibration-csv');
  assert.equal(sum(bins.slice(1).map((line) => Number(line[2]))), IMAGES);
  const mistakes = await rows('mistakes-csv');
  assert.equal(mistakes.length - 1, Number(await atelier.hook('validation-summary').getAttribute('data-wrong')));

  const svg = (await atelier.downloadBy(atelier.hook('calibration-svg'))).bytes.toString();
  assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  assert.match(svg, /rgb\(/);
  assert.doesNotMatch(svg, /var\(/, 'its colours do not need the page');
  const png = await atelier.downloadBy(atelier.hook('calibration-png'));
  const { width, height, colours } = await pictureOf(png.bytes);
  assert.deepEqual([width, height], [1260, 1116]);
  assert.ok(colours > 20, `${colours} colours`);
  assert.equal(await page.locator('[data-testid=insight] [style]').count(), 0, 'no styles in the document');
});

/** The size of a PNG, and how many colours it has. */
async function pictureOf(bytes) {
  const { PNG } = (await import('pngjs')).default;
  const { width, height, data } = PNG.sync.read(bytes);
  const colours = new Set();
  for (let at = 0; at < data.length; at += 4) colours.add(data.readUInt32BE(at));
  return { width, height, colours: colours.size };
}

test('without a run the place says to train first, and shows nothing else', { timeout: seconds(120) }, async (t) => {
  const { openTab } = await prepareVisit(t);
  const atelier = await openTab();
  await atelier.open('engine=cpu');
  await atelier.goTo('understand');
  await atelier.hook('insight-state').filter({ hasText: 'Train a network first' }).waitFor();
  assert.equal(await atelier.hook('confusion-matrix').count(), 0);
});
