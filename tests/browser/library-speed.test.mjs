// A library of two hundred runs of 75,000 points each.
// Runs alone: it measures how long the page takes.

import assert from 'node:assert/strict';
import test from 'node:test';
import { median } from './support/median.mjs';
import { seconds } from './support/patience.mjs';
import { withDatabase } from './support/storage.mjs';
import { visit } from './support/visit.mjs';

const RUNS = 200;

test('two hundred runs of 75,000 points list in 300 ms and open in a second', { timeout: seconds(300) }, async (t) => {
  // A real run of the tutorial's length, then copies of it under other names.
  const { atelier } = await visit(t, 'engine=cpu&batch=4&epochs=5&lr=0.001&autostart=1');
  await atelier.waitForStatus('done', seconds(200));
  const [run] = await atelier.waitForRuns(1);
  await atelier.waitForRunState(run, 'completed');
  await withDatabase(atelier.page, copyRuns, { run, copies: RUNS - 1 });
  await atelier.open('engine=cpu');
  await atelier.waitForStatus('ready');
  await atelier.goTo('runs');
  await atelier.hook('library-count').filter({ hasText: `${RUNS} runs` }).waitFor();

  const times = [];
  const tasks = [];
  for (let round = 0; round < 7; round += 1) {
    const { time, longest } = await atelier.page.evaluate(timeToList, RUNS - 1 - round);
    times.push(time);
    tasks.push(longest);
  }
  const listed = median(times);
  console.log(`listing ${RUNS} runs: median ${listed.toFixed(0)} ms of ${times.map(Math.round)}, longest task of the page ${Math.max(...tasks).toFixed(0)} ms`);

  const opened = [];
  for (const name of (await atelier.runNames()).slice(0, 7)) {
    opened.push(await atelier.page.evaluate(timeToOpen, name));
  }
  console.log(`opening a run of 75,000 points: median ${median(opened).toFixed(0)} ms of ${opened.map(Math.round)}`);
  assert.ok(listed < 300, `listing takes ${listed} ms`);
  assert.ok(median(opened) < 1000, `opening takes ${median(opened)} ms`);
  assert.ok(median(tasks) < 50, `a task of the page takes ${median(tasks)} ms`);
});

/** Copies a run's record and blocks under the names of other days. */
function copyRuns(database, { run, copies }) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(['runs', 'blocks'], 'readwrite');
    const [runs, blocks] = ['runs', 'blocks'].map((name) => transaction.objectStore(name));
    const range = IDBKeyRange.bound(`${run}/`, `${run}/~`);
    runs.get(run).onsuccess = ({ target: { result: record } }) => {
      blocks.getAllKeys(range).onsuccess = ({ target: { result: keys } }) => {
        blocks.getAll(range).onsuccess = ({ target: { result: values } }) => {
          for (let copy = 0; copy < copies; copy += 1) {
            const name = `2020${String(101 + copy).padStart(4, '0')}_000000`;
            runs.put(record.replaceAll(run, name), name);
            keys.forEach((key, at) => blocks.put(values[at], key.replace(run, name)));
          }
        };
      };
    };
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error);
  });
}

/** Removes a run as another tab would, and waits until the page lists the rest. */
async function timeToList(left) {
  const database = await new Promise((resolve) => {
    indexedDB.open('atelier').onsuccess = ({ target }) => resolve(target.result);
  });
  await new Promise((resolve) => {
    const transaction = database.transaction('runs', 'readwrite');
    const runs = transaction.objectStore('runs');
    runs.getAllKeys().onsuccess = ({ target }) => runs.delete(target.result[0]);
    transaction.oncomplete = resolve;
  });
  database.close();
  let longest = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
  });
  observer.observe({ entryTypes: ['longtask'] });
  const count = document.querySelector('[data-testid=library-count]');
  const begun = performance.now();
  const listed = new Promise((resolve) => {
    const look = () => count.textContent.startsWith(`${left} runs`) && resolve(performance.now() - begun);
    new MutationObserver(look).observe(count, { childList: true, characterData: true, subtree: true });
  });
  const channel = new BroadcastChannel('atelier-library');
  channel.postMessage('');
  const time = await listed;
  channel.close();
  await new Promise((resolve) => { setTimeout(resolve, 200); });
  observer.disconnect();
  return { time, longest };
}

/** Selects a run for comparison and waits until one more line is drawn. */
async function timeToOpen(name) {
  const lines = () => document.querySelectorAll('[data-testid=compare-training] .plot path').length;
  const before = lines();
  const begun = performance.now();
  document.querySelector(`[data-run="${name}"] [data-testid=run-select]`).click();
  while (lines() === before) await new Promise((resolve) => { requestAnimationFrame(resolve); });
  return performance.now() - begun;
}
