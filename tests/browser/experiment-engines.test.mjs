// An experiment on each engine: runs on WebGPU one after the other beside those on the CPU, and in Firefox on the CPU.

import assert from 'node:assert/strict';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { withDatabase } from './support/storage.mjs';
import { visit } from './support/visit.mjs';

/** Trains the experiment of this link with so many workers; the runs of the library, by their numbers in it. */
async function trained(atelier, query, workers) {
  const { page } = atelier;
  await atelier.open(`${query}#/experiments`);
  await atelier.hook('experiment-workers').fill(String(workers));
  await atelier.hook('experiment-workers').press('Tab');
  await atelier.hook('experiment-start').click();
  await page.locator('[data-testid=experiment-status][data-status=done]').waitFor({ timeout: seconds(240) });
  const states = await atelier.hook('experiment-row').evaluateAll((all) => all.map(({ dataset }) => dataset.state));
  assert.ok(states.every((state) => state === 'done'), states.join());
  await atelier.waitForStored();
  const runs = await withDatabase(page, (database) => new Promise((resolve, reject) => {
    const request = database.transaction('runs').objectStore('runs').getAll();
    request.onsuccess = () => resolve(request.result.map((text) => JSON.parse(text)));
    request.onerror = () => reject(request.error);
  }));
  return runs.sort((one, other) => one.experiment.number - other.experiment.number);
}

test('runs on WebGPU are trained one after the other, and those on the CPU beside them', { timeout: seconds(400) }, async (t) => {
  const { atelier } = await visit(t);
  const query = 'batch=8&epochs=1&steps=10&momentum=0.9&seed=5&experiment=engine:webgpu,cpu;lr:0.01,0.02';
  const runs = await trained(atelier, query, 3);
  assert.deepEqual(runs.map(({ config }) => [config.engine, config.lr]), [['webgpu', '0.01'], ['webgpu', '0.02'], ['cpu', '0.01'], ['cpu', '0.02']]);
  const [first, second, ...onCpu] = runs;
  for (const run of [first, second]) assert.match(run.engine, /^WebGPU/);
  for (const run of onCpu) assert.match(run.engine, /^CPU/);
  assert.ok(second.started_at_ms >= first.ended_at_ms, `the second began ${first.ended_at_ms - second.started_at_ms} ms before the first had ended`);
  for (const run of onCpu) assert.ok(run.started_at_ms < first.ended_at_ms, 'a run on the CPU waits for none on WebGPU');
  for (const [at, run] of onCpu.entries()) {
    const losses = [runs[at], run].map(({ best }) => best.valid_loss);
    assert.ok(Math.abs(losses[0] / losses[1] - 1) < 1e-5, `${losses}: the engines compute the same`);
  }
});

test('in Firefox an experiment is trained on the CPU', { timeout: seconds(300) }, async (t) => {
  const { atelier } = await visit(t, '', { firefox: true });
  const runs = await trained(atelier, 'engine=cpu&batch=256&epochs=1&steps=40&momentum=0.9&seed=5&experiment=lr:0.001,0.02', 2);
  assert.deepEqual(runs.map(({ config, steps, state }) => [config.lr, steps, state.Ended]), [['0.001', 40, 'Completed'], ['0.02', 40, 'Completed']]);
  assert.ok(runs.every(({ engine }) => engine.startsWith('CPU')));
  assert.ok(runs[1].best.valid_loss < runs[0].best.valid_loss, 'they have learnt, each with its rate');
});
