// The cost of looking inside the network: the same run with the section open and closed, in alternation.
// Runs alone: it measures rates.

import assert from 'node:assert/strict';
import test from 'node:test';
import { NOT_LONG } from './support/long.mjs';
import { seconds } from './support/patience.mjs';
import { median } from './support/median.mjs';
import { prepareVisit } from './support/visit.mjs';

const ROUNDS = Number(process.env.ATELIER_ROUNDS ?? 3);
// Long beside an epoch's end, after which the place evaluates the new weights.
const MEASURED = 16_000;

test('looking inside the network costs a run little of its speed', { skip: NOT_LONG, timeout: seconds(240 + 60 * ROUNDS) }, async (t) => {
  const { openTab } = await prepareVisit(t);
  const atelier = await openTab();
  await atelier.open('engine=cpu&batch=4&epochs=200&lr=0.001&seed=5&autostart=1');
  await atelier.waitForStatus('training', seconds(120));
  await atelier.goTo('understand');
  const section = atelier.hook('inside');
  const rates = { closed: [], open: [] };
  for (let round = -1; round < ROUNDS; round += 1) {
    // The order makes a difference, so it alternates.
    const ways = ['closed', 'open'];
    for (const way of round % 2 ? ways : ways.reverse()) {
      const isOpen = await section.evaluate(({ open }) => open);
      if (isOpen !== (way === 'open')) await section.locator('summary').first().click();
      await atelier.page.waitForTimeout(1000);
      const rate = await rateOf(atelier);
      // The first round warms up.
      if (round >= 0) rates[way].push(rate);
    }
  }
  const ratio = median(rates.open) / median(rates.closed);
  console.log(`images a second: ${rates.open.map(Math.round)} with the section open, ${rates.closed.map(Math.round)} closed; ratio of medians ${ratio.toFixed(3)}`);
  // Wider than the goal of 0.95, because machines are noisy.
  assert.ok(ratio > 0.85, `${ratio}`);
  await atelier.stop();
});

/** Images a second over some seconds, by the steps that the page has been told of. */
async function rateOf(atelier) {
  const now = async () => ({ step: await atelier.number('step'), at: performance.now() });
  const before = await now();
  await atelier.page.waitForTimeout(MEASURED);
  const after = await now();
  return ((after.step - before.step) * 4) / ((after.at - before.at) / 1000);
}
