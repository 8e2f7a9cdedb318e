// The other libraries that train in a browser.

import { callsAStep, cpuAStep, median, memory } from './figures.mjs';
import { measureProcesses } from './processes.mjs';
import { PATIENCE, inTab } from './tab.mjs';

/** A contestant whose step takes longer than this (in milliseconds) is left out. */
export const LONGEST_STEP = 30_000;
/** Losses to compare, as far as they come within the time. */
const WARM_UP = { most: 20, limit: 10_000 };

const peer = (library, libraryName, backend, backendName) => ({
  name: `${library}-${backend}`,
  group: library,
  library,
  label: `${libraryName}, ${backendName}`,
  measure: (environment, batch) => measure(environment, { library, backend, batch }),
});

export const PEERS = [
  peer('jaxjs', 'jax-js', 'webgpu', 'WebGPU'),
  peer('jaxjs', 'jax-js', 'wasm', 'wasm'),
  peer('tfjs', 'TensorFlow.js', 'webgpu', 'WebGPU'),
  peer('tfjs', 'TensorFlow.js', 'cpu', 'CPU'),
];

/** What is to be said of contestants that are not there. */
export const NOTES = [
  "TensorFlow.js's wasm backend has no gradient of a convolution (Conv2DBackpropFilter), so it cannot train this network",
  'pages are served as any static server does, without cross-origin isolation, so wasm runs in one thread everywhere',
];

function measure({ browser, processes, address, budget }, { library, backend, batch }) {
  return inTab(browser, `${address}/peers/page.html?${library}`, PATIENCE, async ({ worker }) => {
    const call = (name, options) =>
      worker.evaluate(([name, options]) => globalThis.contestant[name](options), [name, options]);
    await call('prepare', { backend, batch, data: `${address}/peers` });
    const opened = await measureProcesses(processes);
    const openedCounters = await worker.evaluate(() => globalThis.atelierCounters());
    const warm = await call('warmUp', WARM_UP);
    if (warm.lastStepMs > LONGEST_STEP) return { skipped: tooSlow(warm.lastStepMs) };
    const before = await measureProcesses(processes);
    const ran = await call('run', { budget, guess: warm.lastStepMs });
    const after = await measureProcesses(processes);
    const stepMs = median(ran.stretches);
    return {
      stepMs,
      imagesPerSecond: batch * 1000 / stepMs,
      warmUpMs: warm.firstStepMs,
      timedSteps: ran.steps,
      calls: callsAStep(ran.before, ran.after, ran.steps),
      cpu: cpuAStep(before, after, ran.steps),
      memoryBefore: memory(opened, openedCounters),
      memoryAfter: memory(after, ran.after),
      losses: warm.losses,
    };
  });
}

export const tooSlow = (ms) => `a step takes about ${Math.round(ms / 1000)} s, more than ${LONGEST_STEP / 1000} s`;
