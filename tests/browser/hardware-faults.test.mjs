// A GPU that fails: whatever happens, the visitor trains, on the GPU again or on the CPU, and is told why.

import assert from 'node:assert/strict';
import test from 'node:test';
import { passForHardware, trainsOnCard, waitInWorker } from './support/hardware.mjs';
import { seconds } from './support/patience.mjs';
import { everything } from './support/storage.mjs';
import { prepareVisit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(240) };
const QUERY = 'batch=4&epochs=1&lr=0.01';
const SLOW = 400;
const LOST = [/WebGPU|device|GPU/i];

async function cardVisit(t, options, expects = LOST) {
  const prepared = await prepareVisit(t, { expects });
  passForHardware(prepared.site, options);
  return { ...prepared, atelier: await prepared.openTab() };
}

const destroy = (atelier) => atelier.worker().evaluate(() => globalThis.gpu.devices.at(-1).destroy());

for (const [when, condition] of [
  ['as it opens', (gpu) => gpu.devices.length > 0],
  ['while its kernels are compiled', (gpu) => gpu.pipelines.length > 0],
]) {
  test(`a card lost in warm-up, ${when}, is asked for anew by the next run`, PATIENCE, async (t) => {
    const { atelier } = await cardVisit(t, { slow: SLOW });
    await atelier.open(`engine=webgpu&${QUERY}`);
    await waitInWorker(atelier, condition);
    await destroy(atelier);
    // A GPU that is compiling reports its loss only when that is done.
    await waitInWorker(atelier, (gpu) => gpu.lost > 0);
    await atelier.waitForStatus('ready');
    assert.equal(await atelier.errorText(), '', 'nobody has asked for it yet');
    await atelier.start();
    await trainsOnCard(atelier);
    assert.equal(await atelier.errorText(), '');
  });
}

test('a card lost while a run waits for it is asked for anew by itself, which is told', PATIENCE, async (t) => {
  const { atelier } = await cardVisit(t, { slow: SLOW });
  await atelier.open(`engine=webgpu&${QUERY}&autostart=1`);
  await atelier.waitForStatus('self-test');
  await waitInWorker(atelier, (gpu) => gpu.pipelines.length > 0);
  await destroy(atelier);
  await atelier.hook('resumed').waitFor();
  assert.match(await atelier.errorText(), /WebGPU cannot be used: the GPU device was lost/);
  await trainsOnCard(atelier);
});

test('a card lost in mid-run: the run goes on by itself from its checkpoint, on the card', PATIENCE, async (t) => {
  const { atelier } = await cardVisit(t);
  await atelier.open(`engine=webgpu&${QUERY}&keep-every=8`);
  await atelier.waitForStatus('ready');
  await atelier.start();
  const last = await atelier.waitForCheckpoint(/_last$/);
  await destroy(atelier);
  await atelier.hook('resumed').waitFor({ timeout: seconds(120) });
  assert.match(await atelier.errorText(), /because the GPU device was lost/);
  const from = Number(await atelier.hook('resumed').getAttribute('data-step'));
  assert.ok(from >= 8, `it goes on where it was saved, and not after step ${from}`);
  await trainsOnCard(atelier, from + 4);
  assert.ok((await everything(atelier.page, 'checkpoints'))[last]);
  assert.equal(Object.keys(await everything(atelier.page, 'runs')).length, 1, 'it is the same run');
});

test('where the choice is left to Atelier, a card that is lost gives way to the CPU, which is told', PATIENCE, async (t) => {
  const { atelier } = await cardVisit(t, { slow: SLOW });
  await atelier.open(`engine=auto&${QUERY}&autostart=1`);
  await atelier.waitForStatus('self-test');
  await waitInWorker(atelier, (gpu) => gpu.pipelines.length > 0);
  await destroy(atelier);
  const words = await atelier.waitForError(/WebGPU cannot be used/);
  assert.match(words, /the GPU device was lost/);
  assert.match(words, /trains on the CPU engine instead/);
  await atelier.waitForNumber('step', 20);
  assert.match(await atelier.hook('engine-name').innerText(), /^CPU/);
});

test('a card lost in a measurement fails that case, and the next is measured on it', PATIENCE, async (t) => {
  const { atelier } = await cardVisit(t);
  await atelier.open('bench=webgpu-fused-4,webgpu-fused-64');
  await atelier.waitForStatus('ready');
  await waitInWorker(atelier, (gpu) => gpu.pipelines.length > 0 && gpu.scopes === 0);
  await atelier.hook('bench-run').click();
  await atelier.waitForStatus('benchmark');
  await destroy(atelier);
  const row = (name) => atelier.hook('bench-table').locator(`tr[data-case="${name}"]`);
  const table = atelier.hook('bench-table').and(atelier.page.locator('[data-state=done]'));
  await table.waitFor({ timeout: seconds(120) });
  assert.match(await row('webgpu-fused-4').getAttribute('data-error'), /the GPU device was lost/);
  assert.ok(Number(await row('webgpu-fused-64').getAttribute('data-step-ms')) > 0);
});

for (const engine of ['auto', 'webgpu']) {
  test(`no adapter at the second request, with engine=${engine}`, PATIENCE, async (t) => {
    const { atelier } = await cardVisit(t, { adapters: 1 });
    await atelier.open(`engine=${engine}&${QUERY}&autostart=1`);
    const words = await atelier.waitForError(/WebGPU cannot be used/);
    assert.match(words, /gave no device|no adapter/i);
    if (engine === 'webgpu') {
      assert.match(words, /Choose the CPU engine/);
      await atelier.waitForStatus('error');
      await atelier.set('engine', 'cpu');
      await atelier.start();
    }
    await atelier.waitForNumber('step', 20);
    assert.match(await atelier.hook('engine-name').innerText(), /^CPU/);
    if (engine === 'auto') assert.match(await atelier.errorText(), /trains on the CPU engine instead/);
  });
}
