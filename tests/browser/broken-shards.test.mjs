// Data that is missing, cut, altered, late or from another build, and a server or a line with a passing fault.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { readManifest } from './support/dataset.mjs';
import { NOT_LONG } from './support/long.mjs';
import { seconds } from './support/patience.mjs';
import {
  DIST, altered, beginningWith, broken, changed, held, missing, pageInstead, replaced, slow, truncated, unavailable,
} from './support/server.mjs';
import { prepareVisit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(120) };
const FAILED_LOADS = [/Failed to load resource/];
const QUERY = 'engine=cpu&batch=64&epochs=1&lr=0.01&autostart=1';

/** Shorter limits in the worker than those of visitors, in milliseconds: for what hangs, and for what drips. */
const STALL = { stall: seconds(0.5) };
const TOTAL = { total: seconds(5) };
const shorter = (site, limits) =>
  site.breakFile('worker_loader.js', beginningWith(`globalThis.atelierLimits = ${JSON.stringify(limits)};`));
/** The worker that runs has the limits of visitors from now on. */
const lift = (atelier) => atelier.worker().evaluate(() => { delete globalThis.atelierLimits; });

const differing = (bytes) => {
  bytes[123_456] ^= 1;
  return bytes;
};

/** As some hosts deliver a shard: gzip cannot notice anything here. */
const UNPACKED_AND_ALTERED = changed((packed) => differing(gunzipSync(packed)));

const FAULTS = [
  ['a missing shard', 'train-04.bin', missing(), /train-04-\w+\.bin\.gz: the server does not have it \(HTTP 404\)/],
  ['an altered shard', 'test-01.bin', altered(123_456), /test-01-\w+\.bin\.gz has been altered: its SHA-256 is [0-9a-f]{64}, not [0-9a-f]{64}/],
  ['a shard that is altered and not packed', 'train-04.bin', UNPACKED_AND_ALTERED, /train-04-\w+\.bin\.gz has been altered: its SHA-256 is [0-9a-f]{64}, not [0-9a-f]{64}/],
  ['a shard of 500 MB of zeros', 'train-04.bin', replaced(gzipSync(Buffer.alloc(500_000_000))), /train-04-\w+\.bin\.gz has 48\d{4} bytes instead of/],
  ['a shard that hangs', 'train-04.bin', held(), /train-04-\w+\.bin\.gz: nothing arrived for 20 seconds/, STALL],
  ['a shard that drips', 'train-04.bin', slow(1000, 200), /train-04-\w+\.bin\.gz: it took longer than 10 minutes/, TOTAL],
  ['a page in place of a shard', 'train-00.bin', pageInstead(), /train-00-\w+\.bin\.gz: the server returned a web page instead/],
  ['a damaged manifest', 'manifest.json', replaced('{"version": 2, "train":'), /manifest\.json cannot be read/],
];
/** In the longer form only: the same code notices them as one of those, or they have a native test. */
const MORE_FAULTS = [
  ['a truncated shard', 'train-04.bin', truncated(1_000_000), /train-04-\w+\.bin\.gz has 1000000 bytes instead of \d{7}/],
  ['a shard that the server refuses', 'train-04.bin', unavailable(Infinity), /train-04-\w+\.bin\.gz: the server answered with HTTP 503/],
  ['a shard that stops in the middle', 'train-04.bin', slow(2, 60_000), /train-04-\w+\.bin\.gz: nothing arrived for 20 seconds/, STALL],
  ['a line that always breaks', 'train-04.bin', broken(Infinity), /train-04-\w+\.bin\.gz: the server could not be reached or the connection broke/],
  ['a missing manifest', 'manifest.json', missing(), /manifest\.json: the server does not have it \(HTTP 404\)/],
  ['a manifest that hangs', 'manifest.json', held(), /manifest\.json: nothing arrived for 20 seconds/, STALL],
  ['a log-in page in place of the manifest', 'manifest.json', pageInstead(), /manifest\.json: the server returned a web page instead/],
  ['a manifest from a later build', 'manifest.json', replaced('{"version": 9}'), /manifest\.json has version 9, this build reads versions 2 and 3/],
];

