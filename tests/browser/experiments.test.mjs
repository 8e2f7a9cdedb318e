// Experiments: several settings and seeds, trained on several workers; what comes of them, whatever happens meanwhile.
// Runs alone: its workers take every core.

import assert from 'node:assert/strict';
import test from 'node:test';
import { eventually } from './support/eventually.mjs';
import { waitForStanding } from './support/experiments.mjs';
import { seconds } from './support/patience.mjs';
import { missing } from './support/server.mjs';
import { saveShot } from './support/shots.mjs';
import { withDatabase } from './support/storage.mjs';
import { visit } from './support/visit.mjs';

const BASE = 'engine=cpu&batch=256&epochs=2&steps=60&momentum=0.9&seed=5';
const RATES = 'lr:0.001,0.02;seeds:5,6';

const status = (atelier) => atelier.hook('experiment-status').getAttribute('data-status');

const waitForOver = (atelier, least, timeout = seconds(180)) => atelier.page.waitForFunction(
  (least) => Number(document.querySelector('[data-testid=experiment-status]')?.dataset.over) >= least,
  least,
  { timeout, polling: 50 },
);

const rows = (atelier) => atelier.hook('experiment-row').evaluateAll((all) => all.map(({ dataset }) => ({ ...dataset })));

/** Every run of the library, with the SHA-256 of its weights after each epoch. */
const library = (page) => withDatabase(page, async (database) => {
  const got = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const transaction = database.transaction(['runs', 'epoch_weights']);
  const [runs, keys, weights] = await Promise.all([
    got(transaction.objectStore('runs').getAll()),
    got(transaction.objectStore('epoch_weights').getAllKeys()),
    got(transaction.objectStore('epoch_weights').getAll()),
  ]);
  const sums = {};
  for (const [at, key] of keys.entries()) {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', weights[at]));
    sums[key] = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }
  return runs.map((text) => JSON.parse(text)).map((run) => ({
    ...run,
    weights: Object.entries(sums).filter(([key]) => key.startsWith(`${run.run}/`)).sort().map(([, sum]) => sum),
  }));
});

/** What a run computed, by its settings: two that computed the same are equal. */
const computed = ({ config, sparkline, best, newest, steps, weights }) => (
  { lr: config.lr, seed: config.seed, sparkline, best, newest, steps, weights });

const numbers = (runs) => runs.map(({ experiment }) => experiment.number).sort((a, b) => a - b);

test('an experiment trains every combination with every seed, each run bit for bit as it would be alone', { timeout: seconds(400) }, async (t) => {
  const { atelier, openTab } = await visit(t, `${BASE}&experiment=${RATES}&autostart=1`);
  const { page } = atelier;
  await atelier.hook('experiment-status').waitFor({ state: 'attached', timeout: seconds(120) });
  assert.equal(await atelier.hook('experiment-runs').getAttribute('data-runs'), '4');
  await waitForStanding(atelier, 'running');
  await saveShot(t, page, 'experiment-running.png', { fullPage: true });
  await waitForStanding(atelier, 'done');
  await saveShot(t, page, 'experiment-done.png', { fullPage: true });

  const found = await rows(atelier);
  assert.equal(found.length, 2);
  assert.ok(found.every(({ state, seeds }) => state === 'done' && seeds === '2'), JSON.stringify(found));
  assert.deepEqual(found.map(({ settings }) => settings), ['lr=0.02', 'lr=0.001'], 'the lowest loss first');
  assert.match(await atelier.hook('experiment-summary').innerText(), /^Learning rate 0\.02 has the lowest validation loss: /);

  await atelier.waitForStored();
  const runs = await library(page);
  assert.deepEqual(numbers(runs), [1, 2, 3, 4]);
  assert.ok(runs.every(({ experiment, state }) => experiment.id === runs[0].experiment.id && state.Ended === 'Completed'));
  const mean = (lr) => {
    const of = runs.filter(({ config }) => config.lr === lr).map(({ best }) => best.valid_loss);
    return of.reduce((sum, loss) => sum + loss, 0) / of.length;
  };
  for (const { settings, validLoss } of found) {
    assert.ok(Math.abs(Number(validLoss) - mean(settings.slice(3))) < 1e-12, settings);
  }

  // The same settings without an experiment.
  const alone = await openTab();
  await alone.open(`${BASE}&lr=0.02&seed=6&autostart=1`);
  await alone.waitForStatus('done');
  await alone.waitForStored();
  const single = (await library(alone.page)).find(({ experiment }) => !experiment);
  const same = runs.find(({ config }) => config.lr === '0.02' && config.seed === '6');
  assert.deepEqual(computed(same), computed(single));
  assert.equal(single.weights.length, 1);

  // Each is an ordinary run of the library.
  await atelier.waitForRuns(5);
});

