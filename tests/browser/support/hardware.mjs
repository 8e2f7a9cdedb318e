// Makes the software adapter pass for a real GPU, so that tests cover what happens only on hardware: compiling pipelines
// while the data loads, deciding `auto` by measuring. Faults of drivers and browsers are caused for real.

import { setTimeout as sleep } from 'node:timers/promises';
import { seconds } from './patience.mjs';
import { beginningWith } from './server.mjs';

/** The GPU's name. */
export const CARD = 'nvidia ampere 0x2204 NVIDIA GeForce RTX 3090';

/** The limits of every adapter (https://www.w3.org/TR/webgpu/#limits). */
const GUARANTEED = {
  maxTextureDimension1D: 8192,
  maxTextureDimension2D: 8192,
  maxTextureDimension3D: 2048,
  maxTextureArrayLayers: 256,
  maxBindGroups: 4,
  maxBindGroupsPlusVertexBuffers: 24,
  maxBindingsPerBindGroup: 1000,
  maxDynamicUniformBuffersPerPipelineLayout: 8,
  maxDynamicStorageBuffersPerPipelineLayout: 4,
  maxSampledTexturesPerShaderStage: 16,
  maxSamplersPerShaderStage: 16,
  maxStorageBuffersPerShaderStage: 8,
  maxStorageTexturesPerShaderStage: 4,
  maxUniformBuffersPerShaderStage: 12,
  maxUniformBufferBindingSize: 65536,
  maxStorageBufferBindingSize: 134217728,
  minUniformBufferOffsetAlignment: 256,
  minStorageBufferOffsetAlignment: 256,
  maxVertexBuffers: 8,
  maxBufferSize: 268435456,
  maxVertexAttributes: 16,
  maxVertexBufferArrayStride: 2048,
  maxInterStageShaderVariables: 16,
  maxColorAttachments: 8,
  maxColorAttachmentBytesPerSample: 32,
  maxComputeWorkgroupStorageSize: 16384,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
  maxComputeWorkgroupSizeY: 256,
  maxComputeWorkgroupSizeZ: 64,
  maxComputeWorkgroupsPerDimension: 65535,
};

/**
 * From now on, every worker that the site starts finds a GPU.
 *
 * `slow`: opening it and each result of an error scope take this many milliseconds longer. `late`: how many requests get
 * null before one gets an adapter. `adapters`: how many requests get an adapter; later ones get null. `least`: only the guaranteed limits and no optional features; requests for more
 * get no device. In the worker, `gpu` records what was requested and created.
 */
export function passForHardware(site, { slow = 0, late = 0, adapters = Infinity, least = false } = {}) {
  const options = { slow, late, adapters: Math.min(adapters, 1e9), limits: least ? GUARANTEED : null };
  site.breakFile('worker_loader.js', beginningWith(`(${disguise})(${JSON.stringify(options)});`));
}

