// This machine's own GPU: whole runs on it, beside the CPU engine. Only with `ATELIER_ADAPTER=hardware`.
// Runs alone: it measures rates, and asserts that no task of the page takes 50 ms.

import assert from 'node:assert/strict';
import test from 'node:test';
import { ON_HARDWARE } from './support/adapters.mjs';
import { recordLongTasks } from './support/long-tasks.mjs';
import { seconds } from './support/patience.mjs';
import { saveShot } from './support/shots.mjs';
import { prepareVisit, visit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(300), skip: ON_HARDWARE ? false : 'only with ATELIER_ADAPTER=hardware' };
const TUTORIAL = 'engine=webgpu&batch=4&epochs=5&lr=0.001&momentum=0.9&seed=0';
const REAL = /^WebGPU, (?!.*(swiftshader|llvmpipe|software)).*fused kernels/i;

test('the whole tutorial on the GPU lands where PyTorch does, and the page stays free', PATIENCE, async (t) => {
  const { openTab } = await prepareVisit(t);
  const atelier = await openTab();
  await recordLongTasks(atelier.page);
  const opened = Date.now();
  await atelier.open(`${TUTORIAL}&autostart=1`);
  await atelier.waitForNumber('step', 1, seconds(120));
  t.diagnostic(`${Date.now() - opened} ms from the address to the first step`);
  await atelier.waitForStatus('training', seconds(60));
  const begun = Date.now();
  const name = await atelier.hook('engine-name').innerText();
  assert.match(name, REAL);
  const apart = Number(await atelier.hook('self-test').getAttribute('data-gradient-difference'));
  assert.ok(apart > 0 && apart <= 1e-3, `gradients differ by ${apart}`);
  t.diagnostic(`${name}; gradients differ from the CPU's by ${apart}`);
  await atelier.waitForStatus('done', seconds(280));
  const [took, loss, accuracy] = [(Date.now() - begun) / 1000, await atelier.number('valid-loss'), await atelier.number('valid-accuracy')];
  t.diagnostic(`75,000 steps with five validations in ${took.toFixed(1)} s; validation loss ${loss}, accuracy ${accuracy}`);
  await saveShot(t, atelier.page, 'real-gpu.png');
  assert.equal(await atelier.number('step'), 75_000);
  // PyTorch's range over four seeds: tests/fixtures/tutorial.json, README.
  assert.ok(loss > 0.2845 && loss < 0.3395, `validation loss ${loss}`);
  const tasks = await atelier.page.evaluate(() => globalThis.longTasks);
  const during = tasks.filter(({ status }) => status === 'training' || status === 'validating');
  t.diagnostic(`tasks of 50 ms or more while training: ${JSON.stringify(during)}`);
  assert.equal(during.length, 0);
});

for (const batch of [4, 64, 512]) {
  test(`auto trains batches of ${batch} on the engine that it has measured to be faster`, PATIENCE, async (t) => {
    const { atelier } = await visit(t, `engine=auto&batch=${batch}&steps=40&epochs=1`);
    // Measurements are kept once all data has arrived.
    await atelier.waitForStatus('ready', seconds(60));
    await atelier.start();
    await atelier.waitForStatus('done', seconds(120));
    const measured = await atelier.page.evaluate(() => {
      const { measurements } = JSON.parse(localStorage.getItem('atelier.measurements') ?? '{"measurements":[]}');
      return Object.fromEntries(measurements.map(({ case: name, measurement }) => [name, measurement.step_ms]));
    });
    const [gpu, cpu] = [measured[`webgpu-fused-${batch}`], measured[`cpu-fused-${batch}`]];
    const name = await atelier.hook('engine-name').innerText();
    t.diagnostic(`${name}: ${JSON.stringify(measured)}`);
    assert.ok(gpu > 0 && cpu > 0, 'both were measured');
    assert.match(name, gpu < cpu ? REAL : /^CPU/);
  });
}

test('the library keeps pace: 3,000 steps with validation, reload, and the run is as it was', PATIENCE, async (t) => {
  const { atelier } = await visit(t, 'engine=webgpu&batch=20&epochs=1&lr=0.01&momentum=0.9&autostart=1');
  await atelier.waitForStatus('done', seconds(120));
  const loss = await atelier.number('valid-loss');
  await atelier.page.reload();
  await atelier.waitForStatus('done', seconds(60));
  assert.equal(await atelier.number('step'), 3000);
  // It comes with the run's curves.
  assert.equal(await atelier.waitForNumber('valid-loss', 0), loss);
});

test('an experiment trains on the GPU', PATIENCE, async (t) => {
  const { atelier } = await visit(t, 'engine=webgpu&batch=64&epochs=1&steps=200&momentum=0.9&experiment=lr:0.001,0.02;seeds:5,6&autostart=1');
  const begun = Date.now();
  await atelier.page.waitForFunction(
    () => document.querySelector('[data-testid=experiment-status]')?.dataset.status === 'done',
    undefined,
    { timeout: seconds(200), polling: 50 },
  ).catch(async (error) => {
    const text = await atelier.page.locator('.experiment-control').innerText().catch(() => 'nothing');
    throw new Error(text, { cause: error });
  });
  t.diagnostic(`four runs of 200 steps in ${((Date.now() - begun) / 1000).toFixed(1)} s, the page's start included`);
  const rows = await atelier.hook('experiment-row').evaluateAll((all) => all.map(({ dataset }) => ({ ...dataset })));
  t.diagnostic(JSON.stringify(rows));
  assert.deepEqual(rows.map(({ state, seeds }) => [state, seeds]), [['done', '2'], ['done', '2']]);
});
