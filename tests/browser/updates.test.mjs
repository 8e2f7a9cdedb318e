// The next build on the server: it is offered and never forced, and no page gets files of two builds.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { buildOf, kept, keptForOffline, listed, nextBuild, until } from './support/builds.mjs';
import { seconds } from './support/patience.mjs';
import { altered, missing, plainName, replaced } from './support/server.mjs';
import { visit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(90) };
const ALLOW = { serviceWorkers: 'allow', expects: [/service-worker\.js/, /Failed to load resource/] };
const ENDLESS = 'engine=cpu&batch=64&epochs=100&lr=0.01&lang=en';

/** A visit after which everything is kept, and the next build, which is not served yet. */
async function returning(t, query = ENDLESS) {
  const prepared = await visit(t, query, ALLOW);
  await prepared.atelier.waitForStatus('ready');
  await keptForOffline(prepared.atelier);
  return { ...prepared, now: await listed(), next: await nextBuild(t) };
}

/** Looks for a new version, as browsers do at every visit; returns why it could not be installed, if it could not. */
const lookForUpdate = ({ page }) => page.evaluate(async () => {
  const registration = await navigator.serviceWorker.getRegistration();
  await registration.update();
  const worker = registration.installing;
  if (!worker) return registration.waiting ? 'installed' : 'nothing new';
  return new Promise((resolve) => {
    worker.addEventListener('statechange', () => { if (worker.state !== 'installing') resolve(worker.state); });
  });
});

test('a new version is offered, waits for the run, and comes by one press', PATIENCE, async (t) => {
  const { site, atelier, now, next } = await returning(t);
  await atelier.start();
  const [run] = await atelier.waitForRuns(1);
  await atelier.goTo('train');
  site.dist = next.dist;
  assert.equal(await lookForUpdate(atelier), 'installed');
  const notice = atelier.hook('update-ready');
  await notice.filter({ hasText: /new version of Atelier.*Runs and checkpoints are kept/s }).waitFor();
  await atelier.waitForNumber('step', (await atelier.number('step')) + 20);

  await atelier.hook('update-reload').click();
  await notice.filter({ hasText: /A run is in progress.*Nothing has changed/s }).waitFor();
  assert.equal(await buildOf(atelier), now.build);
  assert.match(await atelier.status(), /^(training|validating)$/);
  await atelier.page.evaluate(() => { document.documentElement.lang = 'zh-Hans'; });
  await notice.filter({ hasText: /新版本.*刷新页面/s }).waitFor();

  await atelier.stop();
  await atelier.waitForStatus('stopped');
  await reloadBy(atelier);
  assert.equal(await buildOf(atelier), next.build);
  assert.deepEqual(await atelier.waitForRuns(1), [run]);
  await atelier.waitForCheckpoint(/_last$/);
  assert.equal(await notice.count(), 0);
  await onlyKept(atelier, next.build);
});

test('a tab of the old version keeps its files while another tab has the new one', PATIENCE, async (t) => {
  const { site, atelier: old, openTab, now, next } = await returning(t);
  const read = (tab, name) => tab.page.evaluate(async (name) => (await fetch(name)).status, name);
  site.dist = next.dist;
  const other = await openTab();
  await other.open(ENDLESS);
  await other.waitForStatus('ready');
  await other.hook('update-ready').waitFor();
  await other.page.reload();
  await other.hook('update-ready').waitFor();
  assert.equal(await buildOf(other), now.build, 'what is kept is shown until someone presses');

  // A run in any tab keeps the new version waiting.
  await old.start();
  await old.waitForNumber('step', 10);
  await other.hook('update-reload').click();
  await other.hook('update-ready').filter({ hasText: 'A run is in progress' }).waitFor();
  await old.stop();
  await old.waitForStatus('stopped');
  await reloadBy(other);
  assert.equal(await buildOf(other), next.build);
  assert.deepEqual(Object.keys(await kept(other)).sort(), [now.build, next.build].sort());
  assert.deepEqual([await read(old, next.oldSheet), await read(old, next.sheet)], [200, 200]);
  await site.close();
  assert.deepEqual([await read(old, next.oldSheet), await read(other, next.sheet)], [200, 200]);
  // As in the address of a worker's script.
  assert.equal(await read(old, `${next.oldSheet}?files`), 200, 'a query makes no other file');

  await old.hook('update-ready').waitFor();
  await reloadBy(old);
  assert.equal(await buildOf(old), next.build);
  await onlyKept(old, next.build);
});

test('a new version of which a file is missing or damaged on the server does not replace the one that works', PATIENCE, async (t) => {
  const { site, atelier, now, next } = await returning(t);
  site.dist = next.dist;
  for (const fault of [missing(), altered(100)]) {
    site.breakFile(plainName(next.sheet), fault);
    assert.equal(await lookForUpdate(atelier), 'redundant');
    assert.equal(await atelier.hook('update-ready').count(), 0);
  }
  await atelier.page.reload();
  await atelier.waitForStatus('ready');
  assert.equal(await buildOf(atelier), now.build);
  assert.deepEqual((await kept(atelier))[now.build], Object.keys(now.files).sort());

  site.heal();
  await lookForUpdate(atelier);
  await atelier.hook('update-ready').waitFor();
  await reloadBy(atelier);
  assert.equal(await buildOf(atelier), next.build);
});

test('a message that advises a reload for want of images leads to the version that has them', PATIENCE, async (t) => {
  const { site, atelier, now, next } = await returning(t);
  site.dist = next.dist;
  await lookForUpdate(atelier);
  await until(atelier, () => caches.delete('atelier-data-1'));
  await atelier.page.reload();
  await atelier.waitForError(/new version of Atelier/);
  assert.equal(await buildOf(atelier), now.build);
  await atelier.hook('update-ready').waitFor();
  await Promise.all([atelier.page.waitForEvent('load'), atelier.hook('reload').click()]);
  await atelier.waitForStatus('ready');
  assert.equal(await buildOf(atelier), next.build);
});

test('the service worker of an unfinished site removes itself and what was kept', PATIENCE, async (t) => {
  const { site, atelier } = await returning(t);
  const removal = await readFile(new URL('../../www/unfinished/service-worker.js', import.meta.url), 'utf8');
  const heard = `{
    const { skipWaiting } = self;
    self.skipWaiting = () => {
      caches.open('asked to take over');
      return skipWaiting.call(self);
    };
  }\n`;
  site.breakFile('service-worker.js', replaced(heard + removal));
  await lookForUpdate(atelier);
  await until(atelier, () => caches.has('asked to take over'));
  // A browser may let it wait all the same, until the page that the former one serves is gone.
  await atelier.page.goto(new URL('/', site.url()).href);
  await until(atelier, async () => (await navigator.serviceWorker.getRegistrations()).length === 0);
  await until(atelier, async () => !(await caches.keys()).some((name) => name.startsWith('atelier-build ')));
});

/** Presses the button of the offer, which reloads the page, and waits until the page is there again. */
async function reloadBy(atelier) {
  await atelier.waitForStored();
  await Promise.all([atelier.page.waitForEvent('load', { timeout: seconds(20) }), atelier.hook('update-reload').click()]);
  // The run that was stopped is shown again.
  await atelier.waitForStatus(['ready', 'stopped']);
}

/** Waits until the files of this build are the only ones. */
const onlyKept = (atelier, build) => until(atelier, async (build) => {
  const names = (await caches.keys()).filter((name) => name.startsWith('atelier-build '));
  return names.length === 1 && names[0].endsWith(` ${build}`);
}, build);
