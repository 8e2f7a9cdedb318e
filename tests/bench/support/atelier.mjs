// Atelier as the benchmark drives it; all that the harness knows of the page stands here.
//
//   index.html?bench=webgpu-fused-4          one case, `{webgpu|cpu}-{fused|general}-{batch}`
//   [data-testid=status]                     reads `ready` when the button can be pressed
//   [data-testid=bench-run]                  takes the case's steps, for about two seconds
//   [data-testid=bench-table][data-state]    `done` when it has
//   tr[data-case="webgpu-fused-4"]           data-step-ms, data-images-per-second, data-warm-up-ms,
//                                            data-steps (all since the click), data-timed-steps,
//                                            data-error; data-losses, separated by commas, if told

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
    return {
      stepMs: warm.stepMs,
      imagesPerSecond: warm.imagesPerSecond,
      warmUpMs: cold.warmUpMs,
      timedSteps: warm.timedSteps,
      calls: callsAStep(before.counters, after.counters, warm.steps),
      cpu: cpuAStep(before.processes, after.processes, warm.steps),
      memoryBefore: memory(opened.processes, opened.counters),
      memoryAfter: memory(after.processes, after.counters),
      losses: cold.losses,
    };
  });
}

/** Presses the button and waits until the table, which may be done already, is done anew. */
async function runCase(page, name) {
  await page.evaluate(() => new Promise((resolve) => {
    const state = () => document.querySelector('[data-testid=bench-table]')?.dataset.state;
    let hasBegun = state() !== 'done';
    const observer = new MutationObserver(() => {
      if (state() !== 'done') hasBegun = true;
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
    losses: row.losses ? row.losses.split(',').map(Number) : null,
  };
}
