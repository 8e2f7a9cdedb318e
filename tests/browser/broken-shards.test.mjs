// Data that is missing, truncated or altered, and a server with a transient fault.

import assert from 'node:assert/strict';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { altered, broken, missing, pageInstead, replaced, truncated, unavailable } from './support/server.mjs';
import { prepareVisit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(120) };
const FAILED_LOADS = [/Failed to load resource/];

const FAULTS = [
  ['a missing shard', 'train-04.bin', missing(), /train-04\.bin: the server does not have it \(HTTP 404\)/],
  ['a truncated shard', 'train-04.bin', truncated(1_000_000), /train-04\.bin has 1000000 bytes instead of 3925000/],
  ['an altered shard', 'test-01.bin', altered(123_456), /test-01\.bin has been altered: its SHA-256 is [0-9a-f]{64}, not [0-9a-f]{64}/],
  ['a page in place of a shard', 'train-00.bin', pageInstead(), /train-00\.bin: the server returned a web page instead/],
  ['a missing manifest', 'manifest.json', missing(), /manifest\.json: the server does not have it \(HTTP 404\)/],
  ['a damaged manifest', 'manifest.json', replaced('{"version": 1, "train":'), /manifest\.json cannot be read/],
  ['a manifest from a later build', 'manifest.json', replaced('{"version": 9}'), /manifest\.json has version 9, this build reads version 1/],
];

for (const [what, file, fault, words] of FAULTS) {
  test(`${what} is named, and trying again after the repair works`, PATIENCE, async (t) => {
    const { site, openTab } = await prepareVisit(t, { expects: FAILED_LOADS });
    site.breakFile(`data/${file}`, fault);
    const atelier = await openTab();
    await atelier.open();
    assert.match(await atelier.waitForError(words), words);
    assert.equal(await atelier.status(), 'error');

    await atelier.set('epochs', 2);
    await atelier.set('engine', 'cpu');
    assert.equal((await atelier.query()).epochs, '2', 'the form still works');
    site.heal();
    await atelier.hook('retry-data').click();
    await atelier.waitForStatusOtherThan('error');
    await atelier.waitForStatus('ready');
    assert.equal(await atelier.errorText(), '', 'the message is gone');
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
  await atelier.open('engine=cpu&batch=64&epochs=1&lr=0.01&autostart=1');
  await atelier.waitForError(/train-02\.bin/);
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
