// A long run through the page as a visitor starts it, by a link and a click: memory early and at the end.

import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startBrowser } from './support/browser.mjs';
import { memory } from './support/figures.mjs';
import { describeMachine } from './support/machine.mjs';
import { measureProcesses } from './support/processes.mjs';
import { serve } from './support/server.mjs';
import { inTab } from './support/tab.mjs';

const EARLY = 1_000;
/** A run that takes longer than this (in milliseconds) is taken for stuck. */
const PATIENCE = 4 * 3_600_000;

const { values: wish } = parseArgs({
  options: {
    site: { type: 'string', default: new URL('../../dist', import.meta.url).pathname },
    out: { type: 'string' },
    adapter: { type: 'string', default: 'software' },
    engines: { type: 'string', default: 'webgpu,cpu' },
    steps: { type: 'string', default: '20000' },
  },
});

const server = await serve(wish.site, []);
const { browser, processes } = await startBrowser(wish.adapter);
try {
  const runs = [];
  for (const engine of wish.engines.split(',')) {
    runs.push({ engine, ...await run(engine, Number(wish.steps)) });
  }
  const report = {
    date: new Date().toISOString(),
    machine: await describeMachine(),
    browser: `Chromium ${browser.version()}`,
    runs,
  };
  if (wish.out) await writeFile(wish.out, `${JSON.stringify(report, null, 2)}\n`);
  else console.log(JSON.stringify(report, null, 2));
} finally {
  await browser.close();
  await server.close();
}

async function run(engine, steps) {
  // An epoch has 15,000 batches of 4.
  const epochs = Math.ceil(steps / 15_000);
  const query = `engine=${engine}&batch=4&steps=${steps}&epochs=${epochs}`;
  return inTab(browser, `${server.address}/atelier/index.html?${query}`, PATIENCE, async ({ page }) => {
    const status = () => page.getByTestId('status').getAttribute('data-status');
    const step = async () => Number(await page.getByTestId('step').getAttribute('data-value'));
    const look = async () => {
      const counters = await page.workers().at(-1).evaluate(() => globalThis.atelierCounters());
      return { step: await step(), ...memory(await measureProcesses(processes), counters) };
    };
    await page.waitForFunction(() => document.querySelector('[data-testid=status]')?.dataset.status === 'ready');
    await page.getByTestId('start').click();
    let early;
    for (;;) {
      const now = await status();
      if (['error', 'failed'].includes(now)) throw new Error(await page.getByTestId('error-message').first().innerText());
      if (!early && await step() >= EARLY) {
        early = await look();
        console.log(`${engine}: step ${early.step}`);
      }
      if (now === 'done') break;
      await sleep(200);
    }
    const late = await look();
    console.log(`${engine}: step ${late.step}`);
    if (!early || late.step < 2 * early.step) throw new Error(`the run was over before memory could be compared (step ${late.step})`);
    return { early, late };
  });
}
