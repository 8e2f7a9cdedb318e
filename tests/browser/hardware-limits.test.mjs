// GPUs with no more than WebGPU guarantees, and what is requested of any GPU.

import assert from 'node:assert/strict';
import test from 'node:test';
import { passForHardware, trainsOnCard } from './support/hardware.mjs';
import { NOT_LONG } from './support/long.mjs';
import { seconds } from './support/patience.mjs';
import { prepareVisit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(240) };

// From 64 on, images share a workgroup and its memory.
for (const batch of [4, 64, 512]) {
  test(`the guaranteed limits and no optional feature are enough at batches of ${batch}`, { ...PATIENCE, skip: batch !== 64 && NOT_LONG }, async (t) => {
    const { site, openTab } = await prepareVisit(t);
    passForHardware(site, { least: true });
    const atelier = await openTab();
    await atelier.open(`engine=webgpu&batch=${batch}&epochs=1&lr=0.01&autostart=1`);
    await trainsOnCard(atelier, 2);
    assert.equal(await atelier.errorText(), '');
    const [descriptor] = await atelier.worker().evaluate(() =>
      globalThis.gpu.descriptors.map(({ requiredLimits, requiredFeatures }) => ({
        limits: requiredLimits ?? {},
        features: [...(requiredFeatures ?? [])],
      })));
    t.diagnostic(JSON.stringify(descriptor));
    assert.deepEqual(descriptor.features, []);
  });
}

test('every request asks for the fast card', PATIENCE, async (t) => {
  const { site, openTab } = await prepareVisit(t);
  passForHardware(site);
  const atelier = await openTab();
  await atelier.open('engine=webgpu&batch=4&epochs=1&autostart=1');
  await trainsOnCard(atelier);
  const requests = await atelier.worker().evaluate(() => globalThis.gpu.requests);
  assert.ok(requests.length >= 2, 'one to look, one to open');
  for (const { powerPreference } of requests) assert.equal(powerPreference, 'high-performance');
});
