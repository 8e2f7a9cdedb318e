// Corrections of the data set: chosen in the gallery, used by the next run and in comparisons, exported and imported.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { readImages } from './support/dataset.mjs';
import { seconds } from './support/patience.mjs';
import { prepareVisit } from './support/visit.mjs';

const LINK = 'engine=cpu&batch=256&epochs=1&lr=0.02&momentum=0.9&seed=5';
const IMAGES = 10_000;

/** A page with a trained run, opened where one looks into it. */
async function openInsight(t, options) {
  const { openTab } = await prepareVisit(t, options);
  const atelier = await openTab();
  await atelier.open(`${LINK}&autostart=1`);
  await atelier.waitForStatus('done', seconds(240));
  await atelier.goTo('understand');
  await shown(atelier);
  return { atelier, openTab };
}

async function shown(atelier) {
  await atelier.page.locator('[data-testid=insight][data-busy=false] [data-testid=confusion-matrix]').waitFor({ timeout: seconds(120) });
}

const mistakes = (atelier) => atelier.hook('mistake').evaluateAll((images) => images.map(({ dataset }) => ({ ...dataset })));
const menuOf = (atelier, index) => atelier.page.locator(`[data-testid=mistake][data-index="${index}"]`).getByTestId('correct');
const marks = (atelier) => atelier.page.locator('[data-testid=mistake] [data-testid=correction]').evaluateAll((all) => all.map(({ dataset: { index, split, label } }) => [index, split, label]));
const rows = (atelier) => atelier.hook('correction-row').evaluateAll((all) => all.map(({ dataset: { index, split, label } }) => [index, split, label]));
const summary = (atelier) => atelier.hook('validation-summary').evaluate(({ dataset }) => ({ wrong: Number(dataset.wrong), accuracy: Number(dataset.accuracy) }));
const cells = (atelier) => atelier.hook('confusion-cell').evaluateAll((all) => all.map(({ dataset }) => [dataset.true, dataset.predicted, Number(dataset.count)]));
const total = (counts) => counts.reduce((sum, [, , count]) => sum + count, 0);

/** The cells that differ between two matrices, as `true predicted difference`. */
function differing(before, after) {
  return before.flatMap(([name, predicted, count], at) => (after[at][2] === count ? [] : [`${name} ${predicted} ${after[at][2] - count}`])).sort();
}

