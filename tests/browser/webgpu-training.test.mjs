// Training on WebGPU. The adapter is software, slow, but its numbers are real; or this machine's GPU (`ATELIER_ADAPTER=hardware`).

import assert from 'node:assert/strict';
import test from 'node:test';
import { ON_HARDWARE } from './support/adapters.mjs';
import { seconds } from './support/patience.mjs';
import { visit } from './support/visit.mjs';

const STEPS = 50;
const SETTINGS = `batch=32&epochs=1&steps=${STEPS}&lr=0.05&momentum=0.9&seed=1`;

test('WebGPU lowers the loss and computes what the CPU computes', { timeout: seconds(240) }, async (t) => {
  const { atelier } = await visit(t, `engine=webgpu&${SETTINGS}&autostart=1`);
  const losses = await lossesOfRun(atelier);
  const name = await atelier.hook('engine-name').innerText();
  assert.match(name, ON_HARDWARE ? /^WebGPU, (?!.*(swiftshader|software))/i : /WebGPU.*swiftshader.*software/i);
  assert.match(name, /fused kernels/, 'and no detour by way of Burn');
  const difference = Number(await atelier.hook('self-test').getAttribute('data-gradient-difference'));
  assert.ok(difference > 0 && difference <= 1e-3, `gradients differ by ${difference}`);
  t.diagnostic(`${name}; gradients differ by ${difference}`);

  const [first, last] = [mean(losses.slice(0, 10)), mean(losses.slice(-10))];
  t.diagnostic(`loss ${first.toFixed(3)} over the first ten of ${losses.length} steps, ${last.toFixed(3)} over the last`);
  assert.ok(losses.every((loss) => Number.isFinite(loss) && loss > 0));
  assert.ok(last < first - 0.5, `the mean loss of ten steps went from ${first} to ${last}`);

  // The same run on the other engine gives the same losses up to rounding.
  await atelier.set('engine', 'cpu');
  await atelier.start();
  await atelier.waitForStatusOtherThan('done');
  const expected = await lossesOfRun(atelier);
  let apart = 0;
  for (let step = 0; step < STEPS; step += 1) {
    apart = Math.max(apart, Math.abs(losses[step] - expected[step]) / expected[step]);
    assert.ok(apart < 1e-4, `step ${step + 1}: ${losses[step]} on WebGPU, ${expected[step]} on the CPU`);
  }
  t.diagnostic(`the losses of ${STEPS} steps agree with the CPU engine's to ${apart.toExponential(1)}`);
});

/** Every loss of the current run, from its last checkpoint. */
async function lossesOfRun(atelier) {
  await atelier.waitForStatus('done', seconds(120));
  await atelier.waitForStored();
  const name = await atelier.waitForCheckpoint(/_last$/);
  const { tensors } = await atelier.download(name, 'full');
  return tensors['history.losses'].values;
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