test('pause, stop and reload lose nothing, and nothing is trained twice', { timeout: seconds(600) }, async (t) => {
  const { atelier } = await visit(t, `${BASE}&steps=400&experiment=${RATES}&autostart=1`);
  const { page } = atelier;
  await waitForStanding(atelier, 'running');
  await page.waitForFunction(() => [...document.querySelectorAll('[data-testid=experiment-row]')].some(({ dataset }) => dataset.state === 'running'));

  await atelier.hook('experiment-pause').click();
  await waitForStanding(atelier, 'paused');
  await atelier.hook('experiment-pause').click();
  await waitForStanding(atelier, 'running');

  await atelier.hook('experiment-stop').click();
  await waitForStanding(atelier, 'idle');
  const stopped = await eventually(() => library(page), (runs) => runs.length > 0 && runs.every(({ state }) => state === 'Stopped'));
  assert.ok(stopped.every(({ steps }) => steps < 400));
  // Its link begins it once; what was stopped stays so.
  await page.reload();
  await atelier.hook('experiment-go-on').waitFor();
  assert.equal(await status(atelier), 'idle');
  // One after the other: side by side, all may end at once.
  await atelier.hook('experiment-workers').fill('1');
  await atelier.hook('experiment-workers').press('Tab');
  await atelier.hook('experiment-go-on').click();
  await waitForStanding(atelier, 'running');
  await waitForOver(atelier, 1);
  // Only what is stored is known after a reload.
  const [ended] = (await eventually(() => library(page), (runs) => runs.some(({ state }) => state.Ended)))
    .filter(({ state }) => state.Ended);

  // A reload in the middle: it goes on by itself, in another place as well.
  await atelier.goTo('train');
  await page.reload();
  await page.waitForFunction(() => document.querySelector('[data-testid=experiment-status]')?.dataset.status === 'running', undefined, { timeout: seconds(60) });
  await atelier.goTo('experiments');
  await waitForStanding(atelier, 'running');
  await waitForOver(atelier, 1);
  await waitForStanding(atelier, 'done', seconds(240));
  await atelier.waitForStored();
  const runs = await library(page);
  // What had ended counts. Trained again, it would be there twice.
  assert.deepEqual(numbers(runs), [1, 2, 3, 4], 'none twice');
  assert.ok(runs.some(({ run }) => run === ended.run), 'what had ended is one of them');
  assert.ok(runs.every(({ state, steps }) => state.Ended === 'Completed' && steps === 400));

  // Undisturbed, another visitor computes the same.
  const { atelier: other } = await visit(t, `${BASE}&steps=400&experiment=${RATES}&autostart=1`);
  await waitForStanding(other, 'done', seconds(240));
  await other.waitForStored();
  const sorted = (runs) => [...runs].sort((a, b) => a.experiment.number - b.experiment.number).map(computed);
  assert.deepEqual(sorted(await library(other.page)), sorted(runs));

  // Started once more, there is nothing left to train.
  await page.reload();
  await waitForStanding(atelier, 'done');
  assert.equal((await library(page)).length, 4);
});

