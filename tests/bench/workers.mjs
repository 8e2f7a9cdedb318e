// Experiments on more and more workers: runs a minute, the page's thread, and memory.
//
// More workers than cores share those that there are, so their rate says what they cost each other, and the time that the
// page's thread needs for a run says how many workers it could serve on a machine with a core for each.

import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startBrowser } from './support/browser.mjs';
import { median } from './support/figures.mjs';
import { describeMachine } from './support/machine.mjs';
import { measureProcesses } from './support/processes.mjs';
import { serve } from './support/server.mjs';
import { inTab } from './support/tab.mjs';

/** Steps of each run, of 64 images each. */
const STEPS = 600;
const LEAST_RUNS = 4;
const PATIENCE = 1_800_000;

const { values: wish } = parseArgs({
  options: {
    site: { type: 'string', default: new URL('../../dist', import.meta.url).pathname },
    out: { type: 'string' },
    adapter: { type: 'string', default: 'software' },
    workers: { type: 'string', default: '1,2,4,8,16' },
    rounds: { type: 'string', default: '3' },
  },
});

const server = await serve(wish.site, []);
const { browser, processes } = await startBrowser(wish.adapter);
try {
  const counts = wish.workers.split(',').map(Number);
  const measured = new Map(counts.map((count) => [count, []]));
  for (let round = 0; round < Number(wish.rounds); round += 1) {
    for (const count of counts) {
      const figures = await experiment(count, round);
      measured.get(count).push(figures);
      console.log(JSON.stringify(figures));
    }
  }
  const report = {
    date: new Date().toISOString(),
    machine: await describeMachine(),
    browser: `Chromium ${browser.version()}`,
    workers: counts.map((count) => ({ workers: count, ...medians(measured.get(count)) })),
  };
  if (wish.out) await writeFile(wish.out, `${JSON.stringify(report, null, 2)}\n`);
  else console.log(JSON.stringify(report, null, 2));
} finally {
  await browser.close();
  await server.close();
}

/** One experiment on so many workers, two runs for each. */
async function experiment(workers, round) {
  const runs = Math.max(LEAST_RUNS, 2 * workers);
  const momenta = Array.from({ length: runs }, (_, at) => (at / runs).toFixed(5)).join(',');
  const query = `engine=cpu&batch=64&epochs=1&steps=${STEPS}&lr=0.01&momentum=0.9&seed=${round}&experiment=momentum:${momenta}`;
  return inTab(browser, `${server.address}/atelier/index.html`, PATIENCE, async ({ page }) => {
    // The page offers as many workers as the machine has cores.
    await page.context().addInitScript((cores) => {
      Object.defineProperty(navigator, 'hardwareConcurrency', { get: () => cores });
      globalThis.longest = 0;
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, duration);
      }).observe({ type: 'longtask' });
    }, Math.max(workers, 2));
    await page.goto(`${server.address}/atelier/index.html?${query}#/experiments`);
    await page.waitForFunction(() => document.querySelector('[data-testid=status]')?.dataset.status === 'ready');
    const wanted = page.getByTestId('experiment-workers');
    await wanted.fill(String(workers));
    await wanted.press('Tab');
    // The speed that the form asks for is measured first.
    await page.waitForFunction(() => /About .* with/.test(document.querySelector('[data-testid=experiment-runs]').innerText));
    const status = page.getByTestId('experiment-status');
    const over = async () => Number(await status.getAttribute('data-over'));
    const states = () => page.getByTestId('experiment-row').evaluateAll((rows) => rows.map(({ dataset }) => dataset.state));
    await page.evaluate(() => { globalThis.longest = 0; });
    await page.getByTestId('experiment-start').click();
    while (!(await states()).some((state) => state !== 'waiting')) await sleep(20);
    const [begun, before] = [performance.now(), await measureProcesses(processes)];
    let most = 0;
    while (await over() < runs) {
      await sleep(200);
      most = Math.max(most, (await measureProcesses(processes))?.rendererBytes ?? 0);
    }
    const [ended, after] = [performance.now(), await measureProcesses(processes)];
    const finalStates = new Set(await states());
    if (finalStates.size !== 1 || !finalStates.has('done')) throw new Error(`runs are ${[...finalStates].join(', ')}`);
    return {
      runs,
      runsAMinute: (runs * 60_000) / (ended - begun),
      mainMsARun: before && (after.mainMs - before.mainMs) / runs,
      workerMsARun: before && (after.workerMs - before.workerMs) / runs,
      rendererBytes: most || null,
      longestTaskMs: await page.evaluate(() => globalThis.longest),
    };
  });
}

/** The medians over rounds; of the longest task the longest of all. */
function medians(rounds) {
  const names = Object.keys(rounds[0]);
  const over = Object.fromEntries(names.map((name) => [name, median(rounds.map((each) => each[name]))]));
  return { ...over, longestTaskMs: Math.max(...rounds.map((each) => each.longestTaskMs)), rounds: rounds.length };
}
