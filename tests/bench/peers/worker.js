// A peer's worker: the same weights, the same batches, the same loop, whatever the library. The harness
// calls `contestant` from outside.

import { parseSafetensors } from './safetensors.js';

const PIXELS = 28 * 28;
const CLASSES = 10;
/** Losses are read once in so many milliseconds, as Atelier does. */
const STRETCH = 120;

/**
 * Offers a library to the harness. It has `open(backend)`, `load(weights)`, `step(batch)` that gives
 * something to read the loss from, and `read(handles)`.
 */
export function offer(library) {
  const state = { batches: [], next: 0 };
  const steps = async (count) => {
    const handles = [];
    for (let step = 0; step < count; step += 1) {
      handles.push(library.step(state.batches[state.next % state.batches.length]));
      state.next += 1;
    }
    return library.read(handles);
  };

  globalThis.contestant = {
    /** Opens the backend and puts weights and batches ready. */
    async prepare({ backend, batch, data }) {
      await library.open(backend);
      const [weights, images, labels] = await Promise.all(
        ['init.safetensors', 'images.bin', 'labels.bin'].map((name) => bytesOf(`${data}/${name}`)),
      );
      state.batches = batchesOf(images, labels, batch);
      library.load(parseSafetensors(weights));
      state.next = 0;
    },

    /** The first steps: how long the very first takes, and all their losses. */
    async warmUp({ most, limit }) {
      const begun = performance.now();
      const losses = [...await steps(1)];
      const firstStepMs = performance.now() - begun;
      let last = firstStepMs;
      while (losses.length < most && performance.now() - begun < limit) {
        const from = performance.now();
        losses.push(...await steps(1));
        last = performance.now() - from;
      }
      // The stretch's way of reading may need programs of its own.
      if (last < STRETCH) await steps(Math.max(1, Math.round(STRETCH / last)));
      return { firstStepMs, lastStepMs: last, warmUpMs: performance.now() - begun, losses };
    },

    /** Takes steps for about `budget` milliseconds, at least one. */
    async run({ budget, guess }) {
      const before = globalThis.atelierCounters();
      const stretches = [];
      let [stepMs, taken] = [guess, 0];
      const begun = performance.now();
      while (taken === 0 || performance.now() - begun + stepMs < budget) {
        const count = Math.max(1, Math.min(1000, Math.round(STRETCH / stepMs)));
        const from = performance.now();
        const losses = await steps(count);
        stepMs = (performance.now() - from) / count;
        if (!losses.every(Number.isFinite)) throw new Error(`a loss is not finite: ${losses}`);
        stretches.push(stepMs);
        taken += count;
      }
      const ms = performance.now() - begun;
      return { ms, steps: taken, stretches, before, after: globalThis.atelierCounters() };
    },
  };
}

async function bytesOf(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** Whole batches, normalised beforehand: what a library does per step is its own work alone. */
function batchesOf(images, labels, batch) {
  const count = Math.floor(labels.length / batch);
  return Array.from({ length: count }, (_, at) => {
    const pixels = images.subarray(at * batch * PIXELS, (at + 1) * batch * PIXELS);
    const oneHot = new Float32Array(batch * CLASSES);
    labels.subarray(at * batch, (at + 1) * batch).forEach((label, row) => { oneHot[row * CLASSES + label] = 1; });
    return { size: batch, images: Float32Array.from(pixels, (value) => (value / 255 - 0.5) / 0.5), oneHot };
  });
}
