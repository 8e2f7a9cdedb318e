// Storage that fails: training continues, the message says what to do, and nothing stored is damaged.

import assert from 'node:assert/strict';
import test from 'node:test';
import { eventually } from './support/eventually.mjs';
import { seconds } from './support/patience.mjs';
import { beginningWith } from './support/server.mjs';
import { NO_DATABASE, deleteDatabase, everything } from './support/storage.mjs';
import { prepareVisit, visit } from './support/visit.mjs';

const SETTINGS = 'engine=cpu&batch=64&epochs=100&lr=0.01';
const ENDLESS = `${SETTINGS}&autostart=1`;

test('without IndexedDB a run trains to its end and classifies', { timeout: seconds(90) }, async (t) => {
  const { site, openTab } = await prepareVisit(t);
  // As in a private window of some browsers.
  site.breakFile('worker_loader.js', beginningWith(NO_DATABASE));
  const atelier = await openTab();
  await atelier.open('engine=cpu&batch=512&epochs=1&lr=0.05&autostart=1');
  await atelier.waitForError(/cannot be stored/);
  assert.match(await atelier.errorText(), /Training goes on/);
  await atelier.waitForStatus('done', seconds(60));
  assert.equal((await atelier.errorText()).match(/cannot be stored/g).length, 1, 'it is said once');
  await atelier.hook('test-image').click();
  await atelier.waitForOtherProbabilities({});
});

test('where locks are denied a run trains and is kept', { timeout: seconds(90) }, async (t) => {
  const { site, openTab } = await prepareVisit(t);
  site.breakFile('worker_loader.js', beginningWith(`
    const denied = async () => { throw new DOMException('denied', 'SecurityError'); };
    LockManager.prototype.request = denied;
    LockManager.prototype.query = denied;`));
  const atelier = await openTab();
  await atelier.open('engine=cpu&batch=512&epochs=1&lr=0.05&autostart=1');
  await atelier.waitForStatus('done', seconds(60));
  const [run] = await atelier.waitForRuns(1);
  await atelier.waitForRunState(run, 'completed');
});

test('with no space left training goes on, deleting gives space, and storing goes on by itself', { timeout: seconds(120) }, async (t) => {
  const { context, atelier } = await visit(t, 'engine=cpu&batch=512&epochs=1&steps=20&lr=0.05&autostart=1');
  await atelier.waitForStatus('done', seconds(60));
  const stored = await atelier.waitForCheckpoint(/_last$/);
  await atelier.open(SETTINGS);
  await atelier.waitForStatus('ready');
  // This lasts until the page is closed.
  const devtools = await context.newCDPSession(atelier.page);
  const { origin } = new URL(atelier.page.url());
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1000 });
  await atelier.start();
  // For half a minute, the browser uses the quota that it knew before.
  await atelier.waitForError(/no space left/);
  const before = await everything(atelier.page, 'checkpoints');
  const step = await atelier.number('step') ?? 0;
  await atelier.waitForNumber('step', step + 2000);
  assert.ok(['training', 'validating'].includes(await atelier.status()), 'the run goes on');
  assert.deepEqual(await everything(atelier.page, 'checkpoints'), before);

  const [first] = (await atelier.runNames()).slice(-1);
  await atelier.openRun(first);
  await (await atelier.menu(atelier.runRow(first), 'run-delete')).click();
  await atelier.waitForError(/Deleted for good/);
  await atelier.runRow(first).waitFor({ state: 'detached' });
  assert.equal((await everything(atelier.page, 'checkpoints'))[stored], undefined);

  // The run ends before there is space for it.
  await atelier.stop();
  await atelier.waitForStatus('stopped');
  await devtools.send('Storage.overrideQuotaForOrigin', { origin });
  const names = await atelier.waitForRuns(1);
  await atelier.waitForRunState(names[0], 'stopped');
  await atelier.waitForCheckpoint(/_last$/);
  const curves = await everything(atelier.page, 'blocks');
  const stepsStored = Object.entries(curves).filter(([key]) => key.startsWith(names[0])).reduce((sum, [, bytes]) => sum + bytes / 4, 0);
  assert.ok(stepsStored >= step + 2000, `with the curve from its first step on: ${stepsStored}`);
});

