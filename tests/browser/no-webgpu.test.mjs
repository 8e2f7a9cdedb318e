// Browsers without WebGPU: the page says so, and trains nevertheless.

import assert from 'node:assert/strict';
import test from 'node:test';
import { PLAIN_HOST } from './support/browser.mjs';
import { seconds } from './support/patience.mjs';
import { prepareVisit } from './support/visit.mjs';

const QUERY = 'engine=webgpu&batch=64&epochs=1&lr=0.01';

async function refusesAndTrainsOnCpu(atelier, reason) {
  await atelier.waitForStatus('ready');
  await atelier.start();
  const words = await atelier.waitForError(/WebGPU cannot be used/);
  assert.match(words, reason);
  assert.match(words, /Choose the CPU engine/);
  await atelier.waitForStatus('error');
  assert.equal(await atelier.number('step'), undefined, 'no step was taken');
  await atelier.unfoldAll();
  const options = await atelier.hook('engine-select').locator('option').allInnerTexts();
  assert.ok(options.some((option) => /WebGPU \(not available here\)/.test(option)), `${options}`);

  await atelier.set('engine', 'cpu');
  await atelier.start();
  await atelier.waitForNumber('step', 20);
  assert.match(await atelier.hook('engine-name').innerText(), /^CPU/);
  assert.equal(await atelier.errorText(), '', 'the message went with the next start');
  await atelier.stop();
  await atelier.waitForStatus('stopped');
}

test('WebGPU without an adapter', { timeout: seconds(120) }, async (t) => {
  const { openTab } = await prepareVisit(t, { webgpu: false });
  const atelier = await openTab();
  await atelier.open(QUERY);
  await refusesAndTrainsOnCpu(atelier, /no adapter/);
  await atelier.set('engine', 'auto');
  assert.match(await atelier.hook('engine-name').innerText(), /^CPU/, 'automatic means the CPU here');
});

test('no WebGPU at all, as on a page that is no secure context', { timeout: seconds(120) }, async (t) => {
  const { site, openTab } = await prepareVisit(t);
  const atelier = await openTab();
  await atelier.open(QUERY, PLAIN_HOST);
  assert.equal(await atelier.page.evaluate(() => 'gpu' in navigator || isSecureContext), false);
  await refusesAndTrainsOnCpu(atelier, /only to https and to localhost[^]*http:\/\/localhost/);
  assert.ok(await atelier.worker().evaluate(() => crypto.subtle === undefined), 'the browser has no SHA-256 here');

  // Such a page has no Cache Storage either: the data is fetched each time.
  site.requests.length = 0;
  await atelier.page.reload();
  await atelier.waitForStatus('stopped');
  assert.equal(Object.keys(site.asked('data/')).length, 15);
});
