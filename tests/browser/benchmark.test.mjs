// The benchmark: measured on demand, remembered, copied.
// Runs alone: it measures rates.

import assert from 'node:assert/strict';
import test from 'node:test';
import { ON_HARDWARE } from './support/adapters.mjs';
import { seconds } from './support/patience.mjs';
import { saveShot } from './support/shots.mjs';
import { visit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(120) };
const KEY = 'atelier.measurements';

test('cases are measured on demand, and what came of it can be copied and stays', PATIENCE, async (t) => {
  const { atelier, context } = await visit(t, 'batch=4&bench=cpu-fused-4,cpu-fused-64');
  const { page } = atelier;
  await atelier.waitForStatus('ready');
  assert.equal(await state(atelier), 'idle', 'nothing is measured by itself');
  assert.deepEqual(await cases(atelier), ['cpu-fused-4', 'cpu-fused-64']);
  assert.deepEqual(await row(atelier, 'cpu-fused-4'), { case: 'cpu-fused-4' });
  assert.ok(await atelier.hook('bench-copy').isDisabled(), 'there is nothing to copy');

  await atelier.hook('bench-run').click();
  await atelier.waitForStatus('benchmark');
  assert.equal(await state(atelier), 'running');
  assert.equal(await atelier.hook('bench-run').innerText(), 'Stop');
  assert.ok(await atelier.hook('start').isDisabled(), 'no run can be started meanwhile');
  await waitForState(atelier, 'done');
  await atelier.waitForStatus('ready');
  assert.ok(await atelier.hook('start').isEnabled(), 'a run can be started again');
  assert.equal(await atelier.hook('bench-run').innerText(), 'Measure');

  const small = await figures(atelier, 'cpu-fused-4');
  const large = await figures(atelier, 'cpu-fused-64');
  t.diagnostic(JSON.stringify({ small, large }));
  for (const [batch, measured] of [[4, small], [64, large]]) {
    assert.ok(measured.stepMs > 0);
    assert.ok(Math.abs(measured.imagesPerSecond / (batch * 1000 / measured.stepMs) - 1) < 1e-9);
    assert.ok(measured.warmUpMs >= 0);
    assert.ok(measured.timedSteps >= 1 && measured.steps >= measured.timedSteps);
  }
  assert.ok(large.stepMs > small.stepMs, 'a step over more images takes longer');
  assert.match(await atelier.hook('bench-advice').innerText(), /^Highest throughput: [\d,]+ images\/s, on the CPU at batch size \d+\.$/);

  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await atelier.hook('bench-copy').click();
  await page.getByText('Copied.').waitFor();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  t.diagnostic(text);
  assert.match(text, /^Atelier \d+\.\d+\.\d+/);
  assert.ok(text.includes(await page.evaluate(() => navigator.userAgent)));
  for (const [name, measured] of [['cpu-fused-4', small], ['cpu-fused-64', large]]) {
    const line = text.split('\n').find((line) => line.startsWith(`${name} `));
    // Half a thousandth may have been rounded either way.
    const told = Number(line?.split(/ +/)[1]);
    assert.ok(Math.abs(told - measured.stepMs) < 0.000501, `${name}: ${line} instead of ${measured.stepMs}`);
  }

  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 844 });
    await page.waitForFunction((width) => document.documentElement.scrollWidth === width, width);
    await saveShot(t, page, `benchmark-${width}.png`, { fullPage: true });
  }

  await page.reload();
  await atelier.waitForStatus('ready');
  assert.equal(await state(atelier), 'idle');
  assert.deepEqual(await figures(atelier, 'cpu-fused-4'), small);
  assert.deepEqual(await figures(atelier, 'cpu-fused-64'), large);
  await atelier.set('epochs', 2);
  assert.equal((await atelier.query()).bench, 'cpu-fused-4,cpu-fused-64', 'editing the form keeps the cases in the link');
});

test('a measurement can be stopped, and measured anew', PATIENCE, async (t) => {
  const { atelier } = await visit(t, 'bench=cpu-general-64,cpu-fused-64');
  await atelier.waitForStatus('ready');
  for (let round = 0; round < 2; round += 1) {
    await atelier.hook('bench-run').click();
    await atelier.waitForStatus('benchmark');
    await atelier.hook('bench-run').click();
    await waitForState(atelier, 'idle');
    await atelier.waitForStatus('ready');
    for (const name of await cases(atelier)) assert.deepEqual(await row(atelier, name), { case: name });
    assert.equal(await atelier.errorText(), '', 'stopping is no failure');
    assert.ok(await atelier.hook('bench-run').isEnabled());
  }
  await atelier.hook('bench-run').click();
  await waitForState(atelier, 'done');
  assert.ok((await figures(atelier, 'cpu-general-64')).stepMs > 0);
  await atelier.waitForStatus('ready');
  await atelier.start();
  await atelier.waitForStatus('training');
  await atelier.goTo('understand');
  assert.ok(await atelier.hook('bench-run').isDisabled(), 'nothing is measured during a run');
});