test('a run that could not be stored goes on from where it was, and no earlier state is stored over it', { timeout: seconds(180) }, async (t) => {
  const { context, atelier } = await visit(t, ENDLESS);
  await atelier.waitForNumber('step', 30);
  await atelier.pause();
  await atelier.waitForStatus('paused');
  const last = await atelier.waitForCheckpoint(/_last$/);
  const run = last.match(/\d{8}_\d{6}/)[0];
  const stored = await atelier.number('step');
  const devtools = await context.newCDPSession(atelier.page);
  const { origin } = new URL(atelier.page.url());
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1000 });
  await atelier.pause();
  await atelier.waitForError(/no space left/);
  await atelier.waitForNumber('step', stored + 3000);
  await atelier.stop();
  await atelier.waitForStatus('stopped');
  const unstored = await atelier.number('step');
  assert.ok((await everything(atelier.page, 'checkpoints'))[last].step < unstored, 'there was no space for it');

  await atelier.openRun(run);
  await atelier.runRow(run).getByTestId('resume').click();
  await atelier.waitForStatus('training');
  await atelier.pause();
  await atelier.waitForStatus('paused');
  const resumed = await atelier.number('step');
  assert.ok(resumed >= unstored, `from step ${unstored} on, not from ${stored}: ${resumed}`);
  assert.ok(resumed < unstored + 3000, `and not after training them all again: ${resumed}`);
  await devtools.send('Storage.overrideQuotaForOrigin', { origin });
  await atelier.pause();
  await atelier.waitForNumber('step', resumed + 200);
  await atelier.stop();
  await atelier.waitForStatus('stopped');
  await atelier.waitForRunState(run, 'stopped');
  const end = await atelier.number('step');
  const storedSteps = async () => {
    const [runs, checkpoints] = [await everything(atelier.page, 'runs'), await everything(atelier.page, 'checkpoints')];
    return [runs[run].steps, checkpoints[last].step];
  };
  await eventually(storedSteps, (steps) => steps.every((step) => step === end));
  // Failed writes are retried every three seconds, and none of them is stored over that.
  await atelier.page.waitForTimeout(7000);
  assert.deepEqual(await storedSteps(), [end, end]);
});

test('a library deleted behind the page is made anew with the run under way', { timeout: seconds(120) }, async (t) => {
  const { atelier } = await visit(t, ENDLESS);
  await atelier.waitForNumber('step', 100);
  const [run] = await atelier.waitForRuns(1);
  await atelier.page.waitForTimeout(2500);
  await deleteDatabase(atelier.page);
  await atelier.waitForError(/deleted from outside/);
  const step = await atelier.number('step');
  await atelier.waitForNumber('step', step + 100);
  assert.ok(['training', 'validating'].includes(await atelier.status()), 'the run goes on');
  await atelier.stop();
  await atelier.waitForStatus('stopped');
  await atelier.waitForRunState(run, 'stopped');
  await atelier.waitForCheckpoint(/_last$/);
  await atelier.open('engine=cpu');
  assert.deepEqual(await atelier.waitForRuns(1), [run]);
  const curves = await everything(atelier.page, 'blocks');
  assert.ok(Object.values(curves).reduce((sum, bytes) => sum + bytes / 4, 0) > step, 'the curve is whole');
});

test('a tab of an older build holds the upgrade up; runs are stored once it is gone', { timeout: seconds(120) }, async (t) => {
  const { site, openTab } = await prepareVisit(t);
  const older = await openTab();
  await older.page.goto(`${site.url()}data/manifest.json`);
  await older.page.evaluate(() => new Promise((resolve) => {
    const request = indexedDB.open('atelier', 1);
    request.onupgradeneeded = () => ['summaries', 'files'].forEach((name) => request.result.createObjectStore(name));
    // The build with the first schema did not close its connection when asked.
    request.onsuccess = () => { globalThis.held = request.result; resolve(); };
  }));
  const atelier = await openTab();
  await atelier.open(ENDLESS);
  await atelier.waitForError(/older version of Atelier/);
  await atelier.waitForNumber('step', 100);
  assert.deepEqual(await atelier.runNames(), []);
  await older.page.close();
  const [run] = await atelier.waitForRuns(1);
  await atelier.stop();
  await atelier.waitForStatus('stopped');
  await atelier.waitForRunState(run, 'stopped');
  await atelier.waitForCheckpoint(/_last$/);
});

test('a newer build takes the library over: this page says so and goes on training', { timeout: seconds(120) }, async (t) => {
  const { site, openTab, atelier } = await visit(t, ENDLESS);
  await atelier.waitForNumber('step', 50);
  await atelier.waitForRuns(1);
  const newer = await openTab();
  await newer.page.goto(`${site.url()}data/manifest.json`);
  await newer.page.evaluate(() => new Promise((resolve, reject) => {
    const request = indexedDB.open('atelier', 99);
    request.onsuccess = () => { request.result.close(); resolve(); };
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('the page does not let go'));
  }));
  await atelier.waitForError(/newer version of Atelier/);
  const step = await atelier.number('step');
  await atelier.waitForNumber('step', step + 100);
  assert.ok(['training', 'validating'].includes(await atelier.status()), 'the run goes on');
});