test('what is wrong with the data is named, and trying again after the repair works', { timeout: seconds(240) }, async (t) => {
  for (const [what, file, fault, words, limits] of NOT_LONG ? FAULTS : [...FAULTS, ...MORE_FAULTS]) {
    await t.test(what, PATIENCE, async (t) => {
      const { site, openTab } = await prepareVisit(t, { expects: FAILED_LOADS });
      if (limits) shorter(site, limits);
      site.breakFile(`data/${file}`, fault);
      const atelier = await openTab();
      await atelier.open();
      assert.match(await atelier.waitForError(words), words);
      assert.equal(await atelier.status(), 'error');

      await atelier.set('epochs', 2);
      await atelier.set('engine', 'cpu');
      assert.equal((await atelier.query()).epochs, '2', 'the form still works');
      site.heal();
      fault.release?.();
      if (limits) await lift(atelier);
      await atelier.hook('retry-data').click();
      await atelier.waitForStatusOtherThan('error');
      await atelier.waitForStatus('ready');
      assert.equal(await atelier.errorText(), '', 'the message is gone');
    });
  }
});

test('a shard that was altered in the cache is fetched again, and no other', PATIENCE, async (t) => {
  const { site, openTab } = await prepareVisit(t);
  const atelier = await openTab();
  await atelier.open('engine=cpu');
  await atelier.waitForStatus('ready');
  const { file } = (await readManifest()).train.shards[3];
  const content = differing(gunzipSync(await readFile(join(DIST, 'data', file))));
  await atelier.page.evaluate(async ([file, content]) => {
    const cache = await caches.open('atelier-data-1');
    const key = (await cache.keys()).find(({ url }) => url.includes(file));
    await cache.put(key, new Response(Uint8Array.from(atob(content), (byte) => byte.charCodeAt(0))));
  }, [file, content.toString('base64')]);
  site.requests.length = 0;
  await atelier.page.reload();
  await atelier.waitForStatus('ready');
  assert.deepEqual(site.asked('data/'), { 'data/train-03.bin': 1 });
});

for (const [what, digest, most] of [
  ['computes', 'digest', Infinity],
  ['refuses to compute', '() => Promise.reject(new DOMException("no", "OperationError"))', 1],
  ['never computes', '() => new Promise(() => {})', 1],
]) {
  test(`shards are verified where the browser ${what} their SHA-256`, PATIENCE, async (t) => {
    const { site, openTab } = await prepareVisit(t, { expects: FAILED_LOADS });
    site.breakFile('data/train-04.bin', UNPACKED_AND_ALTERED);
    site.breakFile('worker_loader.js', beginningWith(`{
      const { digest } = SubtleCrypto.prototype;
      globalThis.digests = 0;
      SubtleCrypto.prototype.digest = function (...rest) {
        globalThis.digests += 1;
        return (${digest}).apply(this, rest);
      };
    }`));
    const atelier = await openTab();
    await atelier.open('engine=cpu');
    await atelier.waitForError(/train-04-\w+\.bin\.gz has been altered/);
    site.heal();
    await atelier.hook('retry-data').click();
    await atelier.waitForStatusOtherThan('error');
    await atelier.waitForStatus('ready');
    const digests = await atelier.worker().evaluate(() => globalThis.digests);
    assert.ok(digests >= Math.min(most, 14) && digests <= most, `the browser was asked ${digests} times`);
  });
}

test('a busy server and a broken line are tried again without a word', PATIENCE, async (t) => {
  const { site, openTab } = await prepareVisit(t, { expects: FAILED_LOADS });
  site.breakFile('data/train-02.bin', unavailable(2));
  site.breakFile('data/train-05.bin', broken(1));
  const atelier = await openTab();
  await atelier.open();
  await atelier.waitForStatus('ready');
  assert.equal(await atelier.errorText(), '');
  const asked = site.asked('data/');
  assert.equal(asked['data/train-02.bin'], 3);
  assert.equal(asked['data/train-05.bin'], 2);
  assert.equal(asked['data/train-03.bin'], 1);
});

