// The charts of the tutorial's own run: batches of 4, every 1000 of which make a point.

import assert from 'node:assert/strict';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { visit } from './support/visit.mjs';

test('Loss/train is the mean of each 1000 batches, and charts tell their values', { timeout: seconds(180) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&autostart=1');
  await atelier.waitForNumber('step', 2000);
  assert.match(await atelier.hook('time-left').innerText(), /\d.* left/);
  await atelier.stop();
  await atelier.waitForStatus('stopped');
  await atelier.waitForStored();
  const name = await atelier.waitForCheckpoint(/_last$/);
  const { tensors, metadata } = await atelier.download(name, 'full');
  const losses = [...tensors['history.losses'].values];
  const { reports } = JSON.parse(metadata.atelier);
  assert.equal(reports.length, Math.floor(losses.length / 1000));
  for (const { step, mean_loss: loss } of reports) {
    assert.ok(Math.abs(loss - mean(losses.slice(step - 1000, step))) < 1e-6, `the mean up to step ${step}`);
  }
  assert.ok(Math.abs((await atelier.number('train-loss')) - mean(losses.slice(-100))) < 1e-3);

  // The newest point, by pointer and by keyboard.
  const chart = atelier.hook('report-chart').locator('.plot');
  const drawing = chart.locator('svg');
  await drawing.scrollIntoViewIfNeeded();
  const { width, height } = await drawing.boundingBox();
  await drawing.hover({ position: { x: width - 20, y: height / 2 } });
  const newest = reports.at(-1);
  const tooltip = atelier.hook('report-chart').getByRole('status');
  const expected = new RegExp(`step ${newest.step.toLocaleString('en-US')}\\D[^]*${newest.mean_loss.toFixed(4)}`);
  assert.match(await tooltip.innerText(), expected);
  await atelier.page.mouse.move(0, 0);
  await waitUntilEmpty(tooltip);
  await chart.focus();
  await chart.press('End');
  assert.match(await tooltip.innerText(), expected);
  await chart.press('Home');
  assert.match(await tooltip.innerText(), /step 1,000\D/);
  await chart.press('Escape');
  await waitUntilEmpty(tooltip);

  // Without smoothing the smoothed line is the line itself.
  const lines = () => atelier.hook('loss-chart').locator('.plot path')
    .evaluateAll((paths) => paths.map((path) => path.getAttribute('d')));
  const [plain, smoothed] = await lines();
  assert.notEqual(plain, smoothed);
  await atelier.hook('smoothing').fill('0');
  await atelier.page.waitForFunction(() => {
    const [plain, smoothed] = document.querySelectorAll('[data-testid=loss-chart] .plot path');
    return plain.getAttribute('d') === smoothed.getAttribute('d');
  });
});

test('a chart tells its values in a live region that is there before them, and no image takes keys', { timeout: seconds(90) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=256&epochs=1&steps=40&lr=0.05');
  await atelier.waitForStatus('ready');
  await atelier.start();
  await atelier.waitForStatus('done');
  const figure = atelier.hook('loss-chart');
  // As assistive technology sees it, without what is hidden from it.
  const told = figure.locator('.plot').getByRole('status');
  assert.equal(await told.count(), 1);
  assert.equal(await told.innerText(), '', 'nothing is told unasked');
  await told.evaluate((region) => { globalThis.region = region; });

  const chart = figure.getByRole('application', { name: /Training loss by step/ });
  await chart.focus();
  await chart.press('End');
  assert.match(await told.innerText(), /step 40\D/);
  await chart.press('ArrowLeft');
  assert.match(await told.innerText(), /step 39\D/);
  assert.ok(await told.evaluate((region) => region === globalThis.region), 'the text came into the region that was there');
  await chart.press('Escape');
  await waitUntilEmpty(told);

  const focusable = await atelier.page.locator('[role=img]').evaluateAll((images) =>
    images.filter(({ tabIndex }) => tabIndex >= 0).length);
  assert.equal(focusable, 0);
});

test('a chart appears with its first point', { timeout: seconds(90) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=256&epochs=1&steps=3&lr=0.05');
  await atelier.waitForStatus('ready');
  await atelier.start();
  await atelier.waitForStatus('done');
  assert.equal(await atelier.hook('loss-chart').count(), 1);
  assert.equal(await atelier.hook('report-chart').count(), 0, 'three batches make no point');
});

test('Loss/train says what its points are means of, and accuracies are percentages', { timeout: seconds(90) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=256&epochs=1&lr=0.05');
  await atelier.waitForStatus('ready');
  await atelier.start();
  await atelier.waitForStatus('done');
  assert.match(await atelier.hook('report-chart').innerText(), /mean of the 235 batches of each epoch/);
  const chart = atelier.hook('accuracy-chart').getByRole('application');
  const accuracy = `${(100 * await atelier.number('valid-accuracy')).toFixed(1)} %`;
  assert.ok((await chart.getAttribute('aria-label')).includes(`validation ${accuracy}`));
  assert.equal(await atelier.hook('valid-accuracy').innerText(), accuracy);
});

test('losses are on a logarithmic axis on request, and PyTorch\'s range can be hidden', { timeout: seconds(120) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=256&epochs=1&lr=0.05');
  await atelier.waitForStatus('ready');
  await atelier.start();
  await atelier.waitForStatus('done');
  const figure = atelier.hook('loss-chart');
  const range = figure.locator('polygon.look-range');
  await range.waitFor({ state: 'attached' });
  assert.equal(await figure.locator('polyline.look-reference').count(), 1);
  await atelier.hook('reference-toggle').uncheck();
  await range.waitFor({ state: 'detached' });
  const drawn = () => figure.locator('.plot path').first().getAttribute('d');
  const linear = await drawn();
  await atelier.hook('loss-log').check();
  await atelier.page.waitForFunction((linear) =>
    document.querySelector('[data-testid=loss-chart] .plot path').getAttribute('d') !== linear, linear);
});

/** Waits until a live region is empty. */
function waitUntilEmpty(region) {
  return region.and(region.page().locator(':not(.tooltip-shown)')).waitFor({ state: 'attached' });
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
