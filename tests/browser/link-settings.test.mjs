// A link is a configuration.

import assert from 'node:assert/strict';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { visit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(60) };
const SETTINGS = { engine: 'cpu', batch: '128', epochs: '3', lr: '0.05', momentum: '0.5', seed: '18446744073709551615' };

test('a link fills the form, and editing the form changes the link', PATIENCE, async (t) => {
  const { atelier } = await visit(t, new URLSearchParams(SETTINGS).toString());
  for (const [key, value] of Object.entries(SETTINGS)) assert.equal(await atelier.setting(key), value, key);

  await atelier.set('batch', 256);
  await atelier.set('engine', 'webgpu');
  assert.deepEqual(await atelier.query(), { ...SETTINGS, batch: '256', engine: 'webgpu' });
  await atelier.page.reload();
  assert.equal(await atelier.setting('batch'), '256');
  assert.equal(await atelier.setting('engine'), 'webgpu');
});

test('without a link the form holds the tutorial, which one press brings back', PATIENCE, async (t) => {
  const { atelier } = await visit(t);
  const tutorial = {
    engine: 'auto', batch: '4', epochs: '5', optimizer: 'sgd', lr: '0.001', momentum: '0.9', seed: '0',
  };
  const shown = async () => Object.fromEntries(
    await Promise.all(Object.keys(tutorial).map(async (key) => [key, await atelier.setting(key)])),
  );
  assert.deepEqual(await shown(), tutorial);
  await atelier.hook('preset-quick').click();
  assert.equal(await atelier.setting('batch'), '32');
  assert.equal((await atelier.query()).lr, '0.0035');
  await atelier.hook('preset-tutorial').click();
  assert.deepEqual(await shown(), tutorial);
});

test('every bad value has its error beside it, and nothing can be started', PATIENCE, async (t) => {
  const bad = { batch: '0', epochs: '1.5', lr: '11', momentum: '1', seed: '-1' };
  const query = new URLSearchParams({ ...bad, engine: 'cpu', autostart: 1 }).toString();
  const { atelier } = await visit(t, query);
  await atelier.waitForError(/link's settings cannot be used/);
  const words = {
    batch: /whole number from 1 to 4096/i,
    epochs: /whole number from 1 to 1000/i,
    lr: /above 0 and at most 10/i,
    momentum: /at least 0 and below 1/i,
    seed: /whole number from 0/i,
  };
  for (const [key, pattern] of Object.entries(words)) assert.match(await atelier.fieldError(key) ?? '', pattern, key);
  await atelier.waitForStatus('ready');
  assert.ok(await atelier.hook('start').isDisabled());

  const good = { batch: 64, epochs: 1, lr: 0.01, momentum: 0.9, seed: 1 };
  for (const [key, value] of Object.entries(good)) {
    assert.ok(await atelier.hook('start').isDisabled(), `before ${key} is corrected`);
    await atelier.set(key, value);
    assert.equal(await atelier.fieldError(key), undefined, key);
  }
  await atelier.start();
  await atelier.waitForNumber('step', 5);
});

test('what a link says that means nothing is told once, and the rest of it applies', PATIENCE, async (t) => {
  const { atelier } = await visit(t, 'batchsize=64&optimizer=lion&epochs=3&engine=cpu');
  const words = await atelier.waitForError(/not understood/);
  assert.match(words, /"batchsize" \(did you mean "batch"\?\)/);
  assert.match(words, /optimizer "lion" \(choose sgd, /);
  assert.equal(words.match(/not understood/g).length, 1);
  assert.equal(await atelier.setting('epochs'), '3');
  assert.equal(await atelier.setting('optimizer'), 'sgd', 'a choice is never left blank');
  assert.equal(await atelier.setting('batch'), '4');
  await atelier.waitForStatus('ready');
  assert.ok(await atelier.hook('start').isEnabled(), 'it is for the person to start');
  await atelier.set('batch', 64);
  const { batchsize, optimizer } = await atelier.query();
  assert.deepEqual([batchsize, optimizer], [undefined, undefined], 'the link is mended by the next edit');
});

test('a link that is not understood starts nothing by itself', PATIENCE, async (t) => {
  const { atelier } = await visit(t, 'engine=abacus&batch=64&autostart=1');
  assert.match(await atelier.waitForError(/engine "abacus"/), /Nothing was started/);
  await atelier.waitForStatus('ready');
  assert.equal(await atelier.number('step'), undefined);
  assert.equal(await atelier.setting('engine'), 'auto');
  await atelier.set('engine', 'cpu');
  await atelier.start();
  await atelier.waitForNumber('step', 5);
  assert.equal(await atelier.errorText(), '', 'the message went with the start');
});

test('a value that cannot be used stays out of the link', PATIENCE, async (t) => {
  const { atelier } = await visit(t, new URLSearchParams(SETTINGS).toString());
  await atelier.set('lr', 'fast');
  assert.match(await atelier.fieldError('lr'), /number above 0/);
  assert.equal(await atelier.setting('lr'), 'fast', 'what was typed stays in the field');
  assert.equal((await atelier.query()).lr, SETTINGS.lr);
});

test('the link can be copied', PATIENCE, async (t) => {
  const { atelier, context } = await visit(t, new URLSearchParams(SETTINGS).toString());
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await atelier.unfoldAll();
  await atelier.hook('copy-link').click();
  await atelier.page.getByText('Copied.').waitFor();
  const link = new URL(await atelier.page.evaluate(() => navigator.clipboard.readText()));
  assert.deepEqual(Object.fromEntries(link.searchParams), SETTINGS);
});