test('a worker that dies and a run that diverges end nothing else', { timeout: seconds(400) }, async (t) => {
  // Each step multiplies the weights by −9: the rate times the decay, less one.
  const rates = 'lr:0.02,10;seeds:5,6';
  const { atelier } = await visit(t, `${BASE}&weight-decay=1&steps=300&experiment=${rates}&autostart=1`, { expects: [/boom/] });
  const { page } = atelier;
  await atelier.hook('experiment-workers').waitFor({ timeout: seconds(120) });
  await waitForStanding(atelier, 'running');
  await page.waitForFunction(() => [...document.querySelectorAll('[data-testid=experiment-row]')].some(({ dataset }) => dataset.state === 'running'));
  const [worker] = atelier.experimentWorkers();
  await worker.evaluate(() => { setTimeout(() => { throw new Error('boom'); }); });
  await atelier.hook('experiment-deaths').waitFor();
  await waitForStanding(atelier, 'done');

  const found = await rows(atelier);
  const state = Object.fromEntries(found.map(({ settings, state }) => [settings, state]));
  assert.deepEqual(state, { 'lr=0.02': 'done', 'lr=10': 'diverged' });
  assert.match(await atelier.hook('experiment-summary').innerText(), /2 runs diverged: learning rate 10\./);
  await atelier.waitForStored();
  const runs = await library(page);
  assert.deepEqual(numbers(runs), [1, 2, 3, 4]);
  const ended = runs.filter(({ config }) => config.lr === '0.02');
  assert.ok(ended.every(({ steps, state }) => steps === 300 && state.Ended === 'Completed'));
  assert.ok(runs.filter(({ config }) => config.lr === '10').every(({ state }) => state.Failed.diverged));
});

