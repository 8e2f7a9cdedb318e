// The cost of keeping history: the same run with and without the library, in alternation.
// Runs alone: it measures rates.

import assert from 'node:assert/strict';
import test from 'node:test';
import { NOT_LONG } from './support/long.mjs';
import { seconds } from './support/patience.mjs';
import { median } from './support/median.mjs';
import { beginningWith } from './support/server.mjs';
import { NO_DATABASE } from './support/storage.mjs';
import { prepareVisit } from './support/visit.mjs';

const ROUNDS = Number(process.env.ATELIER_ROUNDS ?? 3);

test('keeping history does not slow training down', { skip: NOT_LONG, timeout: seconds(60 * ROUNDS) }, async (t) => {
  const { site, openTab } = await prepareVisit(t);
  const atelier = await openTab();
  const times = { with: [], without: [] };
  for (let round = -1; round < ROUNDS; round += 1) {
    // The order makes a difference, so it alternates.
    const ways = ['with', 'without'];
    for (const way of round % 2 ? ways : ways.reverse()) {
      site.heal();
      if (way === 'without') site.breakFile('worker_loader.js', beginningWith(NO_DATABASE));
      await atelier.open('engine=cpu&batch=4&epochs=2');
      await atelier.waitForStatus('ready');
      const time = await atelier.page.evaluate(timeOfRun);
      // The first round warms up.
      if (round >= 0) times[way].push(time);
    }
  }
  const { with: kept, without } = times;
  // What else the machine does only adds time, so the fastest run of each way is the one nearest to its cost.
  const ratio = Math.min(...kept) / Math.min(...without);
  const listed = (all) => all.map((time) => time.toFixed(0)).join(', ');
  console.log(`30,000 steps: ${listed(kept)} ms with the library, ${listed(without)} ms without; ratio of the fastest ${ratio.toFixed(3)}, of the medians ${(median(kept) / median(without)).toFixed(3)}`);
  // A wide limit, because machines are noisy; the goal is 1.02.
  assert.ok(ratio < 1.1, `${ratio}`);
});

/** From the first step of a run to its end. */
function timeOfRun() {
  return new Promise((resolve) => {
    const status = document.querySelector('[data-testid=status]');
    let begun;
    new MutationObserver(() => {
      if (status.dataset.status === 'training') begun ??= performance.now();
      if (status.dataset.status === 'done') resolve(performance.now() - begun);
    }).observe(status, { attributes: true });
    document.querySelector('[data-testid=start]').click();
  });
}
