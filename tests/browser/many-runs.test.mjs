// Many runs begun and stopped in one tab: nothing is left of them but what is stored, and the last begin as fast as the first.
// Runs alone: it compares how long runs take.

import assert from 'node:assert/strict';
import test from 'node:test';
import { NOT_LONG } from './support/long.mjs';
import { median } from './support/median.mjs';
import { assertFlat, countMemory, memoryOf, processesOf, told } from './support/memory.mjs';
import { seconds } from './support/patience.mjs';
import { beginningWith } from './support/server.mjs';
import { everything, withDatabase } from './support/storage.mjs';
import { prepareVisit } from './support/visit.mjs';

/** A run's name: its time, in UTC. */
const nameAt = (ms) => new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '_');

test('a run that begins does not try one by one the names that others have taken ahead of the clock', { timeout: seconds(90) }, async (t) => {
  const AHEAD = 300;
  const { site, openTab } = await prepareVisit(t);
  site.breakFile('worker_loader.js', beginningWith(`{
    globalThis.transactions = 0;
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (...rest) {
      globalThis.transactions += 1;
      return transaction.apply(this, rest);
    };
  }`));
  const atelier = await openTab();
  await atelier.open('engine=cpu&batch=512&epochs=1&steps=5&lr=0.05&autostart=1');
  await atelier.waitForStatus('done');
  const [first] = await atelier.waitForRuns(1);
  await atelier.waitForRunState(first, 'completed');
  const now = Date.now();
  const names = Array.from({ length: AHEAD }, (_, second) => nameAt(now + 1000 * second));
  await withDatabase(atelier.page, (database, { first, names }) => new Promise((resolve, reject) => {
    const transaction = database.transaction('runs', 'readwrite');
    const runs = transaction.objectStore('runs');
    runs.get(first).onsuccess = ({ target }) => {
      names.forEach((name) => runs.put(target.result.replaceAll(first, name), name));
    };
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error);
  }), { first, names });
  const asked = () => atelier.worker().evaluate(() => globalThis.transactions);
  const before = await asked();
  await atelier.start();
  await atelier.waitForStatusOtherThan('done');
  await atelier.waitForStatus('done');
  const spent = (await asked()) - before;
  const newest = Object.keys(await everything(atelier.page, 'runs')).sort().at(-1);
  assert.equal(newest, nameAt(now + 1000 * AHEAD), 'the first name that is free');
  assert.ok(spent < AHEAD / 3, `the run took ${spent} transactions`);
});

const MANY = [
  // In shares, after each of which memory is measured; the first two warm up, while the browser still compiles scripts.
  { engine: 'cpu', runs: 1000, shares: 10, cost: ({ workerMs }) => workerMs },
  { engine: 'webgpu', runs: 50, shares: 5, cost: ({ workerMs, gpuProcessMs }) => workerMs + gpuProcessMs },
];
/** The most that the last runs may take of the first ones' time to begin. */
const SLOWER = 1.5;
/** What a page may hold of each run that it lists, in bytes of wasm and of JavaScript (docs/reliability.md). */
const LISTED = 5000;
const LISTED_HEAP = 300;

for (const { engine, runs, shares, cost } of MANY) {
  test(`${runs} runs begun and stopped on ${engine} leave nothing behind but what is stored`, { skip: NOT_LONG, timeout: seconds(1500) }, async (t) => {
    const { site, browser, context, openTab } = await prepareVisit(t, { ownBrowser: true });
    await countMemory(site, context);
    const query = `engine=${engine}&batch=4&epochs=1`;
    const atelier = await openTab();
    await atelier.open(query);
    await atelier.waitForStatus('ready');
    const [memory, costs] = [[], []];
    for (let share = 0; share < shares; share += 1) {
      const before = cost(await processesOf(browser));
      const times = await atelier.page.evaluate(beginAndStop, runs / shares);
      costs.push((cost(await processesOf(browser)) - before) / times.length);
      memory.push(await memoryOf({ browser, context, atelier }));
      console.log(`${engine}, ${(share + 1) * times.length} runs: begins in ${median(times).toFixed(0)} ms, ${costs.at(-1).toFixed(0)} ms of CPU time a run; ${told(memory.at(-1))}`);
    }
    assert.equal(await atelier.errorText(), '');
    const [early, late] = [memory[1], memory.at(-1)];
    const stored = await everything(atelier.page, 'runs');
    assert.equal(Object.keys(stored).length, runs);
    const parts = Object.keys(await everything(atelier.page, 'checkpoints'));
    assert.equal(parts.length, runs, 'each has the checkpoint of its last step');

    assertFlat(early, late, { pageWasm: LISTED * runs, pageHeap: LISTED_HEAP * runs });
    for (const part of ['workers', 'locks', 'gpuBuffers', 'listeners']) {
      assert.ok(late[part] <= early[part], `${part}: ${early[part]} → ${late[part]}`);
    }
    assert.ok(costs.at(-1) <= SLOWER * costs[0], `CPU time a run: ${costs.map(Math.round)} ms`);

    // For comparison, a tab that opens with all of them.
    await atelier.page.close();
    const fresh = await openTab();
    await fresh.open(query);
    await fresh.waitForStatus('ready');
    await fresh.page.evaluate(beginAndStop, 1);
    console.log(`${engine}, a fresh tab with these runs: ${told(await memoryOf({ browser, context, atelier: fresh }))}`);
  });
}

/** Presses Start and, once the run trains, Stop, this many times. Returns how long each took to begin, in milliseconds. */
async function beginAndStop(count) {
  const status = document.querySelector('[data-testid=status]');
  const becomes = (wanted) => new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${status.dataset.status} and not ${wanted}`)), 120_000);
    const look = () => {
      if (!wanted.includes(status.dataset.status)) return;
      observer.disconnect();
      clearTimeout(late);
      resolve();
    };
    const observer = new MutationObserver(look);
    observer.observe(status, { attributes: true });
    look();
  });
  const press = (button) => document.querySelector(`[data-testid=${button}]`).click();
  const times = [];
  for (let run = 0; run < count; run += 1) {
    const begun = performance.now();
    press('start');
    await becomes(['training']);
    times.push(performance.now() - begun);
    press('stop');
    await becomes(['stopped']);
  }
  return times;
}