test('a run that falls behind is stopped early, says so, and is not trained any further', { timeout: seconds(300) }, async (t) => {
  // Each reaches the first rung alone, and only the first is the best of those that have been there.
  const link = 'engine=cpu&batch=512&epochs=3&momentum=0.9&seed=5&experiment=lr:0.05,0.0001;halving:1~3';
  const { atelier } = await visit(t, `${link}#/experiments`);
  const { page } = atelier;
  await atelier.hook('experiment-workers').fill('1');
  await atelier.hook('experiment-workers').press('Tab');
  await atelier.hook('experiment-start').click();
  await waitForStanding(atelier, 'done');
  const states = async () => Object.fromEntries((await rows(atelier)).map(({ settings, state }) => [settings, state]));
  const expected = { 'lr=0.05': 'done', 'lr=0.0001': 'halved' };
  assert.deepEqual(await states(), expected);
  assert.match(await atelier.hook('experiment-summary').innerText(), /1 run fell behind and was stopped early/);
  const stopped = (runs) => runs.find(({ config }) => config.lr === '0.0001');
  const before = await eventually(() => library(page), (runs) => stopped(runs)?.state === 'Stopped');
  assert.ok(stopped(before).steps < 3 * 118, `${stopped(before).steps} steps`);

  // Settings of the best are taken to the form.
  await atelier.hook('experiment-take').click();
  await atelier.goTo('train');
  assert.equal(await atelier.hook('lr-input').inputValue(), '0.05');

  await page.goto(page.url().replace(/#.*/, '#/experiments'));
  await page.reload();
  await atelier.hook('experiment-entry').first().getByRole('button', { name: 'Show' }).click();
  await waitForStanding(atelier, 'done');
  assert.deepEqual(await states(), expected);
  assert.equal(stopped(await library(page)).steps, stopped(before).steps);
});

test('of two tabs only one trains an experiment, and the other goes on with it once the first is gone', { timeout: seconds(300) }, async (t) => {
  const link = `${BASE}&steps=300&experiment=${RATES}&autostart=1`;
  const { atelier: first, openTab } = await visit(t, link);
  await waitForStanding(first, 'running');
  const second = await openTab();
  await second.open(link);
  await second.hook('experiment-trouble').filter({ hasText: 'Another tab' }).waitFor();
  assert.equal(await status(second), 'idle');
  await waitForOver(first, 1);
  await first.page.close();
  await second.hook('experiment-go-on').click();
  await waitForStanding(second, 'done');
  await second.waitForStored();
  const runs = await library(second.page);
  assert.deepEqual(numbers(runs), [1, 2, 3, 4], 'none twice');
  assert.ok(runs.every(({ steps, state }) => steps === 300 && state.Ended === 'Completed'));
});

test('without its data set an experiment stops after a few failures, says why, and goes on after the repair', { timeout: seconds(300) }, async (t) => {
  const { atelier, site } = await visit(t, `${BASE}&experiment=lr:0.001,0.002,0.005,0.01,0.02,0.05;seeds:5#/experiments`, { expects: [/404/] });
  const { page } = atelier;
  await atelier.waitForStatus('ready');
  await page.evaluate(async () => {
    for (const name of await caches.keys()) await caches.delete(name);
  });
  site.breakFile('data/manifest.json', missing());
  await atelier.hook('experiment-workers').fill('2');
  await atelier.hook('experiment-workers').press('Tab');
  await atelier.hook('experiment-start').click();
  await atelier.hook('experiment-trouble').waitFor({ timeout: seconds(120) });
  await waitForStanding(atelier, ['idle', 'done']);
  const failed = (await rows(atelier)).filter(({ state }) => state === 'failed').length;
  assert.ok(failed >= 1 && failed <= 4, `${failed} runs failed of 6`);
  site.heal();
  await atelier.hook('experiment-go-on').click();
  await waitForStanding(atelier, 'done');
  assert.ok((await rows(atelier)).every(({ state }) => state === 'done'));
  await atelier.waitForStored();
  assert.deepEqual(numbers(await library(page)), [1, 2, 3, 4, 5, 6]);
});

test('what a link says is in the form, momenta come with an optimizer that has one, and a wrong link is told', { timeout: seconds(120) }, async (t) => {
  const { atelier } = await visit(t, `${BASE}&experiment=clip:,1;seeds:5,9;sample:2~3#/experiments`);
  const { page, context } = { page: atelier.page, context: atelier.page.context() };
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.waitForFunction(() => document.querySelector('[data-testid=experiment-runs]')?.dataset.runs === '4');
  await atelier.hook('experiment-link').click();
  await page.getByText('Copied.').waitFor();
  const copied = new URL(await page.evaluate(() => navigator.clipboard.readText()));
  assert.equal(copied.searchParams.get('experiment'), 'clip:,1;seeds:5,9;sample:2~3');

  await atelier.open('engine=cpu&optimizer=adam#/experiments');
  await page.locator('[data-testid=experiment-preset][data-preset=momenta]').click();
  await atelier.hook('experiment-optimizer').filter({ hasText: 'SGD' }).waitFor();
  assert.equal(await atelier.hook('experiment-runs').getAttribute('data-runs'), '15');
  assert.ok(await atelier.hook('experiment-start').isEnabled());

  await atelier.open(`${BASE}&experiment=lr:0.1,0.2;speed:9&autostart=1`);
  await atelier.hook('experiment-trouble').filter({ hasText: 'speed' }).waitFor();
  assert.equal(await status(atelier), 'idle');
});

test('a preset says how many runs and how long, and a wrong form why it cannot start', { timeout: seconds(240) }, async (t) => {
  const { atelier } = await visit(t, `${BASE}#/experiments`);
  const { page } = atelier;
  const runs = atelier.hook('experiment-runs');
  const count = () => runs.getAttribute('data-runs');
  for (const [preset, expected] of [['learning-rates', '21'], ['momenta', '15'], ['optimizers', '36']]) {
    await page.locator(`[data-testid=experiment-preset][data-preset=${preset}]`).click();
    await page.waitForFunction((expected) => document.querySelector('[data-testid=experiment-runs]').dataset.runs === expected, expected);
    assert.equal(await count(), expected);
  }
  await page.waitForFunction(() => /About .* with/.test(document.querySelector('[data-testid=experiment-runs]').innerText), undefined, { timeout: seconds(60) });
  await atelier.hook('experiment-seeds').fill('many');
  assert.match(await runs.innerText(), /Enter 1 to 10 seeds/);
  assert.ok(await atelier.hook('experiment-start').isDisabled());
  await atelier.hook('experiment-seeds').fill('1');
  assert.equal(await count(), '12');
  await saveShot(t, page, 'experiment-form.png', { fullPage: true });
});
