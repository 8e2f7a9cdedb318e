// Without a network: what the service worker keeps, and what becomes of it.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { PLAIN_HOST } from './support/browser.mjs';
import { buildOf, kept, keptForOffline, listed, nextBuild, until } from './support/builds.mjs';
import { seconds } from './support/patience.mjs';
import { added, beginningWith, broken } from './support/server.mjs';
import { prepareVisit, visit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(90) };
// Browsers look for a new version at every visit, and say so if they cannot.
const OFFLINE = { serviceWorkers: 'allow', expects: [/service-worker\.js/, /Failed to load resource/] };

test('after one visit, Atelier trains and classifies without a network', PATIENCE, async (t) => {
  const { site, atelier } = await visit(t, 'engine=cpu&batch=64', OFFLINE);
  await atelier.waitForStatus('ready');
  await keptForOffline(atelier);
  const { build, files } = await listed();
  assert.deepEqual(await kept(atelier), { [build]: Object.keys(files).sort() }, 'all of the build, and no image twice');

  await site.close();
  await atelier.page.reload();
  await atelier.waitForStatus('ready');
  await atelier.start();
  await atelier.waitForNumber('step', 50);
  await atelier.stop();
  await atelier.waitForStatus('stopped');
  await atelier.draw([[0.3, 0.2], [0.7, 0.2], [0.7, 0.8], [0.3, 0.8], [0.3, 0.2]]);
  const shares = Object.values(await atelier.waitForOtherProbabilities({}));
  assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 0.01);
  for (const place of ['understand', 'runs', 'train']) await atelier.goTo(place);
  assert.equal(await atelier.errorText(), '');

  // A link with settings is the same page.
  await atelier.open('engine=cpu&batch=32#/runs');
  await atelier.waitForStatus('ready');
  await atelier.waitForRuns(1);
  assert.equal(await atelier.setting('batch'), '32');
});

test('a visit that ends before everything is there leaves nothing half in use', PATIENCE, async (t) => {
  const { site, openTab } = await prepareVisit(t, { ...OFFLINE, expects: [...OFFLINE.expects, /./] });
  const first = await openTab();
  // Once the page is there.
  site.breakFile('service-worker.js', (response, file) => {
    site.breakFile('worker_bg.wasm', broken(Infinity));
    return added(file.bytes)(response, file);
  });
  const failed = first.page.waitForEvent('console', { predicate: (said) => /nothing is kept/.test(said.text()) });
  await first.page.addInitScript(() => {
    // The first installation ends with its only worker, which becomes redundant.
    const { register } = ServiceWorkerContainer.prototype;
    ServiceWorkerContainer.prototype.register = async function watched(...what) {
      const registration = await register.apply(this, what);
      const worker = registration.installing;
      worker?.addEventListener('statechange', () => { if (worker.state === 'redundant') console.log('nothing is kept'); });
      return registration;
    };
  });
  await first.open('engine=cpu');
  await failed;
  const { build, files } = await listed();
  const half = (await kept(first))[build] ?? [];
  assert.ok(half.length < Object.keys(files).length, 'something is missing');
  assert.equal(await first.page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0);
  await first.page.close();

  // Nothing stands between the next visit and the server.
  site.heal();
  site.requests.length = 0;
  const second = await openTab();
  await second.open('engine=cpu');
  await second.waitForStatus('ready');
  assert.ok(site.requests.includes('page_bg.wasm'), 'it comes from the server');
  await keptForOffline(second);
  assert.deepEqual(await kept(second), { [build]: Object.keys(files).sort() });
});