test('corrected images count in the next run and where two runs are compared, and only there', { timeout: seconds(600) }, async (t) => {
  const { atelier } = await openInsight(t);
  const { page } = atelier;
  const names = await page.locator('[data-testid=class-metrics] tbody tr').evaluateAll((all) => all.map(({ dataset }) => dataset.row));
  const [one, two, three] = await mistakes(atelier);
  const before = { cells: await cells(atelier), ...await summary(atelier) };
  assert.equal(await atelier.hook('labels-corrected').count(), 0, 'nothing to judge by');

  // Two are right after all, one is left out.
  const label = (name) => String(names.indexOf(name));
  await menuOf(atelier, one.index).selectOption(label(one.predicted));
  await menuOf(atelier, two.index).selectOption(label(two.predicted));
  await menuOf(atelier, three.index).selectOption('out');
  const expected = [[one.index, 'test', label(one.predicted)], [two.index, 'test', label(two.predicted)], [three.index, 'test', 'out']];
  const sorted = (list) => [...list].sort(([a], [b]) => Number(a) - Number(b));
  assert.deepEqual(sorted(await marks(atelier)), sorted(expected));
  assert.deepEqual(await cells(atelier), before.cells, 'judged by the published labels');

  await atelier.hook('labels-corrected').click();
  await page.waitForFunction((wrong) => Number(document.querySelector('[data-testid=validation-summary]').dataset.wrong) === wrong, before.wrong - 3);
  const after = await cells(atelier);
  assert.equal(total(after), IMAGES - 1);
  assert.equal((await summary(atelier)).accuracy, (IMAGES - before.wrong + 2) / (IMAGES - 1));
  const changed = new Map();
  const add = (name, predicted, by) => changed.set(`${name} ${predicted}`, (changed.get(`${name} ${predicted}`) ?? 0) + by);
  for (const image of [one, two]) {
    add(image.true, image.predicted, -1);
    add(image.predicted, image.predicted, 1);
  }
  add(three.true, three.predicted, -1);
  const differences = [...changed].filter(([, by]) => by !== 0).map(([cell, by]) => `${cell} ${by}`).sort();
  assert.deepEqual(differing(before.cells, after), differences);

  // The next run takes them, and is validated on one image fewer.
  await atelier.goTo('train');
  const use = atelier.hook('use-corrections');
  assert.ok(await use.isChecked());
  assert.match(await use.locator('..').innerText(), /3 corrections/);
  await atelier.hook('pytorch-code-section').locator('summary').click();
  await atelier.hook('pytorch-code').getByText('open("atelier-corrections.json")').waitFor();
  await atelier.hook('start').click();
  await atelier.waitForStatus('training', seconds(120));
  await atelier.waitForStatus('done', seconds(240));
  const right = (await atelier.number('valid-accuracy')) * (IMAGES - 1);
  await atelier.goTo('understand');
  await shown(atelier);
  // The part was opened anew, so it judges by the published labels again.
  await atelier.hook('labels-corrected').click();
  await page.waitForFunction((all) => [...document.querySelectorAll('[data-testid=confusion-cell]')].reduce((sum, { dataset }) => sum + Number(dataset.count), 0) === all, IMAGES - 1);
  const judged = await summary(atelier);
  assert.ok(Math.abs(right - judged.accuracy * (IMAGES - 1)) <= 1.001, `${right} right in the run, ${judged.accuracy} judged`);

  // Compared with the first run, which is judged by the same labels.
  const runs = await atelier.hook('insight-compared-run').locator('option').evaluateAll((all) => all.map(({ value }) => value));
  const first = runs.filter((run) => run !== '').sort()[0];
  await atelier.hook('insight-compared-run').selectOption(first);
  await atelier.hook('cells-differences').click();
  await shown(atelier);
  const compared = await atelier.hook('confusion-cell').evaluateAll((all) => all.map(({ dataset }) => Number(dataset.count) - Number(dataset.difference)));
  assert.deepEqual(compared, after.map(([, , count]) => count));

  // Its record says so; a run without them is another.
  await atelier.goTo('runs');
  await page.locator('[data-testid=run-details] .note', { hasText: 'With 3 corrections of the data set' }).waitFor({ timeout: seconds(30) });
  await atelier.goTo('train');
  await use.uncheck();
  await atelier.hook('start').click();
  await atelier.waitForStatus('training', seconds(120));
  await atelier.waitForStatus('done', seconds(240));
  await atelier.goTo('understand');
  await shown(atelier);
  const { accuracy } = await summary(atelier);
  assert.ok(Math.abs(accuracy - (1 - before.wrong / IMAGES)) < 1e-9, 'the first run again');
});

