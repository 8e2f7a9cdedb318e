// Deleting everything: after one question nothing of Atelier is left in the browser.

import assert from 'node:assert/strict';
import test from 'node:test';
import { PLAIN_HOST } from './support/browser.mjs';
import { keptForOffline } from './support/builds.mjs';
import { seconds } from './support/patience.mjs';
import { prepareVisit, visit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(90) };
const ALLOW = { serviceWorkers: 'allow' };
const ENDLESS = 'engine=cpu&batch=64&epochs=100&lr=0.01&lang=en';

/** What this site stores in the browser. */
const stored = ({ page }) => page.evaluate(async () => ({
  databases: (await indexedDB.databases()).map(({ name }) => name),
  caches: await globalThis.caches?.keys() ?? [],
  settings: Object.keys(localStorage),
  serviceWorkers: (await navigator.serviceWorker?.getRegistrations() ?? []).length,
}));
const NOTHING = { databases: [], caches: [], settings: [], serviceWorkers: 0 };

test('after one question that names what goes, nothing is left, and the next visit is the first', PATIENCE, async (t) => {
  const { site, atelier, openTab } = await visit(t, ENDLESS, ALLOW);
  await atelier.hook('theme-toggle').click();
  await atelier.start();
  await atelier.waitForNumber('step', 50);
  await atelier.stop();
  await atelier.waitForStatus('stopped');
  const [run] = await atelier.waitForRuns(1);
  await keptForOffline(atelier);
  const before = await stored(atelier);
  assert.ok(Object.values(before).every((some) => some.length !== 0 && some !== 0), JSON.stringify(before));
  const other = await openTab();
  await other.open(ENDLESS);
  await other.waitForStatus('ready');
  await other.waitForRuns(1);

  await atelier.hook('delete-everything').click();
  await atelier.page.waitForURL(/delete\.html$/);
  await atelier.page.locator('[data-count=runs]:visible').filter({ hasText: '1' }).waitFor();
  assert.match(await atelier.page.locator('main').innerText(), /Delete everything\?.*all runs \(1\).*all checkpoints \(\d\).*Fashion-MNIST.*language.*cannot be undone/s);
  assert.deepEqual(await stored(atelier), before, 'nothing goes before the answer');
  await atelier.hook('delete-confirm').click();
  await atelier.page.locator('[data-state=done]:visible').waitFor();
  assert.deepEqual(await stored(atelier), NOTHING);
  // A tab that is still there would store something again.
  await other.page.waitForURL(/delete\.html#elsewhere$/);
  await other.page.locator('[data-state=elsewhere]:visible').waitFor();
  await other.page.close();

  site.requests.length = 0;
  await atelier.hook('open-again').click();
  await atelier.waitForStatus('ready');
  await atelier.waitForNoRun(run);
  assert.deepEqual(await atelier.runNames(), []);
  assert.equal(await atelier.page.evaluate(() => document.documentElement.dataset.theme), undefined);
  for (const file of ['index.html', 'page_bg.wasm', 'data/train-00.bin', 'data/test-01.bin']) {
    assert.ok(site.requests.includes(file), `${file} comes from the server`);
  }
});

test('nothing is deleted during a run, in this tab or in another', PATIENCE, async (t) => {
  const { atelier, openTab } = await visit(t, `${ENDLESS}&autostart=1`, ALLOW);
  await atelier.waitForNumber('step', 20);
  await atelier.goTo('runs');
  await atelier.hook('delete-everything').click();
  await atelier.hook('storage').filter({ hasText: 'A run is in progress' }).waitFor();

  const other = await openTab();
  await other.page.goto(new URL('delete.html', other.site.url()).href);
  await other.hook('delete-confirm').click();
  await other.page.locator('[data-state=busy]:visible').waitFor();
  await atelier.waitForNumber('step', (await atelier.number('step')) + 20);
  assert.match(await atelier.status(), /^(training|validating)$/);

  await atelier.stop();
  await atelier.waitForStatus('stopped');
  await other.hook('delete-confirm').click();
  await other.page.locator('[data-state=done]:visible').waitFor();
  assert.deepEqual(await stored(other), NOTHING);
});

test('a run that has just ended is waited for until its record is written', PATIENCE, async (t) => {
  const { openTab } = await prepareVisit(t);
  const atelier = await openTab();
  await atelier.page.goto(new URL('delete.html', atelier.site.url()).href);
  await atelier.hook('delete-confirm').and(atelier.page.locator(':enabled')).waitFor();
  await atelier.page.evaluate(() => new Promise((isHeld) => {
    navigator.locks.request('atelier-run-20261130_120000', () => {
      isHeld();
      return new Promise((end) => { setTimeout(end, 500); });
    });
  }));
  await atelier.hook('delete-confirm').click();
  await atelier.page.locator('[data-state=done]:visible').waitFor();
});

test('everything can be deleted at an address without locks and caches, which the question mentions', PATIENCE, async (t) => {
  const { openTab } = await prepareVisit(t);
  const atelier = await openTab();
  await atelier.open(ENDLESS, PLAIN_HOST);
  await atelier.waitForStatus('ready');
  await atelier.goTo('runs');
  await atelier.hook('delete-everything').click();
  await atelier.page.locator('#no-locks:visible').filter({ hasText: 'Close other tabs' }).waitFor();
  await atelier.hook('delete-confirm').click();
  await atelier.page.locator('[data-state=done]:visible').waitFor();
  assert.deepEqual(await stored(atelier), NOTHING);
});