test('what the browser has deleted is fetched again, and meanwhile the page is as the server has it', PATIENCE, async (t) => {
  const { site, atelier } = await visit(t, 'engine=cpu', OFFLINE);
  await atelier.waitForStatus('ready');
  await keptForOffline(atelier);
  const { build, files } = await listed();
  const lose = (pattern) => atelier.page.evaluate(async (pattern) => {
    for (const name of (await caches.keys()).filter((name) => name.startsWith('atelier-build '))) {
      const cache = await caches.open(name);
      const lost = (await cache.keys()).filter(({ url }) => new RegExp(pattern).test(url));
      await Promise.all(lost.map((request) => cache.delete(request)));
    }
  }, pattern);

  // What the page does not ask for at once as well.
  await lose('page-.*js$|delete.html$|/worker_bg');
  assert.equal((await kept(atelier))[build].length, Object.keys(files).length - 3);
  await atelier.page.reload();
  await atelier.waitForStatus('ready');
  await until(atelier, async ([name, count]) => (await (await caches.open(name)).keys()).length === count,
    [`atelier-build ${site.url()} ${build}`, Object.keys(files).length]);
  await site.close();
  await atelier.page.reload();
  await atelier.waitForStatus('ready');

  // A page of this build whose style sheet only the old server had would have none.
  const next = await nextBuild(t);
  await lose(next.oldSheet);
  Object.assign(site, { dist: next.dist });
  await site.listen();
  await atelier.page.reload();
  await atelier.waitForStatus('ready');
  assert.equal(await buildOf(atelier), next.build);
  assert.equal(await atelier.page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--next-build')), '1');
});

/** In front of the service worker: from its first request on, the browser's storage fails. */
const CACHE_FAILS = `
  addEventListener('fetch', () => {
    CacheStorage.prototype.open = async () => { throw new DOMException('Internal error', 'UnknownError'); };
    CacheStorage.prototype.match = CacheStorage.prototype.open;
  });`;

test('a browser whose cache fails has everything from the network', PATIENCE, async (t) => {
  const { site, atelier } = await visit(t, 'engine=cpu&batch=64', OFFLINE);
  await atelier.waitForStatus('ready');
  await keptForOffline(atelier);
  site.breakFile('service-worker.js', beginningWith(CACHE_FAILS));
  await atelier.page.evaluate(async () => {
    // The page itself activates a service worker of its own build.
    const taken = new Promise((resolve) => { navigator.serviceWorker.oncontrollerchange = resolve; });
    await (await navigator.serviceWorker.getRegistration()).update();
    await taken;
  });
  site.requests.length = 0;
  await atelier.page.reload();
  await atelier.waitForStatus('ready');
  assert.ok(site.requests.includes('page_bg.wasm'), `${site.requests}`);
  await atelier.start();
  await atelier.waitForNumber('step', 10);
});

test('where there can be no service worker, nothing is offered and nothing breaks', PATIENCE, async (t) => {
  const { openTab } = await prepareVisit(t, { ...OFFLINE, expects: [] });
  const atelier = await openTab();
  const offered = atelier.page.waitForResponse(/\/offline[^/]*\.js$/);
  await atelier.open('engine=cpu&batch=64&autostart=1', PLAIN_HOST);
  await offered;
  await atelier.waitForNumber('step', 50);
  await atelier.stop();
  await atelier.waitForStatus('stopped');
  assert.equal(await atelier.page.evaluate(() => isSecureContext), false);
  for (const hook of ['install-app', 'update-ready']) assert.equal(await atelier.hook(hook).count(), 0, hook);
});

test('sentences that do not stand in src/page/words are there in both languages', async () => {
  const read = (name) => readFile(new URL(`../../www/${name}`, import.meta.url), 'utf8');
  const table = (await read('offline.js')).match(/^const WORDS = \{$([^]*?)^\};$/m)[1];
  const [english, chinese] = table.split("'zh-Hans': {").map((part) => [...part.matchAll(/^    (\w+): '.+',$/gm)].map(([, key]) => key));
  assert.ok(english.length > 5);
  assert.deepEqual(chinese, english);
  const spans = [...(await read('delete.html')).matchAll(/<span lang="(.*?)">/g)].map(([, language]) => language);
  assert.ok(spans.length > 20);
  assert.ok(spans.every((language, at) => language === ['en', 'zh-Hans'][at % 2]), 'each sentence in English, then in Chinese');
});
