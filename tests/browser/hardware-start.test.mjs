// A GPU: preparations while the data loads never get in the way of what the visitor does meanwhile.
// Runs alone: what `auto` chooses follows from measurements.

import assert from 'node:assert/strict';
import test from 'node:test';
import { ON_HARDWARE } from './support/adapters.mjs';
import { measuredToBeFaster, passForHardware, trainsOnCard, waitInWorker } from './support/hardware.mjs';
import { seconds } from './support/patience.mjs';
import { prepareVisit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(240) };
const QUERY = 'engine=webgpu&batch=4&epochs=1&lr=0.01';
/** Long enough that immediate actions happen in the middle of warm-up. */
const SLOW = 400;

async function cardVisit(t, options) {
  const prepared = await prepareVisit(t);
  passForHardware(prepared.site, options);
  return { ...prepared, atelier: await prepared.openTab() };
}

test('a run that a link starts trains on the first visit, and with the data cached', PATIENCE, async (t) => {
  const { atelier } = await cardVisit(t, { slow: SLOW });
  await atelier.open(`${QUERY}&steps=40&autostart=1`);
  await atelier.waitForStatus('done', seconds(200));
  assert.equal(await atelier.number('step'), 40);
  assert.match(await atelier.hook('engine-name').innerText(), /^WebGPU, .*RTX 3090.*fused kernels/);
  assert.equal(await atelier.errorText(), '');
  // Without the run in the address, which a reload would show as it ended.
  await atelier.open(`${QUERY}&steps=40&autostart=1`);
  await trainsOnCard(atelier);
  assert.equal(await atelier.errorText(), '');
  assert.equal(await atelier.worker().evaluate(() => globalThis.gpu.scopes), 0, 'every error scope is closed');
});

test('a browser that has no adapter at first is asked again', PATIENCE, async (t) => {
  const { atelier } = await cardVisit(t, { late: 2 });
  await atelier.open(`${QUERY}&autostart=1`);
  await trainsOnCard(atelier);
  assert.equal(await atelier.errorText(), '');
});

test('Start pressed at once, and during warm-up, trains', PATIENCE, async (t) => {
  const { atelier } = await cardVisit(t, { slow: SLOW });
  await atelier.open(QUERY);
  await atelier.hook('start').and(atelier.page.locator(':enabled')).waitFor();
  await atelier.start();
  await trainsOnCard(atelier);

  await atelier.page.reload();
  await waitInWorker(atelier, (gpu) => gpu.scopes > 0 || gpu.pipelines.length > 0);
  await atelier.start();
  await trainsOnCard(atelier);
  assert.equal(await atelier.errorText(), '');
});

test('a run after another has kernels of its own, and a resumed one those of its settings', PATIENCE, async (t) => {
  const { atelier } = await cardVisit(t);
  await atelier.open(QUERY);
  await atelier.waitForStatus('ready');
  await atelier.start();
  await trainsOnCard(atelier);
  await atelier.set('batch', 64);
  await atelier.unfold('optimizer');
  await atelier.set('optimizer', 'adam');
  await atelier.start();
  await trainsOnCard(atelier, 3);
  const last = await atelier.waitForCheckpoint(/_last$/);
  await atelier.page.reload();
  await atelier.waitForStatus('stopped');
  await atelier.openRun(last.match(/\d{8}_\d{6}/)[0]);
  await atelier.checkpointRow(last).getByTestId('resume').click();
  await trainsOnCard(atelier, 5);
  assert.equal(await atelier.errorText(), '');
});

test('no kernel is compiled in the middle of a run, the last smaller batch of an epoch included', PATIENCE, async (t) => {
  const { atelier, site } = await cardVisit(t);
  // Two batches of 64 and one of 5.
  const images = Array.from({ length: 133 }, (_, image) => image);
  const epoch = [images.slice(0, 64), images.slice(64, 128), images.slice(128)];
  site.breakFile('batches.json', (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(epoch));
  });
  // Not the optimizer of warm-up, some of whose kernels are already compiled.
  await atelier.open('engine=webgpu&optimizer=adam&batch=64&epochs=1&steps=3&order=batches.json&autostart=1');
  await atelier.agreeToFiles();
  await atelier.waitForStatus('done', seconds(200));
  assert.equal(await atelier.number('step'), 3);
  const calls = await atelier.worker().evaluate(() => globalThis.gpu.calls);
  const compiledAfterWork = calls.filter((call, at) => call === 'compile' && calls[at - 1] === 'submit');
  assert.equal(compiledAfterWork.length, 1, `after warm-up, and never in the run: ${calls}`);
});

