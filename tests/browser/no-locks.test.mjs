// Where the browser has no locks, as on plain HTTP, a lease in the library keeps two tabs from training one run.
// Runs alone: a lease lasts for seconds.

import assert from 'node:assert/strict';
import test from 'node:test';
import { resumeAtOnce } from './support/at-once.mjs';
import { PLAIN_HOST } from './support/browser.mjs';
import { seconds } from './support/patience.mjs';
import { beginningWith } from './support/server.mjs';
import { everything } from './support/storage.mjs';
import { prepareVisit } from './support/visit.mjs';

const NOT_LONG = process.env.ATELIER_LONG === '1' ? false : 'only with ATELIER_LONG=1';
const SETTINGS = 'engine=cpu&batch=64&epochs=100&lr=0.01';

/** A script that sets the worker's clock forward or back by so many milliseconds. */
const CLOCK = `{
  let shift = 0;
  new BroadcastChannel('clock').onmessage = ({ data }) => { shift = data; };
  const { now } = Date;
  Date.now = () => now() + shift;
}`;

/** A script that suspends the worker from `suspend(page)` on until the site answers the request for `asleep`. */
const SUSPENDABLE = `new BroadcastChannel('suspend').onmessage = () => {
  const request = new XMLHttpRequest();
  request.open('GET', new URL('asleep', location.href), false);
  request.send();
};`;

const suspend = (page) => page.evaluate(() => new BroadcastChannel('suspend').postMessage(true));

async function insecure(t) {
  const prepared = await prepareVisit(t);
  prepared.site.breakFile('worker_loader.js', beginningWith(CLOCK + SUSPENDABLE));
  const openTab = async (query) => {
    const atelier = await prepared.openTab();
    await atelier.open(query, PLAIN_HOST);
    return atelier;
  };
  return { ...prepared, openTab };
}

const inOtherTab = (atelier, run) =>
  atelier.runRow(run).getByTestId('run-state').filter({ hasText: 'in another tab' });

test('on plain HTTP a run is followed in a second tab, which takes it over only once the first is gone', { timeout: seconds(120) }, async (t) => {
  const { openTab } = await insecure(t);
  const first = await openTab(`${SETTINGS}&autostart=1`);
  assert.equal(await first.page.evaluate(() => navigator.locks), undefined, 'there are no locks');
  await first.waitForCheckpoint(/_last$/);
  const second = await openTab('engine=cpu');
  const [run] = await second.waitForRuns(1);
  await second.waitForStatus('ready');
  await inOtherTab(second, run).waitFor();
  assert.equal(await second.hook('resume').count(), 0);

  // The machine's clock is set forward and back by an hour; whoever trains keeps the run.
  for (const shift of [3_600_000, -3_600_000, 0]) {
    const step = await first.number('step');
    await first.page.evaluate((shift) => new BroadcastChannel('clock').postMessage(shift), shift);
    // Long enough for several looks at the other tab's lease.
    await first.waitForNumber('step', step + 1);
    await second.page.waitForTimeout(4000);
    await inOtherTab(second, run).waitFor({ timeout: seconds(5) });
    assert.match(await first.status(), /^(training|validating)$/);
  }

  const closed = Date.now();
  await first.page.close();
  await second.waitForRunState(run, 'interrupted', seconds(30));
  console.log(`without locks, a closed tab is noticed after ${Date.now() - closed} ms`);
  await second.hook('resume').click();
  await second.waitForStatus('training', seconds(30));
  await second.stop();
  await second.waitForStatus('stopped');
  await second.waitForRunState(run, 'stopped');
  assert.deepEqual(await everything(second.page, 'leases'), {});
});

test('on plain HTTP two tabs that go on with one run at the same moment do not both train it', { timeout: seconds(120) }, async (t) => {
  const { openTab } = await insecure(t);
  const first = await openTab(`${SETTINGS}&autostart=1`);
  await first.waitForNumber('step', 50);
  await first.stop();
  await first.waitForStatus('stopped');
  const second = await openTab('engine=cpu');
  await second.waitForStatus('ready');
  await Promise.all([first, second].map((tab) => tab.hook('resume').waitFor()));
  const both = await resumeAtOnce([first, second]);
  assert.deepEqual(both.sort(), ['refused', 'training']);
});

test('on plain HTTP a tab that slept while another took its run over stops, and writes nothing over it', { skip: NOT_LONG, timeout: seconds(180) }, async (t) => {
  const { context, site, openTab } = await insecure(t);
  let wake;
  const woken = new Promise((resolve) => { wake = resolve; });
  site.breakFile('asleep', async (response) => {
    await woken;
    response.end();
  });
  const first = await openTab(`${SETTINGS}&autostart=1`);
  await first.waitForCheckpoint(/_last$/);
  const devtools = await context.newCDPSession(first.page);
  await devtools.send('Debugger.enable');
  // Before the second tab is open, whose worker would be suspended, too. The page is suspended with its worker, or it
  // would replace it.
  await suspend(first.page);
  await devtools.send('Debugger.pause');
  const second = await openTab('engine=cpu');
  const [run] = await second.waitForRuns(1);
  await second.waitForRunState(run, 'interrupted', seconds(30));
  await second.hook('resume').click();
  await second.waitForStatus('training', seconds(30));
  const step = await second.number('step');
  await second.waitForNumber('step', step + 100);
  wake();
  await devtools.send('Debugger.resume');
  await first.waitForError(/another tab/);
  await first.waitForStatusOtherThan('training');
  await second.waitForNumber('step', step + 200);
  await second.stop();
  await second.waitForStatus('stopped');
  const end = await second.number('step');
  await second.waitForRunState(run, 'stopped');
  // Longer than the time between two writes of the first tab.
  await second.page.waitForTimeout(3000);
  const stored = (await everything(second.page, 'runs'))[run];
  assert.equal(stored.steps, end);
  assert.deepEqual(stored.state, 'Stopped');
});
