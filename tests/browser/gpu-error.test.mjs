// A GPU that fails: the run stops with a message, and nothing computed afterwards is shown.

import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { seconds } from './support/patience.mjs';
import { visit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(180) };
const QUERY = 'engine=webgpu&batch=8&epochs=1&lr=0.01';

const FAILURES = [
  {
    what: 'a lost device',
    fail: () => globalThis.devices.at(-1).destroy(),
    says: /run was stopped because the GPU device was lost/,
  },
  {
    what: 'an error that WebGPU reports',
    // Two incompatible usages.
    fail: () => { globalThis.devices.at(-1).createBuffer({ size: 16, usage: 3 }); },
    says: /run was stopped because WebGPU reported an error/,
  },
];

for (const { what, fail, says } of FAILURES) {
  test(`${what} stops the run with a message and no further number`, PATIENCE, async (t) => {
    const { atelier } = await visit(t, QUERY, { expects: [/WebGPU|device/i] });
    await atelier.waitForStatus('ready');
    await atelier.worker().evaluate(keepDevices);
    await atelier.start();
    await atelier.waitForNumber('step', 5, seconds(120));
    await atelier.worker().evaluate(fail);
    await atelier.waitForStatus('failed');
    const words = await atelier.errorText();
    assert.match(words, says);
    assert.match(words, /CPU engine/, 'the message says what to do');

    const shown = await numbers(atelier);
    await sleep(1500);
    assert.deepEqual(await numbers(atelier), shown, 'no number follows the failure');

    await atelier.set('engine', 'cpu');
    await atelier.start();
    // Until then, the numbers are those of the failed run.
    await atelier.waitForStatus('training');
    await atelier.waitForNumber('images-per-second', 1);
    await atelier.stop();
    await atelier.waitForStatus('stopped');
  });
}

test('a GPU that drops its work does not pass the self-test', PATIENCE, async (t) => {
  const { atelier } = await visit(t, QUERY);
  await atelier.waitForStatus('ready');
  // The effect of an invalid shader: the submission is dropped, and readbacks return stale data.
  await atelier.worker().evaluate(() => { GPUQueue.prototype.submit = () => {}; });
  await atelier.start();
  await atelier.waitForError(/wrong answer in its self-test/);
  await atelier.waitForStatus('error');
  assert.equal(await atelier.number('step'), undefined, 'no step was taken');
});

const MISTAKES = [
  { what: 'compute wrongly', code: '\n if (values.x > 0.1) { return values * 1.01; }' },
  { what: 'do not compile', code: '\n this is no statement' },
];

for (const { what, code } of MISTAKES) {
  test(`fused kernels that ${what} give way to Burn's operations`, PATIENCE, async (t) => {
    const { atelier } = await visit(t, QUERY, { expects: [/WebGPU|WGSL|ShaderModule|Compute/i] });
    await atelier.waitForStatus('ready');
    // A driver's bug that affects only our kernels.
    await atelier.worker().evaluate((code) => {
      const { createShaderModule } = GPUDevice.prototype;
      globalThis.altered = 0;
      GPUDevice.prototype.createShaderModule = function create(descriptor) {
        const altered = descriptor.code.replace('fn rectified(values: vec4f) -> vec4f {', (head) => {
          globalThis.altered += 1;
          return head + code;
        });
        return createShaderModule.call(this, { ...descriptor, code: altered });
      };
    }, code);
    await atelier.start();
    await atelier.waitForNumber('step', 2, seconds(120));
    assert.ok(await atelier.worker().evaluate(() => globalThis.altered) > 0, 'the kernels were altered');
    assert.match(await atelier.hook('engine-name').innerText(), /Burn.s operations/);
    await atelier.stop();
    await atelier.waitForStatus('stopped');
  });
}

function keepDevices() {
  const { requestDevice } = GPUAdapter.prototype;
  globalThis.devices = [];
  GPUAdapter.prototype.requestDevice = async function request(...wishes) {
    const device = await requestDevice.apply(this, wishes);
    globalThis.devices.push(device);
    return device;
  };
}

function numbers(atelier) {
  return Promise.all(['step', 'train-loss', 'images-per-second'].map((name) => atelier.number(name)));
}