test('what is drawn during warm-up is classified', PATIENCE, async (t) => {
  const { atelier } = await cardVisit(t, { slow: SLOW });
  await atelier.open('engine=cpu&batch=512&epochs=1&lr=0.05&autostart=1');
  await atelier.waitForStatus('done');
  await atelier.page.reload();
  await waitInWorker(atelier, (gpu) => gpu.pipelines.length > 0);
  await atelier.draw([[0.3, 0.2], [0.7, 0.2], [0.7, 0.8], [0.3, 0.8], [0.3, 0.2]]);
  await atelier.waitForOtherProbabilities({});
  assert.equal(await atelier.errorText(), '');
});

for (const batch of [4, 64, 512]) {
  test(`auto measures both engines at batches of ${batch} and trains on the faster one`, PATIENCE, async (t) => {
    const { atelier } = await cardVisit(t, { slow: batch === 4 ? SLOW : 0 });
    await atelier.open(`engine=auto&batch=${batch}&steps=12&epochs=1`);
    // Measurements are kept once all data has arrived.
    await atelier.waitForStatus('ready');
    await atelier.start();
    await atelier.waitForStatus('done', seconds(200));
    assert.equal(await atelier.number('step'), 12);
    const cases = await atelier.page.evaluate(() =>
      JSON.parse(localStorage.getItem('atelier.measurements') ?? '{"measurements":[]}')
        .measurements.map(({ case: name, measurement }) => [name, measurement.step_ms]));
    const measured = Object.fromEntries(cases);
    t.diagnostic(JSON.stringify(measured));
    const engine = await atelier.hook('engine-name').innerText();
    const [gpu, cpu] = [measured[`webgpu-fused-${batch}`], measured[`cpu-fused-${batch}`]];
    assert.ok(gpu > 0 && cpu > 0, 'both were measured');
    assert.match(engine, gpu < cpu ? /^WebGPU.*fused kernels/ : /^CPU.*fused kernels/);
    // Software cannot win.
    assert.ok(gpu > cpu || ON_HARDWARE);
    assert.equal(await atelier.errorText(), '');
  });
}

test('auto trains on a card that has been measured to be faster', PATIENCE, async (t) => {
  const { atelier } = await cardVisit(t, { slow: SLOW });
  await measuredToBeFaster(atelier, 4);
  await atelier.open('engine=auto&batch=4&epochs=1&autostart=1');
  await trainsOnCard(atelier);
  assert.equal(await atelier.errorText(), '');
});

for (const [when, condition] of [
  ['before', null],
  ['during', (gpu) => gpu.pipelines.length > 0],
  ['after', (gpu) => gpu.pipelines.length > 0 && gpu.scopes === 0],
]) {
  test(`the benchmark measures the card when it is started ${when} warm-up`, PATIENCE, async (t) => {
    const { atelier } = await cardVisit(t, { slow: when === 'after' ? 0 : SLOW });
    await atelier.open('bench=webgpu-fused-4,webgpu-fused-64,cpu-fused-4');
    if (condition) await waitInWorker(atelier, condition);
    await atelier.hook('bench-run').and(atelier.page.locator(':enabled')).waitFor();
    await atelier.hook('bench-run').click();
    const table = atelier.hook('bench-table').and(atelier.page.locator('[data-state=done]'));
    await table.waitFor({ timeout: seconds(120) });
    for (const name of ['webgpu-fused-4', 'webgpu-fused-64', 'cpu-fused-4']) {
      const row = atelier.hook('bench-table').locator(`tr[data-case="${name}"]`);
      assert.ok(Number(await row.getAttribute('data-step-ms')) > 0, `${name} was measured`);
    }
    assert.equal(await atelier.errorText(), '');
  });
}
