// Storage that refuses: each kind of write without space, aborted writes, a library that does not open, everything
// cleared, everything denied.
// Runs alone: it asserts how soon Stop is heard.

import assert from 'node:assert/strict';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { beginningWith } from './support/server.mjs';
import { ABORTABLE, aborting, everything } from './support/storage.mjs';
import { prepareVisit, visit } from './support/visit.mjs';

// It takes the browser half a minute to notice that there is no space.
const NOT_LONG = process.env.ATELIER_LONG === '1' ? false : 'only with ATELIER_LONG=1';

const SHORT = 'engine=cpu&batch=512&epochs=1&steps=20&lr=0.05&autostart=1';
const ENDLESS = 'engine=cpu&batch=256&epochs=100&lr=0.01&autostart=1';

const isUnderWay = async (atelier) => ['training', 'validating'].includes(await atelier.status());

/** Waits for a new message like this, and takes it away. */
async function dismissError(atelier, pattern) {
  await atelier.waitForError(pattern);
  const message = atelier.page.locator('.message').filter({ hasText: pattern });
  await message.getByRole('button', { name: 'Dismiss' }).click();
  await message.waitFor({ state: 'detached' });
}

test('every kind of write that has no space is refused, is said, and leaves what was stored', { skip: NOT_LONG, timeout: seconds(180) }, async (t) => {
  const { context, atelier } = await visit(t, SHORT);
  await atelier.waitForStatus('done', seconds(60));
  const last = await atelier.waitForCheckpoint(/_last$/);
  const [run] = await atelier.waitForRuns(1);
  await atelier.waitForRunState(run, 'completed');
  await atelier.openRun(run);
  const file = await atelier.download(last, 'full');
  await atelier.open('engine=cpu&batch=512&epochs=1&steps=200&lr=0.05');
  await atelier.waitForStatus('ready');
  const stores = ['runs', 'labels', 'checkpoints', 'files', 'blocks'];
  const stored = async () => Object.fromEntries(await Promise.all(stores.map(async (store) => [store, await everything(atelier.page, store)])));
  const before = await stored();
  const devtools = await context.newCDPSession(atelier.page);
  const { origin } = new URL(atelier.page.url());
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1000 });

  // A person's words for a run. For half a minute, the browser uses the quota that it knew before.
  await atelier.openRun(run);
  const title = atelier.runRow(run).getByTestId('run-title-input');
  for (let at = 0; !/no space left/.test(await atelier.errorText()); at += 1) {
    assert.ok(at < 60, 'the quota is not felt');
    await title.fill(`Name ${at}`);
    await title.blur();
    await atelier.page.waitForTimeout(1000);
  }
  await dismissError(atelier, /no space left/);
  const renamed = await stored();
  assert.deepEqual({ ...renamed, labels: {} }, { ...before, labels: {} });
  await title.fill('Never stored');
  await title.blur();
  await dismissError(atelier, /no space left/);
  // For a checkpoint.
  await atelier.checkpointRow(last).getByTestId('checkpoint-rename').click();
  await atelier.hook('checkpoint-label').fill('Never stored either');
  await atelier.hook('checkpoint-label').press('Enter');
  await dismissError(atelier, /no space left/);
  // An import.
  await atelier.importFile({ name: 'imported.safetensors', bytes: file.bytes });
  await dismissError(atelier, /no space left/);
  // A run: its record, its curves, its checkpoints.
  await atelier.start();
  await atelier.waitForError(/no space left/);
  await atelier.waitForStatus('done', seconds(60));
  assert.deepEqual(await stored(), renamed);
});

