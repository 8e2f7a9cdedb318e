// Inside the network: filters, feature maps, distributions and updates while a run trains, and one step at a time.

import assert from 'node:assert/strict';
import test from 'node:test';
import { readImages } from './support/dataset.mjs';
import { seconds } from './support/patience.mjs';
import { imagesIn } from './support/picture.mjs';
import { prepareVisit } from './support/visit.mjs';

const LONG = 'engine=cpu&batch=64&epochs=20&lr=0.01&momentum=0&seed=5&autostart=1';
const SHORT = 'engine=cpu&batch=256&epochs=2&lr=0.02&momentum=0.9&seed=5&autostart=1';

/** A run that trains, and the section about the inside of its network. */
async function openInside(t, link = LONG, status = 'training') {
  const { openTab } = await prepareVisit(t);
  const atelier = await openTab();
  await atelier.open(link);
  await atelier.waitForStatus('training', seconds(120));
  await atelier.waitForStatus(status, seconds(180));
  await atelier.goTo('understand');
  await atelier.hook('inside').locator('summary').first().click();
  return atelier;
}

/** Waits for a step after this one to be looked at; returns it. */
async function seenAfter(atelier, step) {
  await atelier.page.waitForFunction((step) => {
    const { dataset } = document.querySelector('[data-testid=inside-state]') ?? { dataset: {} };
    return Number(dataset.step ?? 0) > step;
  }, step, { timeout: seconds(60) });
  return Number(await atelier.hook('inside-state').getAttribute('data-step'));
}

/** The pixels of a canvas. */
const pixelsOf = (canvas) => canvas.evaluate((canvas) => [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data]);

/** Waits until this many elements of a kind are there. */
async function waitForCount(atelier, name, count) {
  await atelier.page.waitForFunction(([name, count]) =>
    document.querySelectorAll(`[data-testid=${name}]`).length === count, [name, count], { timeout: seconds(60) });
}

test('while a run trains, its filters, feature maps and distributions follow it', { timeout: seconds(240) }, async (t) => {
  const atelier = await openInside(t);
  const first = await seenAfter(atelier, 0);
  await waitForCount(atelier, 'filter', 22);
  await waitForCount(atelier, 'feature-map', 22);
  await waitForCount(atelier, 'histogram', 15);
  const filter = atelier.hook('filter').first();
  const before = await pixelsOf(filter);
  assert.equal(before.length, 5 * 5 * 4);
  await seenAfter(atelier, first + 100);
  await atelier.page.waitForFunction((before) => {
    const canvas = document.querySelector('[data-testid=filter]');
    const now = [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data];
    return now.some((value, at) => value !== before[at]);
  }, before, { timeout: seconds(30) });
  const kinds = await atelier.hook('histogram').evaluateAll((all) => all.map(({ dataset }) => `${dataset.layer} ${dataset.kind}`));
  for (const layer of ['conv1', 'conv2', 'fc1', 'fc2', 'fc3']) {
    for (const kind of ['weights', 'gradients', 'activations']) assert.ok(kinds.includes(`${layer} ${kind}`), `${layer} ${kind}`);
  }
  const entries = Number(await atelier.hook('histogram').first().getAttribute('data-entries'));
  assert.ok(entries >= 2, `${entries} distributions are drawn`);
  await atelier.hook('update-ratios').waitFor();
  assert.equal(await atelier.hook('step-refused').count(), 0);
  await atelier.stop();
});

test('one step at a time: each press takes exactly one step and shows its batch and what it did', { timeout: seconds(240) }, async (t) => {
  const atelier = await openInside(t);
  await seenAfter(atelier, 0);
  await atelier.hook('step-once').click();
  await atelier.waitForStatus('paused');
  await atelier.page.waitForFunction(() => document.querySelectorAll('[data-testid=step-batch] li').length === 64, undefined, { timeout: seconds(60) });
  const step = Number(await atelier.hook('inside-state').getAttribute('data-step'));
  await atelier.hook('step-once').click();
  assert.equal(await seenAfter(atelier, step), step + 1);
  assert.equal(await atelier.hook('status').getAttribute('data-status'), 'paused');
  await atelier.hook('step-says').filter({ hasText: `Step ${(step + 1).toLocaleString('en')} (` }).waitFor({ timeout: seconds(30) });
  // The batch is of the training images: without augmentation they are as the data set has them.
  const images = await imagesIn(atelier.hook('step-batch').locator('li'));
  const train = await readImages('train');
  for (const { index, pixels } of images.slice(0, 5)) assert.deepEqual(pixels, [...train[index].pixels], `image ${index}`);
  await atelier.page.locator(`[data-testid=inside-layers][data-step="${step + 1}"]`).waitFor({ timeout: seconds(30) });
  // Plain descent: a layer moves by the learning rate times its gradient (before bias, so norms agree).
  const rows = await atelier.hook('inside-layers').locator('tbody tr').evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll('td')].map((cell) => Number(cell.innerText))));
  for (const [, gradient, update] of rows) assert.ok(Math.abs(update / (0.01 * gradient) - 1) < 0.02, `${update} is 0.01 times ${gradient}`);
  await atelier.page.waitForTimeout(1500);
  assert.equal(Number(await atelier.hook('inside-state').getAttribute('data-step')), step + 1, 'no step is taken by itself');
  await atelier.goTo('train');
  assert.equal(await atelier.number('step'), step + 1);
  await atelier.pause();
  await atelier.waitForNumber('step', step + 50);
  await atelier.stop();
});

test('after a run, the weights of each epoch are drawn, another image passes through, and figures are saved', { timeout: seconds(240) }, async (t) => {
  const atelier = await openInside(t, SHORT, 'done');
  await waitForCount(atelier, 'filter', 22);
  await waitForCount(atelier, 'histogram', 5);
  await atelier.page.waitForFunction(() => document.querySelector('[data-testid=histogram]').dataset.entries === '2', undefined, { timeout: seconds(30) });
  assert.ok(await atelier.hook('step-once').isDisabled());
  const map = atelier.hook('feature-map').first();
  const before = await pixelsOf(map);
  assert.equal(before.length, 24 * 24 * 4);
  await atelier.hook('inside-next').click();
  await atelier.page.waitForFunction((before) => {
    const canvas = document.querySelector('[data-testid=feature-map]');
    return [...canvas.getContext('2d').getImageData(0, 0, 24, 24).data].some((value, at) => value !== before[at]);
  }, before, { timeout: seconds(30) });
  for (const [name, ending] of [['filters-csv', /\.csv$/], ['feature-maps-png', /\.png$/], ['histograms-svg', /\.svg$/]]) {
    const { bytes, fileName: file } = await atelier.downloadBy(atelier.hook(name));
    assert.match(file, ending);
    assert.ok(bytes.length > 500, `${file} has ${bytes.length} bytes`);
  }
  await atelier.hook('language-select').selectOption('zh');
  await atelier.hook('inside').getByText('网络内部').waitFor();
  const errors = await atelier.page.locator('[data-testid=inside-failure]').count();
  assert.equal(errors, 0);
});