test('what cannot be measured says why, and the others go on', PATIENCE, async (t) => {
  const query = 'bench=webgpu-fused-4,abacus-fused-4,cpu-fused-4';
  const { atelier } = await visit(t, query, { webgpu: false, ownBrowser: true });
  assert.match(await atelier.waitForError(/unknown cases/), /"abacus-fused-4"/);
  await atelier.waitForStatus('ready');
  assert.deepEqual(await cases(atelier), ['webgpu-fused-4', 'cpu-fused-4']);
  await atelier.hook('bench-run').click();
  await waitForState(atelier, 'done');
  const failed = await row(atelier, 'webgpu-fused-4');
  assert.match(failed.error, /WebGPU/);
  assert.equal(failed.stepMs, undefined);
  assert.ok((await figures(atelier, 'cpu-fused-4')).stepMs > 0);

  await atelier.open('bench=webgpu-fused-4');
  await atelier.waitForStatus('ready');
  await atelier.hook('bench-run').click();
  await waitForState(atelier, 'failed');

  await atelier.open();
  await atelier.waitForStatus('ready');
  await atelier.goTo('understand');
  // A browser that has no adapter is asked for one twice more, which takes a second.
  await atelier.hook('bench-table').locator('tr[data-case^=webgpu]').first().waitFor({ state: 'detached' });
  assert.deepEqual(await cases(atelier), ['cpu-fused-4', 'cpu-fused-64', 'cpu-fused-512'], 'without WebGPU, the CPU alone');
});

test('a worker that dies fails its case, and the next one measures the others', PATIENCE, async (t) => {
  const { atelier } = await visit(t, 'bench=cpu-fused-4,cpu-fused-64', { expects: [/boom/] });
  await atelier.waitForStatus('ready');
  await atelier.hook('bench-run').click();
  await atelier.waitForStatus('benchmark');
  // Outside of `evaluate`, which would catch it.
  await atelier.worker().evaluate(() => { setTimeout(() => { throw new Error('boom'); }); });
  await waitForState(atelier, 'done');
  assert.match((await row(atelier, 'cpu-fused-4')).error, /boom/);
  assert.ok((await figures(atelier, 'cpu-fused-64')).stepMs > 0);
});

test('stored measurements say what automatic means; those of another machine do not', PATIENCE, async (t) => {
  const { atelier } = await visit(t, 'engine=auto&batch=4&bench=cpu-fused-4');
  const { page } = atelier;
  await atelier.waitForStatus('ready');
  const engine = async () => {
    await atelier.waitForEngines();
    return atelier.hook('engine-name').innerText();
  };
  assert.match(await engine(), ON_HARDWARE ? /measured briefly/ : /^CPU/, 'a software adapter is not preferred unmeasured');
  await atelier.hook('bench-run').click();
  await waitForState(atelier, 'done');
  const stored = JSON.parse(await page.evaluate((key) => localStorage.getItem(key), KEY));
  const [cpu] = stored.measurements;
  assert.equal(cpu.case, 'cpu-fused-4');

  const reloadWith = async (text) => {
    await page.evaluate(([key, text]) => localStorage.setItem(key, text), [KEY, text]);
    await page.reload();
    await atelier.waitForStatus('ready');
  };
  const faster = { ...cpu, case: 'webgpu-fused-4', measurement: { ...cpu.measurement, step_ms: cpu.measurement.step_ms / 4 } };
  const both = { ...stored, measurements: [cpu, faster] };
  await reloadWith(JSON.stringify(both));
  assert.match(await engine(), /^WebGPU/);
  assert.match(await atelier.hook('bench-advice').innerText(), /^At batch 4 WebGPU is 4\.0× as fast as the CPU here\./);

  const unusable = [
    { ...both, adapter: 'another adapter' },
    { ...both, user_agent: 'another browser' },
    { ...both, version: 99 },
  ].map((stored) => JSON.stringify(stored));
  for (const text of [...unusable, '{"version":1', '', 'null', '[]']) {
    await reloadWith(text);
    assert.match(await engine(), /^CPU/, text);
    assert.deepEqual(await row(atelier, 'cpu-fused-4'), { case: 'cpu-fused-4' }, text);
  }
});

const state = (atelier) => atelier.hook('bench-table').getAttribute('data-state');

async function waitForState(atelier, wanted) {
  await atelier.page.waitForFunction(
    (wanted) => document.querySelector('[data-testid=bench-table]').dataset.state === wanted,
    wanted,
    { timeout: seconds(60), polling: 50 },
  ).catch(async (error) => {
    throw new Error(`not ${wanted} but ${await state(atelier)}: ${await atelier.errorText()}`, { cause: error });
  });
}

const rows = (atelier) => atelier.hook('bench-table').locator('tr[data-case]');

const cases = (atelier) => rows(atelier).evaluateAll((rows) => rows.map(({ dataset }) => dataset.case));

/** A case's row, by its attributes. */
const row = (atelier, name) =>
  atelier.hook('bench-table').locator(`tr[data-case="${name}"]`).evaluate(({ dataset }) => ({ ...dataset }));

/** A measured case's numbers. */
async function figures(atelier, name) {
  const { case: _, ...told } = await row(atelier, name);
  assert.deepEqual(
    Object.keys(told).sort(),
    ['imagesPerSecond', 'stepMs', 'steps', 'timedSteps', 'warmUpMs'],
    `${name} has ${JSON.stringify(told)}`,
  );
  return Object.fromEntries(Object.entries(told).map(([key, value]) => [key, Number(value)]));
}
