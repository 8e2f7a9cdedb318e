// Atelier as the benchmark drives it; all that the harness knows of the page stands here.
//
//   index.html?bench=webgpu-fused-4          one case, `{webgpu|cpu}-{fused|general}-{batch}`
//   [data-testid=status]                     reads `ready` when the button can be pressed
//   [data-testid=bench-run]                  takes the case's steps, for about two seconds
//   [data-testid=bench-table][data-state]    `done` when it has, `failed` if it could not
//   tr[data-case="webgpu-fused-4"]           data-step-ms, data-images-per-second, data-warm-up-ms,
//                                            data-steps (all since the click), data-timed-steps,
//                                            data-error
//   index.html?engine=webgpu&batch=4         a run by the fused kernels, begun with [data-testid=start]
//   [data-testid=step][data-value]           its steps so far
//
// Times are the button's. What a step asks of the GPU and of the threads is counted in the middle of a
// run where there is one (training is always by the fused kernels), in the button's second go elsewhere.

import { setTimeout as sleep } from 'node:timers/promises';
import { callsAStep, cpuAStep, memory } from './figures.mjs';
import { measureProcesses } from './processes.mjs';
import { PATIENCE, inTab } from './tab.mjs';

const path = (engine, engineName, way) => ({
  name: `${engine}-${way}`,
  group: 'atelier',
  label: `Atelier, ${engineName} ${way}`,
  measure: (environment, batch) => measure(environment, `${engine}-${way}-${batch}`),
});

export const ATELIER = [
  path('webgpu', 'WebGPU', 'fused'),
  path('webgpu', 'WebGPU', 'general'),
  path('cpu', 'CPU', 'fused'),
  path('cpu', 'CPU', 'general'),
];

function measure({ browser, processes, address }, name) {
  return inTab(browser, `${address}/atelier/index.html?bench=${name}`, PATIENCE, async ({ page }) => {
    await page.waitForFunction(() => {
      const status = document.querySelector('[data-testid=status]');
      return status?.dataset.status === 'ready' || status?.textContent.trim() === 'ready';
    });
    if (await page.getByTestId('bench-run').count() === 0) throw new Error('this build of the page has no bench');
    const counters = () => page.workers().at(-1).evaluate(() => globalThis.atelierCounters());
    const look = async () => ({ processes: await measureProcesses(processes), counters: await counters() });
    const opened = await look();
    const cold = await runCase(page, name);
    // Counted while everything is warm.
    const before = await look();
    const warm = await runCase(page, name);
    const after = await look();
    const [engine, way, batch] = name.split('-');
    const run = way === 'fused' ? await inARun(page, look, `${address}/atelier/index.html?engine=${engine}&batch=${batch}&epochs=1000`) : null;
    const [from, to, steps] = run ?? [before, after, warm.steps];
    return {
      stepMs: warm.stepMs,
      imagesPerSecond: warm.imagesPerSecond,
      warmUpMs: cold.warmUpMs,
      timedSteps: warm.timedSteps,
      calls: callsAStep(from.counters, to.counters, steps),
      cpu: cpuAStep(from.processes, to.processes, steps),
      memoryBefore: memory(opened.processes, opened.counters),
      memoryAfter: memory(after.processes, after.counters),
      losses: null,
    };
  });
}

/** Looks twice in the middle of a run, each time when steps have just been told: both looks and the steps between. */
async function inARun(page, look, address) {
  await page.goto(address);
  await page.waitForFunction(() => document.querySelector('[data-testid=status]')?.dataset.status === 'ready');
  await page.getByTestId('start').click();
  const step = () => page.evaluate(() => Number(document.querySelector('[data-testid=step]')?.dataset.value ?? 0));
  const next = async (after) => {
    for (;;) {
      const now = await step();
      if (now > after) return now;
      const status = await page.getByTestId('status').getAttribute('data-status');
      if (['error', 'failed', 'done'].includes(status)) throw new Error(`the run is over: ${status}`);
      await sleep(5);
    }
  };
  await next(0);
  // Stretches of steps have found their length by then.
  await sleep(4_000);
  const begin = await next(await step());
  const from = await look();
  await sleep(6_000);
  const end = await next(await step());
  const to = await look();
  await page.getByTestId('stop').click();
  return [from, to, end - begin];
}

/** Presses the button and waits until the table, which may be done already, is done anew. */
async function runCase(page, name) {
  await page.evaluate(() => new Promise((resolve) => {
    const state = () => document.querySelector('[data-testid=bench-table]')?.dataset.state;
    const isOver = () => state() === 'done' || state() === 'failed';
    let hasBegun = !isOver();
    const observer = new MutationObserver(() => {
      if (!isOver()) hasBegun = true;
      else if (hasBegun) {
        observer.disconnect();
        resolve();
      }
    });
    observer.observe(document.body, { subtree: true, childList: true, attributeFilter: ['data-state'] });
    document.querySelector('[data-testid=bench-run]').click();
  }));
  const row = await page.locator(`[data-testid=bench-table] tr[data-case="${name}"]`).evaluate(({ dataset }) => ({ ...dataset }));
  if (row.error) throw new Error(row.error);
  const number = (key) => {
    const value = Number(row[key]);
    if (row[key] === undefined || row[key] === '' || !Number.isFinite(value)) {
      throw new Error(`the page's table says ${JSON.stringify(row[key])} for ${key}`);
    }
    return value;
  };
  return {
    stepMs: number('stepMs'),
    imagesPerSecond: number('imagesPerSecond'),
    warmUpMs: number('warmUpMs'),
    steps: number('steps'),
    timedSteps: number('timedSteps'),
  };
}
