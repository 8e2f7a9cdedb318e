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

/** Records in every frame which of the first view and the page can be seen. */
function recordWhatIsSeen() {
  globalThis.seen = [];
  const look = () => {
    const names = [];
    if (document.getElementById('first-view')) names.push('first view');
    const main = document.querySelector('body > main:not(#first-view main)');
    if (main && !main.hidden) names.push('page');
    const now = names.join(' and ') || 'nothing';
    if (document.body && globalThis.seen.at(-1) !== now) globalThis.seen.push(now);
  };
  const frame = () => {
    look();
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

for (const place of ['train', 'runs', 'lesson']) {
  test(`the first view stays until the page is drawn, at ${place}`, { timeout: seconds(60) }, async (t) => {
    const { openTab } = await prepareVisit(t);
    const atelier = await openTab();
    await atelier.page.addInitScript(recordWhatIsSeen);
    await atelier.open(`engine=cpu#/${place}`);
    await atelier.page.locator('footer').waitFor();
    // Before the parser has come to the first view there is nothing.
    const seen = (await atelier.page.evaluate(() => globalThis.seen)).filter((now, at) => at > 0 || now !== 'nothing');
    assert.deepEqual(seen, ['first view', 'page']);
    assert.equal(await atelier.hook('start').count(), 1);
  });
}

/** Presses Start in the first view once the page's own stands in the document. */
function pressLate() {
  const press = () => {
    const own = document.querySelector('main[hidden] [data-testid=start]');
    const first = document.querySelector('#first-view .primary');
    if (!own || !first || globalThis.pressed) return;
    globalThis.pressed = document.querySelectorAll('[data-testid=start]').length;
    first.click();
  };
  new MutationObserver(press).observe(document, { subtree: true, childList: true });
}

test('Start in the first view is not lost while the page is drawn below it', { timeout: seconds(90) }, async (t) => {
  const { openTab } = await prepareVisit(t);
  const atelier = await openTab();
  await atelier.page.addInitScript(pressLate);
  await atelier.open('engine=cpu&batch=512&epochs=1&lr=0.05');
  await atelier.waitForStatus('done', seconds(60));
  assert.equal(await atelier.page.evaluate(() => globalThis.pressed), 1, 'only one is named so');
  assert.equal((await atelier.waitForRuns(1)).length, 1);
});

test('Start in the first view begins nothing if the link is not understood', { timeout: seconds(60) }, async (t) => {
  const { openTab } = await prepareVisit(t);
  const atelier = await openTab();
  await atelier.page.addInitScript(pressLate);
  await atelier.open('engine=cpu&batch=none');
  await atelier.hook('error-message').first().waitFor();
  assert.equal(await atelier.page.evaluate(() => globalThis.pressed), 1);
  await atelier.waitForStatus('ready', seconds(60));
  assert.equal((await atelier.waitForRuns(0)).length, 0);
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
