// From what was measured to figures a step.

const COUNTED = ['dispatches', 'submissions', 'computePasses', 'buffersCreated', 'bindGroupsCreated', 'copies', 'maps', 'bytesUploaded'];
const CPU = { mainCpuMs: 'mainMs', workerCpuMs: 'workerMs', rendererCpuMs: 'rendererMs', gpuProcessCpuMs: 'gpuProcessMs' };

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** What each step asked of WebGPU; `null` where nothing was counted. */
export function callsAStep(before, after, steps) {
  if (!before || !after) return null;
  return Object.fromEntries(COUNTED.map((name) => [name, (after[name] - before[name]) / steps]));
}

/** Milliseconds of CPU that each step took, by thread; `null` where the system does not tell. */
export function cpuAStep(before, after, steps) {
  if (!before || !after) return null;
  return Object.fromEntries(Object.entries(CPU).map(([name, from]) => [name, (after[from] - before[from]) / steps]));
}

/** Memory at one moment, of the system and by the counters. */
export function memory(processes, counters) {
  return {
    rendererBytes: processes?.rendererBytes ?? null,
    gpuProcessBytes: processes?.gpuProcessBytes ?? null,
    gpuBytesAlive: counters?.gpuBytesAlive ?? null,
    wasmBytes: counters?.wasmBytes ?? null,
  };
}

/** The medians over rounds, with the quickest round beside them. */
export function overRounds(rounds) {
  const medians = (part) => {
    const known = rounds.map((round) => round[part]).filter(Boolean);
    if (known.length === 0) return null;
    return Object.fromEntries(Object.keys(known[0]).map((name) => [name, median(known.map((each) => each[name]))]));
  };
  const of = (name) => rounds.map((round) => round[name]);
  const stepMs = median(of('stepMs'));
  return {
    stepMs,
    leastStepMs: Math.min(...of('stepMs')),
    mostStepMs: Math.max(...of('stepMs')),
    imagesPerSecond: median(of('imagesPerSecond')),
    warmUpMs: median(of('warmUpMs')),
    timedSteps: of('timedSteps').reduce((total, steps) => total + steps, 0),
    calls: medians('calls'),
    cpu: medians('cpu'),
    memoryBefore: rounds[0].memoryBefore,
    memoryAfter: rounds[0].memoryAfter,
    losses: rounds[0].losses ?? null,
    rounds: rounds.length,
  };
}