test('while the browser aborts every write, a run goes on, and is stored once it no longer does', { timeout: seconds(120) }, async (t) => {
  const { site, openTab } = await prepareVisit(t);
  site.breakFile('worker_loader.js', beginningWith(ABORTABLE));
  const atelier = await openTab();
  await atelier.open(ENDLESS);
  await atelier.waitForCheckpoint(/_last$/);
  const [run] = await atelier.waitForRuns(1);
  await aborting(atelier.page, true);
  await atelier.waitForError(/cannot be stored or read[^]*Training goes on/);
  const { steps } = (await everything(atelier.page, 'runs'))[run];
  await atelier.waitForNumber('step', (await atelier.number('step')) + 500);
  assert.ok(await isUnderWay(atelier), 'the run goes on');
  assert.equal((await everything(atelier.page, 'runs'))[run].steps, steps, 'nothing was stored');
  assert.ok((await atelier.timeUntilStatus('stop', 'stopped')) < 500);
  const end = await atelier.number('step');
  await aborting(atelier.page, false);
  await atelier.waitForRunState(run, 'stopped');
  assert.equal((await everything(atelier.page, 'runs'))[run].steps, end);
  assert.equal((await everything(atelier.page, 'checkpoints'))[`model_${run}_last`].step, end);
});

const REFUSALS = {
  'throws': `IDBFactory.prototype.open = () => { throw new DOMException('denied', 'SecurityError'); };`,
  'reports an error': `{
    const { open } = IDBFactory.prototype;
    IDBFactory.prototype.open = function (...rest) {
      const request = open.apply(this, rest);
      // The first opening makes the stores.
      request.addEventListener('upgradeneeded', () => request.transaction.abort());
      return request;
    };
  }`,
};

for (const [how, script] of Object.entries(REFUSALS)) {
  test(`a library whose opening ${how} stops no run, and is said once`, { timeout: seconds(60) }, async (t) => {
    const { site, openTab } = await prepareVisit(t);
    site.breakFile('worker_loader.js', beginningWith(script));
    const atelier = await openTab();
    await atelier.open('engine=cpu&batch=512&epochs=1&lr=0.05&autostart=1');
    await atelier.waitForError(/cannot be stored[^]*Training goes on/);
    await atelier.waitForStatus('done', seconds(60));
    assert.equal((await atelier.errorText()).match(/cannot be stored/g).length, 1, 'it is said once');
  });
}

test('when the browser clears all that the site has stored, the run goes on and is stored anew', { timeout: seconds(120) }, async (t) => {
  const { context, atelier } = await visit(t, ENDLESS);
  await atelier.waitForCheckpoint(/_last$/);
  const [run] = await atelier.waitForRuns(1);
  const devtools = await context.newCDPSession(atelier.page);
  const { origin } = new URL(atelier.page.url());
  await devtools.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb,cache_storage,local_storage' });
  // A write in progress at that moment reports that its connection was closed.
  await atelier.waitForError(/deleted from outside|connection was closed/);
  assert.ok(await isUnderWay(atelier), 'the run goes on');
  const step = await atelier.number('step');
  await atelier.waitForNumber('step', step + 100);
  await atelier.stop();
  await atelier.waitForStatus('stopped');
  await atelier.waitForRunState(run, 'stopped');
  await atelier.waitForCheckpoint(/_last$/);
  const end = await atelier.number('step');
  assert.equal((await everything(atelier.page, 'checkpoints'))[`model_${run}_last`].step, end);
  const curves = Object.values(await everything(atelier.page, 'blocks'));
  assert.ok(curves.reduce((sum, bytes) => sum + bytes / 4, 0) >= end, 'with the curve from its first step on');
});

test('where all storage is denied, Atelier still trains and classifies', { timeout: seconds(90) }, async (t) => {
  const { site, context, openTab } = await prepareVisit(t);
  // As with all cookies blocked: whoever touches storage gets an exception.
  const denied = `for (const name of ['indexedDB', 'caches', 'localStorage', 'sessionStorage']) {
    if (name in globalThis) Object.defineProperty(globalThis, name, { get() { throw new DOMException('denied', 'SecurityError'); } });
  }`;
  site.breakFile('worker_loader.js', beginningWith(denied));
  await context.addInitScript(denied);
  const atelier = await openTab();
  await atelier.open('engine=cpu&batch=512&epochs=1&lr=0.05&autostart=1');
  await atelier.waitForError(/cannot be stored[^]*Training goes on/);
  await atelier.waitForStatus('done', seconds(60));
  assert.equal((await atelier.errorText()).match(/cannot be stored/g).length, 1, 'it is said once');
  await atelier.hook('test-image').click();
  await atelier.waitForOtherProbabilities({});
});