test('a run that needs a missing shard stops with a message', PATIENCE, async (t) => {
  const { site, openTab } = await prepareVisit(t, { expects: FAILED_LOADS });
  site.breakFile('data/train-02.bin', missing());
  const atelier = await openTab();
  await atelier.open(QUERY);
  await atelier.waitForError(/train-02-/);
  // It may have begun with the shards before the missing one.
  await atelier.waitForStatus(['failed', 'error']);
  // Two shards of 5,000 images.
  const step = (await atelier.number('step')) ?? 0;
  assert.ok(step <= 157, `${step} steps were taken on images that never came`);

  site.heal();
  await atelier.hook('retry-data').first().click();
  // A run that has failed has still failed when the data is there.
  await atelier.hook('retry-data').first().waitFor({ state: 'detached' });
  await atelier.start();
  await atelier.waitForNumber('step', 10);
});

test('a run that waits for images can be stopped, before its first step and in mid-epoch', PATIENCE, async (t) => {
  for (const [shard, step] of [['train-00.bin', 0], ['train-01.bin', 10]]) {
    const { site, openTab } = await prepareVisit(t, { expects: FAILED_LOADS });
    const hold = held();
    site.breakFile(`data/${shard}`, hold);
    const atelier = await openTab();
    await atelier.open(QUERY);
    if (step > 0) await atelier.waitForNumber('step', step);
    await atelier.hook('stop').waitFor();
    await atelier.waitForStatus('loading');
    await atelier.stop();
    // Sooner than the page ends a worker that does not stop.
    await atelier.waitForStatus('stopped', seconds(5));
    hold.release();
  }
});

test('images that stopped coming without a network come when it is back, by themselves', PATIENCE, async (t) => {
  const { site, context, openTab } = await prepareVisit(t, { expects: [/ERR_INTERNET_DISCONNECTED/, /Failed to load resource/] });
  const hold = held();
  site.breakFile('data/train-03.bin', hold);
  const atelier = await openTab();
  await atelier.open('engine=cpu');
  await atelier.page.waitForFunction(() => document.querySelector('[data-testid=status]')?.dataset.status === 'loading');
  while (!site.asked('data/')['data/train-04.bin']) await atelier.page.waitForTimeout(20);
  await context.setOffline(true);
  await atelier.waitForError(/could not be reached or the connection broke/);
  site.heal();
  hold.release();
  site.requests.length = 0;
  await context.setOffline(false);
  await atelier.waitForStatusOtherThan('error');
  await atelier.waitForStatus('ready');
  assert.equal(await atelier.errorText(), '');
  assert.equal(site.asked('data/')['data/train-00.bin'], undefined, 'what had come is not fetched again');
});

test('data of another build is not mixed with this one: a reload is offered', PATIENCE, async (t) => {
  const { site, openTab } = await prepareVisit(t, { expects: FAILED_LOADS });
  // The same manifest in another spelling, as another build could have written it.
  site.breakFile('data/manifest.json', (response, { bytes, type }) => {
    response.writeHead(200, { 'content-type': type }).end(JSON.stringify(JSON.parse(bytes)));
  });
  const atelier = await openTab();
  await atelier.open('engine=cpu');
  const words = await atelier.waitForError(/a new version of Atelier is on the site/);
  assert.match(words, /checkpoint are kept.*Reload/s);
  assert.deepEqual(Object.keys(site.asked('data/')), ['data/manifest.json'], 'no shard is fetched');
  site.heal();
  await atelier.hook('reload').click();
  await atelier.waitForStatus('ready');
});

test('a build that replaces the site while its data is on the way is noticed', PATIENCE, async (t) => {
  const { site, openTab } = await prepareVisit(t, { expects: FAILED_LOADS });
  const hold = held();
  site.breakFile('data/train-00.bin', hold);
  site.breakFile('data/train-05.bin', missing());
  const atelier = await openTab();
  await atelier.open('engine=cpu');
  while (!site.asked('data/')['data/train-00.bin']) await atelier.page.waitForTimeout(20);
  site.breakFile('data/manifest.json', (response, { bytes, type }) => {
    response.writeHead(200, { 'content-type': type }).end(JSON.stringify(JSON.parse(bytes)));
  });
  hold.release();
  await atelier.waitForError(/a new version of Atelier is on the site/);
});
