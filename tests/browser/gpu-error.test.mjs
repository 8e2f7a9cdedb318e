// A GPU that fails: the run goes on by itself once, and nothing that was computed after the failure is shown.

import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { seconds } from './support/patience.mjs';
import { beginningWith } from './support/server.mjs';
import { prepareVisit, visit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(180) };
const QUERY = 'engine=webgpu&batch=8&epochs=1&lr=0.01';

const FAILURES = [
  {
    what: 'a lost device',
    fail: () => globalThis.devices.at(-1).destroy(),
    says: /because the GPU device was lost/,
  },
  {
    what: 'an error that WebGPU reports',
    // Two incompatible usages.
    fail: () => { globalThis.devices.at(-1).createBuffer({ size: 16, usage: 3 }); },
    says: /because WebGPU reported an error/,
  },
];

for (const { what, fail, says } of FAILURES) {
  test(`after ${what} the run goes on by itself, and the second time the CPU is offered`, PATIENCE, async (t) => {
    const atelier = await trainsOnKeptDevice(t, 5);
    await atelier.worker().evaluate(fail);
    await atelier.hook('resumed').waitFor({ timeout: seconds(120) });
    assert.match(await atelier.errorText(), says);
    await atelier.page.waitForFunction(
      () => document.querySelector('[data-testid=status]').dataset.status === 'training',
    );
    await atelier.waitForNumber('step', 2, seconds(120));
    assert.match(await atelier.hook('engine-name').innerText(), /^WebGPU/);

    await atelier.worker().evaluate(fail);
    await atelier.waitForStatus('failed');
    const words = await atelier.errorText();
    assert.match(words, says);
    assert.match(words, /CPU engine/, 'the message says what to do');
    assert.equal(words.match(says).length, 1, 'once');
    const shown = await numbers(atelier);
    await sleep(1500);
    assert.deepEqual(await numbers(atelier), shown, 'no number follows the failure');

    await atelier.hook('go-on-with-cpu').click();
    await atelier.waitForStatusOtherThan('failed');
    // Until then, the numbers are those of the failed run.
    await atelier.waitForStatus('training');
    await atelier.waitForNumber('images-per-second', 1);
    assert.match(await atelier.hook('engine-name').innerText(), /^CPU/);
    assert.equal((await atelier.waitForRuns(1)).length, 1, 'it is the same run');
    await atelier.stop();
    await atelier.waitForStatus('stopped');
  });
}

test("when the GPU's process is killed, the run goes on by itself on the GPU", PATIENCE, async (t) => {
  const { atelier, browser } = await visit(t, QUERY, { ownBrowser: true, expects: [/WebGPU|device|GPU/i] });
  await atelier.waitForStatus('ready');
  await atelier.start();
  await atelier.waitForNumber('step', 5, seconds(120));
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  process.kill(processInfo.find(({ type }) => type === 'GPU').id, 'SIGKILL');
  await atelier.hook('resumed').waitFor({ timeout: seconds(120) });
  assert.match(await atelier.errorText(), /because the GPU device was lost/);
  const from = Number(await atelier.hook('resumed').getAttribute('data-step'));
  await atelier.waitForNumber('step', from + 5, seconds(120));
  assert.match(await atelier.hook('engine-name').innerText(), /^WebGPU/);
  await atelier.stop();
  await atelier.waitForStatus('stopped');
});

test('a run that is stopped does not go on by itself when its GPU then fails', PATIENCE, async (t) => {
  const atelier = await trainsOnKeptDevice(t, 3);
  await atelier.worker().evaluate(() => {
    GPUBuffer.prototype.mapAsync = () => {
      globalThis.hangs = true;
      return new Promise(() => {});
    };
  });
  // A stretch of steps waits for its losses: on a slow machine, the number of steps may stand still before that.
  while (!(await atelier.worker().evaluate(() => globalThis.hangs))) await atelier.page.waitForTimeout(100);
  await atelier.stop();
  await atelier.waitForStatus('stopping');
  await atelier.worker().evaluate(() => globalThis.devices.at(-1).destroy());
  await atelier.waitForError(/because the GPU device was lost/);
  await atelier.waitForStatus('failed');
  assert.equal(await atelier.hook('resumed').count(), 0);
  assert.doesNotMatch(await atelier.errorText(), /goes on|asking for the GPU/);
});

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
    const { site, openTab } = await prepareVisit(t, { expects: [/WebGPU|WGSL|ShaderModule|Compute/i] });
    // A driver's bug that affects only our kernels. Before the worker begins: hardware compiles them while the data loads.
    site.breakFile('worker_loader.js', beginningWith(`(${alterKernels})(${JSON.stringify(code)});`));
    const atelier = await openTab();
    await atelier.open(QUERY);
    await atelier.waitForStatus('ready');
    await atelier.start();
    await atelier.waitForNumber('step', 2, seconds(120));
    assert.ok(await atelier.worker().evaluate(() => globalThis.altered) > 0, 'the kernels were altered');
    assert.match(await atelier.hook('engine-name').innerText(), /Burn.s operations/);
    await atelier.stop();
    await atelier.waitForStatus('stopped');
  });
}

function alterKernels(code) {
  const { createShaderModule } = GPUDevice.prototype;
  globalThis.altered = 0;
  GPUDevice.prototype.createShaderModule = function create(descriptor) {
    const altered = descriptor.code.replace('fn rectified(values: vec4f) -> vec4f {', (head) => {
      globalThis.altered += 1;
      return head + code;
    });
    return createShaderModule.call(this, { ...descriptor, code: altered });
  };
}

/** A visit that trains on WebGPU and has come to this step; every worker keeps its devices in `devices`. */
async function trainsOnKeptDevice(t, step) {
  const { site, openTab } = await prepareVisit(t, { expects: [/WebGPU|device/i] });
  site.breakFile('worker_loader.js', beginningWith(`(${keepDevices})();`));
  const atelier = await openTab();
  await atelier.open(QUERY);
  await atelier.waitForStatus('ready');
  await atelier.start();
  await atelier.waitForNumber('step', step, seconds(120));
  return atelier;
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
