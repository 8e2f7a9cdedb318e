// The first seconds of a visit: the page does not wait for the worker, and the worker's wasm is compiled as it streams in.

import assert from 'node:assert/strict';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { beginningWith, held } from './support/server.mjs';
import { prepareVisit } from './support/visit.mjs';

test('the page can be used before the worker has come', { timeout: seconds(90) }, async (t) => {
  const { site, openTab } = await prepareVisit(t);
  const hold = held();
  site.breakFile('worker_bg.wasm', hold);
  const atelier = await openTab();
  await atelier.open('engine=cpu&batch=4');
  await atelier.set('batch', 64);
  await atelier.set('optimizer', 'adam');
  assert.match(atelier.page.url(), /batch=64/, 'settings can be chosen');
  await atelier.start();
  assert.equal(await atelier.number('step'), undefined, 'there is nothing yet that could take a step');
  hold.release();
  await atelier.waitForStatus('training');
  await atelier.waitForNumber('step', 1);
});

test('wasm is compiled while it streams in', { timeout: seconds(90) }, async (t) => {
  const { site, openTab } = await prepareVisit(t);
  const atelier = await openTab();
  const count = () => {
    globalThis.streamed = 0;
    const { compileStreaming } = WebAssembly;
    WebAssembly.compileStreaming = (...arguments_) => {
      globalThis.streamed += 1;
      return compileStreaming.apply(WebAssembly, arguments_);
    };
  };
  await atelier.page.addInitScript(count);
  // Workers have no init scripts.
  site.breakFile('worker_loader.js', beginningWith(`(${count})();`));
  await atelier.open('engine=cpu');
  await atelier.waitForStatus('ready');
  assert.equal(await atelier.page.evaluate(() => globalThis.streamed), 1, 'the page');
  assert.equal(await atelier.worker().evaluate(() => globalThis.streamed), 1, 'the worker');
});
