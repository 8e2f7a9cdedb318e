// How many runs an experiment trains with one worker and with two.
// Runs alone: it compares how many runs they train a minute, and looks for long tasks.

import assert from 'node:assert/strict';
import test from 'node:test';
import { waitForStanding } from './support/experiments.mjs';
import { NOT_LONG } from './support/long.mjs';
import { median } from './support/median.mjs';
import { seconds } from './support/patience.mjs';
import { prepareVisit } from './support/visit.mjs';

test('two workers train more runs a minute than one, and the page stays quick', { timeout: seconds(600) }, async (t) => {
  const { openTab } = await prepareVisit(t);
  const rate = async (workers, seed) => {
    const atelier = await openTab();
    await atelier.open(`engine=cpu&batch=64&epochs=1&steps=600&lr=0.01&momentum=0.9&seed=${seed}&experiment=momentum:0,0.3,0.6,0.9#/experiments`);
    await atelier.hook('experiment-workers').fill(String(workers));
    await atelier.hook('experiment-workers').press('Tab');
    await atelier.page.waitForFunction(() => /About .* with/.test(document.querySelector('[data-testid=experiment-runs]').innerText), undefined, { timeout: seconds(60) });
    await atelier.page.evaluate(() => {
      globalThis.longest = 0;
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) globalThis.longest = Math.max(globalThis.longest, duration);
      }).observe({ type: 'longtask' });
    });
    await atelier.hook('experiment-start').click();
    // From the first step to the last, without the start of workers.
    await atelier.page.waitForFunction(() => [...document.querySelectorAll('[data-testid=experiment-row]')].some(({ dataset }) => dataset.state === 'running'), undefined, { polling: 20 });
    const begun = Date.now();
    await waitForStanding(atelier, 'done', seconds(300));
    const took = (Date.now() - begun) / 1000;
    const longest = await atelier.page.evaluate(() => globalThis.longest);
    await atelier.page.close();
    return { perMinute: 240 / took, longest };
  };
  const measured = { 1: [], 2: [] };
  // Once by default; three times in the longer form, whose bounds are those of an idle machine.
  const rounds = NOT_LONG ? 1 : 3;
  for (let round = 0; round < rounds; round += 1) {
    for (const workers of [1, 2]) measured[workers].push(await rate(workers, 10 * round + workers));
  }
  const [one, two] = [1, 2].map((workers) => median(measured[workers].map(({ perMinute }) => perMinute)));
  // With one worker, a core is left for the page.
  const [longest, beside] = [1, 2].map((workers) => Math.max(...measured[workers].map(({ longest }) => longest)));
  t.diagnostic(`runs a minute: one worker ${one.toFixed(2)}, two ${two.toFixed(2)}, ratio ${(two / one).toFixed(2)}; longest task of the page ${longest} ms with one, ${beside} with two`);
  // A browser tells of tasks from 50 ms on.
  const [least, most] = NOT_LONG ? [1.3, 300] : [1.7, 60];
  assert.ok(two / one >= least, `two workers do ${(two / one).toFixed(2)} times the runs of one`);
  assert.ok(longest < most, `a task of ${longest} ms`);
});
