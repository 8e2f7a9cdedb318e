// A link with `autostart` begins one run: a reload, the way back and a copy of the tab lead to that run.

import assert from 'node:assert/strict';
import test from 'node:test';
import { PLAIN_HOST } from './support/browser.mjs';
import { seconds } from './support/patience.mjs';
import { pauseStored } from './support/storage.mjs';
import { prepareVisit, visit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(90) };
const ENDLESS = 'engine=cpu&batch=64&epochs=500&lr=0.01&seed=7&autostart=1';

const runAt = (page) => new URL(page.url()).hash.replace('#/train/', '');

/** Waits until the run goes on by itself; returns the step from which it does. */
async function goesOn(atelier) {
  const notice = atelier.hook('resumed');
  await notice.waitFor();
  await atelier.waitForStatus('training');
  return Number(await notice.getAttribute('data-step'));
}

test('a reload resumes the run from its newest checkpoint, whichever place is open', PATIENCE, async (t) => {
  const { atelier } = await visit(t, ENDLESS);
  const last = await atelier.waitForCheckpoint(/_last$/);
  const run = runAt(atelier.page);
  assert.ok(last.includes(run));
  await atelier.page.reload();
  const from = await goesOn(atelier);
  assert.ok(from > 0, 'from its checkpoint');
  assert.ok((await atelier.waitForNumber('step', from)) >= from);
  assert.equal(runAt(atelier.page), run);
  assert.match(await atelier.errorText(), /page was reloaded.*goes on by itself/is);

  await atelier.goTo('runs');
  await atelier.page.reload();
  assert.ok((await goesOn(atelier)) >= from);
  assert.deepEqual(await atelier.waitForRuns(1), [run]);
});

test('on plain HTTP, where the lease of the page before lasts for seconds, a reload resumes the run as well', PATIENCE, async (t) => {
  const { openTab } = await prepareVisit(t);
  const atelier = await openTab();
  await atelier.open(ENDLESS, PLAIN_HOST);
  const last = await atelier.waitForCheckpoint(/_last$/);
  await atelier.page.reload();
  assert.ok(await goesOn(atelier) > 0, 'from its checkpoint');
  assert.ok(last.includes(runAt(atelier.page)));
});

test('a reload before the first checkpoint begins the same run again', PATIENCE, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu');
  await atelier.waitForStatus('ready');
  await atelier.open(ENDLESS);
  // The page itself reloads: the first checkpoint comes within two seconds.
  const { hash, saved } = await atelier.atStep(1, () => {
    // Once this has been answered.
    setTimeout(() => location.reload());
    return { hash: location.hash, saved: document.querySelectorAll('[data-testid=checkpoint-row]').length };
  });
  const run = hash.replace('#/train/', '');
  assert.equal(saved, 0, 'nothing is saved yet');
  assert.equal(await goesOn(atelier), 0);
  assert.deepEqual(await atelier.waitForRuns(1), [run]);
});

test('a run that the visitor stopped or paused stays at rest after a reload', PATIENCE, async (t) => {
  const { atelier } = await visit(t, ENDLESS);
  await atelier.waitForNumber('step', 20);
  await atelier.pause();
  await atelier.waitForStatus('paused');
  const last = await atelier.waitForCheckpoint(/_last$/);
  await pauseStored(atelier.page, runAt(atelier.page));
  await atelier.page.reload();
  await atelier.hook('resume-run').click();
  await atelier.waitForStatus('training');
  await atelier.stop();
  await atelier.waitForStatus('stopped');
  await atelier.page.reload();
  await atelier.hook('resume-run').waitFor();
  await atelier.waitForStatus('stopped');
  assert.equal(await atelier.hook('resumed').count(), 0);
  assert.ok(last.includes((await atelier.waitForRuns(1))[0]));
});

test('the way back resumes the run, and the link itself begins another', PATIENCE, async (t) => {
  const { atelier } = await visit(t, ENDLESS);
  await atelier.waitForCheckpoint(/_last$/);
  const first = runAt(atelier.page);
  await atelier.page.goto('about:blank');
  await atelier.page.goBack();
  assert.ok((await goesOn(atelier)) > 0);
  assert.equal(runAt(atelier.page), first);
  await atelier.page.goto('about:blank');
  await atelier.open(ENDLESS);
  await atelier.waitForNumber('step', 1);
  assert.notEqual(runAt(atelier.page), first);
  await atelier.waitForRuns(2);
});

test('a copy of the tab shows the run that the first one trains', PATIENCE, async (t) => {
  const { atelier, context } = await visit(t, ENDLESS);
  await atelier.waitForCheckpoint(/_last$/);
  const [copy] = await Promise.all([
    context.waitForEvent('page'),
    // A window opened by script has a copy of the tab's storage, as a duplicate has.
    atelier.page.evaluate(() => { window.open(location.href); }),
  ]);
  await copy.locator('[data-testid=status][data-status=training]').waitFor();
  const step = await atelier.number('step');
  await atelier.waitForNumber('step', step + 500);
  assert.equal(await copy.getByTestId('resumed').count(), 0);
  assert.equal(await copy.getByTestId('run-row').count(), 0);
  assert.deepEqual(await atelier.waitForRuns(1), [runAt(copy)]);
});

test('a link that was copied from the address bar begins its run in another browser', PATIENCE, async (t) => {
  const { atelier, site } = await visit(t, 'engine=cpu');
  await atelier.waitForStatus('ready');
  const theirs = '20260102_030405';
  await atelier.page.goto('about:blank');
  await atelier.page.goto(`${site.url(ENDLESS)}#/train/${theirs}`);
  await atelier.waitForNumber('step', 5);
  assert.notEqual(runAt(atelier.page), theirs);
  assert.equal(await atelier.errorText(), '');
  assert.equal(await atelier.setting('seed'), '7');
  await atelier.waitForRuns(1);
});

test('without a tab of its own, the address shows the run and leaves it at rest', PATIENCE, async (t) => {
  const { openTab } = await prepareVisit(t);
  const atelier = await openTab();
  await atelier.open(ENDLESS);
  await atelier.waitForCheckpoint(/_last$/);
  const address = atelier.page.url();
  await atelier.page.close();
  const again = await openTab();
  await again.page.goto(address);
  await again.hook('resume-run').waitFor();
  await again.waitForStatus('stopped');
  assert.equal(await again.hook('resumed').count(), 0);
});
