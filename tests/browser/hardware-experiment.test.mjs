// A GPU: what `auto` means is found out once for all runs of an experiment, by measuring where that is not known.
// Runs alone: what `auto` chooses follows from measurements.

import assert from 'node:assert/strict';
import test from 'node:test';
import { measuredToBeFaster, passForHardware } from './support/hardware.mjs';
import { seconds } from './support/patience.mjs';
import { withDatabase } from './support/storage.mjs';
import { prepareVisit } from './support/visit.mjs';

const QUERY = 'engine=auto&batch=8&epochs=1&steps=6&seed=5&experiment=lr:0.01,0.02&autostart=1';

async function cardVisit(t) {
  const prepared = await prepareVisit(t);
  passForHardware(prepared.site);
  return prepared.openTab();
}

/** The engine of each run in the library, once all have ended. */
async function engines(atelier) {
  await atelier.page.locator('[data-testid=experiment-status][data-status=done]').waitFor({ timeout: seconds(240) });
  const runs = await withDatabase(atelier.page, (database) => new Promise((resolve, reject) => {
    const request = database.transaction('runs').objectStore('runs').getAll();
    request.onsuccess = () => resolve(request.result.map((text) => JSON.parse(text)));
    request.onerror = () => reject(request.error);
  }));
  return runs.map(({ config, engine }) => [config.engine, engine]);
}

test('both engines are measured before an experiment on auto, which then trains on the faster one', { timeout: seconds(300) }, async (t) => {
  const atelier = await cardVisit(t);
  await atelier.open(QUERY);
  await atelier.hook('experiment-status').filter({ hasText: /Measuring whether the GPU or the CPU is faster/ }).waitFor({ timeout: seconds(120) });
  assert.ok(await atelier.hook('experiment-start').isDisabled());
  // It has not begun yet, so a reload begins it.
  await atelier.page.reload();
  const found = await engines(atelier);
  const measured = await atelier.page.evaluate(() => JSON.parse(localStorage.getItem('atelier.measurements')).measurements.map(({ case: name }) => name));
  assert.deepEqual(measured.sort(), ['cpu-fused-8', 'webgpu-fused-8']);
  // The GPU is not a real one, so it cannot win.
  assert.equal(found.length, 2);
  for (const [chosen, engine] of found) assert.match(`${chosen}: ${engine}`, /^cpu: CPU/);
});

test('on a GPU that has been measured to be faster, all runs of an experiment on auto are trained by it', { timeout: seconds(300) }, async (t) => {
  const atelier = await cardVisit(t);
  await measuredToBeFaster(atelier, 8);
  await atelier.open(QUERY);
  const found = await engines(atelier);
  assert.equal(found.length, 2);
  for (const [chosen, engine] of found) assert.match(`${chosen}: ${engine}`, /^webgpu: WebGPU, .*RTX 3090/);
});