/** Runs in the worker, before anything else. */
function disguise({ slow, late, adapters, limits }) {
  const gpu = { requests: [], descriptors: [], devices: [], lost: 0, pipelines: [], calls: [], scopes: 0 };
  globalThis.gpu = gpu;
  if (typeof GPUAdapter === 'undefined') return;
  const wait = () => new Promise((resolve) => { setTimeout(resolve, slow); });
  // In order, without consecutive duplicates.
  const told = (call) => { if (gpu.calls.at(-1) !== call) gpu.calls.push(call); };
  const say = (prototype, key, value) => Object.defineProperty(prototype, key, { get: () => value });
  const card = {
    vendor: 'nvidia',
    architecture: 'ampere',
    device: '0x2204',
    description: 'NVIDIA GeForce RTX 3090',
    isFallbackAdapter: false,
  };
  for (const [key, value] of Object.entries(card)) say(GPUAdapterInfo.prototype, key, value);
  say(GPUAdapter.prototype, 'isFallbackAdapter', false);
  if (limits) {
    say(GPUAdapter.prototype, 'limits', limits);
    say(GPUAdapter.prototype, 'features', new Set());
  }

  const { requestAdapter } = GPU.prototype;
  GPU.prototype.requestAdapter = async function request(options) {
    gpu.requests.push(options ?? {});
    const asked = gpu.requests.length - late;
    return asked <= 0 || asked > adapters ? null : requestAdapter.call(this, options);
  };
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = async function request(descriptor = {}) {
    gpu.descriptors.push(descriptor);
    if (limits) {
      const isTooMuch = ([key, value]) => value !== undefined
        && (/^min/.test(key) ? value < limits[key] : value > limits[key]);
      const tooMuch = Object.entries(descriptor.requiredLimits ?? {}).filter(isTooMuch);
      const features = [...(descriptor.requiredFeatures ?? [])];
      if (tooMuch.length > 0) throw new DOMException(`limits: ${tooMuch}`, 'OperationError');
      if (features.length > 0) throw new TypeError(`features: ${features}`);
    }
    if (slow) await wait();
    const device = await requestDevice.call(this, descriptor);
    gpu.devices.push(device);
    device.lost.then(() => { gpu.lost += 1; });
    return device;
  };
  const { pushErrorScope, popErrorScope, createComputePipeline } = GPUDevice.prototype;
  GPUDevice.prototype.pushErrorScope = function push(filter) {
    gpu.scopes += 1;
    return pushErrorScope.call(this, filter);
  };
  GPUDevice.prototype.popErrorScope = async function pop() {
    gpu.scopes -= 1;
    const error = await popErrorScope.call(this);
    if (slow) await wait();
    return error;
  };
  GPUDevice.prototype.createComputePipeline = function create(descriptor) {
    gpu.pipelines.push(descriptor.label);
    told('compile');
    return createComputePipeline.call(this, descriptor);
  };
  const { submit } = GPUQueue.prototype;
  GPUQueue.prototype.submit = function send(buffers) {
    told('submit');
    return submit.call(this, buffers);
  };
}

/** From the next page on, the card counts as measured to be ten times as fast as the CPU engine at this batch size. */
export const measuredToBeFaster = (atelier, batch) => atelier.page.addInitScript(([adapter, batch]) => {
  const measurement = (step_ms) => ({ step_ms, warm_up_ms: 1, steps: 9, timed_steps: 5 });
  localStorage.setItem('atelier.measurements', JSON.stringify({
    version: 1,
    user_agent: navigator.userAgent,
    adapter,
    measurements: [
      { case: `webgpu-fused-${batch}`, at_ms: 1e12, measurement: measurement(0.1) },
      { case: `cpu-fused-${batch}`, at_ms: 1e12, measurement: measurement(1) },
    ],
  }));
}, [CARD, batch]);

/** Waits until `condition`, which receives `gpu`, holds in the worker, which may not have been started yet. */
export async function waitInWorker(atelier, condition, patience = seconds(60)) {
  const until = Date.now() + patience;
  while (Date.now() < until) {
    const holds = atelier.worker()?.evaluate(
      (source) => globalThis.gpu && new Function('gpu', `return (${source})(gpu);`)(globalThis.gpu),
      condition.toString(),
    );
    // A worker that is starting or being replaced does not answer.
    if (await holds?.catch(() => false)) return;
    await sleep(5);
  }
  throw new Error(`never in the worker: ${condition}`);
}

/** Checks that a run trains on the GPU, and stops it after some steps. */
export async function trainsOnCard(atelier, steps = 10) {
  await atelier.waitForStatus(['training', 'validating', 'done']);
  await atelier.waitForNumber('step', steps);
  const name = await atelier.hook('engine-name').innerText();
  if (!/^WebGPU, .*RTX 3090.*fused kernels/.test(name)) throw new Error(`trains on: ${name}`);
  await atelier.stop();
  await atelier.waitForStatus('stopped');
}
