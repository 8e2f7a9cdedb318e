// Storage that does not answer: it is given up and tried again, and neither training nor Stop waits for it.
// Runs alone: it asserts how soon Stop is heard.

import assert from 'node:assert/strict';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { beginningWith } from './support/server.mjs';
import { everything, hold, release, silence, silenceable } from './support/storage.mjs';
import { prepareVisit } from './support/visit.mjs';

// An epoch takes a few seconds.
const SETTINGS = 'engine=cpu&batch=256&epochs=100&lr=0.01';
const SILENT = /storage does not answer/;

/** A write begins within two seconds, is given up after five, and aborting it may take another half, in seconds. */
const NOTICED = 9;

/** How long Stop may take, whatever hangs. */
const HEARD = seconds(0.5);

async function inSilence(t, atOnce) {
  const { site, openTab } = await prepareVisit(t);
  site.breakFile('worker_loader.js', beginningWith(silenceable(atOnce)));
  return { site, openTab, atelier: await openTab() };
}

/** What is stored of a run, once that is its end. */
async function assertStored(atelier, run, step) {
  await atelier.waitForRunState(run, 'stopped', seconds(60));
  await atelier.waitForCheckpoint(/_last$/);
  assert.equal((await everything(atelier.page, 'runs'))[run].steps, step);
  assert.equal((await everything(atelier.page, 'checkpoints'))[`model_${run}_last`].step, step);
  const blocks = Object.entries(await everything(atelier.page, 'blocks')).filter(([key]) => key.startsWith(run));
  assert.ok(blocks.reduce((sum, [, bytes]) => sum + bytes / 4, 0) >= step, 'with the curve from its first step on');
}

test('storage that falls silent in mid-run stops neither training nor Stop, and gets what it missed', { timeout: seconds(120) }, async (t) => {
  const { atelier } = await inSilence(t);
  await atelier.open(`${SETTINGS}&autostart=1`);
  await atelier.waitForCheckpoint(/_last$/);
  const [run] = await atelier.waitForRuns(1);
  const begun = Date.now();
  await silence(atelier.page, true);
  const step = await atelier.number('step');
  await atelier.waitForError(SILENT, seconds(20));
  const noticed = Date.now() - begun;
  console.log(`silence in mid-run is noticed after ${noticed} ms`);
  assert.ok(noticed < seconds(NOTICED), `after ${noticed} ms`);
  assert.match(await atelier.errorText(), /Training goes on[^]*Keep this tab open/);
  assert.ok((await atelier.number('step')) > step, 'no step waited for it');
  // Two more epochs, whose checkpoints cannot be stored.
  await atelier.waitForNumber('step', (await atelier.number('step')) + 500);
  assert.equal((await atelier.errorText()).match(/does not answer/g).length, 1, 'it is said once');
  const stored = (await everything(atelier.page, 'checkpoints'))[`model_${run}_last`].step;

  const heard = await atelier.timeUntilStatus('stop', 'stopped');
  console.log(`Stop is heard after ${Math.round(heard)} ms`);
  assert.ok(heard < HEARD, `Stop is heard after ${heard} ms`);
  const end = await atelier.number('step');
  assert.ok(end > stored);
  await silence(atelier.page, false);
  await assertStored(atelier, run, end);
});

test('Stop is heard while a write hangs that is not given up yet', { timeout: seconds(120) }, async (t) => {
  const { atelier } = await inSilence(t);
  await atelier.open(`${SETTINGS}&autostart=1`);
  await atelier.waitForCheckpoint(/_last$/);
  const [run] = await atelier.waitForRuns(1);
  await silence(atelier.page, true);
  // By then, a write has begun.
  await atelier.page.waitForTimeout(2500);
  assert.doesNotMatch(await atelier.errorText(), SILENT);
  const heard = await atelier.timeUntilStatus('stop', 'stopped');
  console.log(`Stop is heard after ${Math.round(heard)} ms`);
  assert.ok(heard < HEARD, `Stop is heard after ${heard} ms`);
  const end = await atelier.number('step');
  await atelier.waitForError(SILENT, seconds(20));
  await silence(atelier.page, false);
  await assertStored(atelier, run, end);
  // It goes on from there.
  await atelier.hook('resume').click();
  await atelier.waitForStatus('training');
  assert.ok((await atelier.number('step')) >= end);
});

test('transactions that never begin, because another tab holds every store, are aborted and tried again', { timeout: seconds(120) }, async (t) => {
  const { site, openTab } = await prepareVisit(t);
  const atelier = await openTab();
  await atelier.open(`${SETTINGS}&autostart=1`);
  await atelier.waitForCheckpoint(/_last$/);
  const [run] = await atelier.waitForRuns(1);
  const other = await openTab();
  await other.page.goto(`${site.url()}data/manifest.json`);
  await hold(other.page);
  const step = await atelier.number('step');
  await atelier.waitForError(SILENT, seconds(20));
  assert.ok((await atelier.number('step')) > step, 'no step waited for it');
  const heard = await atelier.timeUntilStatus('stop', 'stopped');
  console.log(`Stop is heard after ${Math.round(heard)} ms`);
  assert.ok(heard < HEARD, `Stop is heard after ${heard} ms`);
  const end = await atelier.number('step');
  await release(other.page);
  await assertStored(atelier, run, end);
});

test('storage that is silent from the start: a run begins, trains to its end, and is stored once it answers', { timeout: seconds(120) }, async (t) => {
  const { atelier } = await inSilence(t, true);
  const begun = Date.now();
  await atelier.open('engine=cpu&batch=512&epochs=1&lr=0.05&autostart=1');
  await atelier.waitForError(SILENT, seconds(20));
  console.log(`silence from the start is noticed after ${Date.now() - begun} ms`);
  await atelier.waitForStatus('done', seconds(90));
  await atelier.hook('test-image').click();
  await atelier.waitForOtherProbabilities({});
  assert.deepEqual(await atelier.runNames(), []);
  await silence(atelier.page, false);
  const [run] = await atelier.waitForRuns(1);
  await atelier.waitForRunState(run, 'completed', seconds(60));
  assert.equal((await everything(atelier.page, 'runs'))[run].steps, 118);
  await atelier.waitForCheckpoint(/_last$/);
});