test('the list is kept, undone, exported and imported, also by keyboard and in Chinese', { timeout: seconds(600) }, async (t) => {
  const { atelier, openTab } = await openInsight(t);
  const { page } = atelier;
  const [one, two] = await mistakes(atelier);
  // By keyboard alone: the last choice leaves an image out.
  await menuOf(atelier, one.index).focus();
  await page.keyboard.press('End');
  await page.locator(`[data-testid=correction][data-index="${one.index}"][data-label=out]`).waitFor();
  const names = await page.locator('[data-testid=class-metrics] tbody tr').evaluateAll((all) => all.map(({ dataset }) => dataset.row));
  await menuOf(atelier, two.index).selectOption(String(names.indexOf(two.predicted)));
  const open = async (tab) => {
    await tab.hook('corrections').locator('summary').focus();
    await tab.page.keyboard.press('Enter');
    await tab.hook('corrections-summary').waitFor();
  };
  await open(atelier);
  assert.equal(await atelier.hook('corrections-summary').getAttribute('data-count'), '2');
  const listed = await rows(atelier);
  assert.equal(listed.length, 2);

  const truth = await readImages('test');
  const row = page.locator(`[data-testid=correction-row][data-index="${one.index}"]`);
  await row.and(page.locator('[data-painted=true]')).waitFor();
  assert.ok((await row.innerText()).includes(truth[one.index].name), 'its published label');

  // Exported, removed, brought back, removed, imported.
  const [exported] = await Promise.all([page.waitForEvent('download'), atelier.hook('corrections-export').click()]);
  assert.equal(exported.suggestedFilename(), 'atelier-corrections.json');
  const file = JSON.parse(await readFile(await exported.path(), 'utf8'));
  assert.deepEqual([file.format, file.version], ['atelier-corrections', 1]);
  assert.deepEqual(file.corrections.map(({ split, index, label }) => [String(index), split, label === null ? 'out' : String(label)]), listed);
  await atelier.hook('corrections-remove').click();
  await atelier.hook('correction-row').first().waitFor({ state: 'detached' });
  assert.deepEqual(await marks(atelier), []);
  await atelier.hook('corrections-back').click();
  await row.waitFor();
  assert.deepEqual(await rows(atelier), listed);
  await row.getByTestId('correction-undo').click();
  await row.waitFor({ state: 'detached' });
  await atelier.hook('corrections-import').setInputFiles({ name: 'mine.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(file)) });
  await atelier.hook('corrections-state').filter({ hasText: '2 corrections read from mine.json. 1 took the place' }).waitFor();
  assert.deepEqual(await rows(atelier), listed);

  // A file that cannot be used changes nothing, and says why.
  for (const [corrections, why] of [
    [[{ split: 'train', index: 60_000, label: 1 }], /no training image 60,000/],
    [[{ split: 'test', index: 1, label: 10 }], /label 10 of test image 1/],
    [[{ split: 'test', index: 1 }], /missing field `label`/],
  ]) {
    await atelier.hook('corrections-import').setInputFiles({ name: 'bad.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify({ ...file, corrections })) });
    await atelier.hook('corrections-state').filter({ hasText: why }).and(page.locator('[data-failed=true]')).waitFor();
    assert.match(await atelier.hook('corrections-state').innerText(), /Your corrections are as they were/);
  }
  assert.deepEqual(await rows(atelier), listed);

  // Another tab hears of it at once, and so does the page after a reload.
  const other = await openTab();
  await other.open(`${LINK}#/understand`);
  await other.hook('corrections').waitFor({ timeout: seconds(60) });
  await open(other);
  await other.page.waitForFunction(() => document.querySelectorAll('[data-testid=correction-row]').length === 2);
  await row.getByTestId('correction-undo').click();
  await other.page.waitForFunction(() => document.querySelectorAll('[data-testid=correction-row]').length === 1);
  await page.reload();
  await atelier.hook('corrections').waitFor({ timeout: seconds(60) });
  await open(atelier);
  assert.deepEqual(await rows(atelier), listed.filter(([index]) => index !== one.index));

  await page.locator('.language-select').selectOption('zh');
  await atelier.hook('corrections').locator('h2', { hasText: '标签更正' }).waitFor();
  assert.match(await atelier.hook('corrections-summary').innerText(), /^1 张图像改用其他标签/);
  const latin = (await atelier.hook('corrections').locator('h2, summary, button, li span, p').allInnerTexts()).filter((text) => /[a-z]{2}/i.test(text));
  assert.deepEqual(latin, []);
  await atelier.goTo('train');
  assert.match(await atelier.hook('use-corrections').locator('..').innerText(), /采用对数据集的 1 项更正/);
});

test('a browser that stores nothing says so, and the list counts until the page is closed', { timeout: seconds(300) }, async (t) => {
  const { openTab } = await prepareVisit(t);
  const atelier = await openTab();
  const { page } = atelier;
  await page.addInitScript(() => {
    const set = Storage.prototype.setItem;
    Storage.prototype.setItem = function (key, text) {
      if (key === 'atelier.corrections') throw new DOMException('full', 'QuotaExceededError');
      return set.call(this, key, text);
    };
  });
  await atelier.open(`${LINK}#/understand`);
  await atelier.hook('corrections').waitFor({ timeout: seconds(60) });
  await atelier.hook('corrections').locator('summary').click();
  const file = { format: 'atelier-corrections', version: 1, corrections: [{ split: 'train', index: 7, label: null }] };
  await atelier.hook('corrections-import').setInputFiles({ name: 'mine.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(file)) });
  await atelier.hook('corrections-unstored').waitFor();
  assert.deepEqual(await rows(atelier), [['7', 'train', 'out']]);
  await atelier.goTo('train');
  assert.match(await atelier.hook('use-corrections').locator('..').innerText(), /1 correction/);
});
