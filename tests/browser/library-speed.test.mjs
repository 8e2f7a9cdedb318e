// A library of five hundred runs of 75,000 points each, most of them of an experiment.
// Runs alone: it measures how long the page takes.

import assert from 'node:assert/strict';
import test from 'node:test';
import { median } from './support/median.mjs';
import { countMemory, wasmOf } from './support/memory.mjs';
import { seconds } from './support/patience.mjs';
import { withDatabase } from './support/storage.mjs';
import { prepareVisit } from './support/visit.mjs';

const RUNS = 500;
const OF_EXPERIMENT = 300;

test('five hundred runs of 75,000 points list in 300 ms and open in a second', { timeout: seconds(300) }, async (t) => {
  // A real run of the tutorial's length, then copies of it under other names.
  const { site, context, openTab } = await prepareVisit(t);
  await countMemory(site, context);
  const atelier = await openTab();
  await atelier.open('engine=cpu&batch=4&epochs=5&lr=0.001&autostart=1');
  await atelier.waitForStatus('done', seconds(200));
  const [run] = await atelier.waitForRuns(1);
  await atelier.waitForRunState(run, 'completed');
  await withDatabase(atelier.page, copyRuns, { run, copies: RUNS - 1, ofExperiment: OF_EXPERIMENT });
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

  // Who has looked at forty of them keeps none in memory: each has 300 KB.
  const before = await wasmOf(atelier.page);
  await atelier.hook('chosen-none').click();
  for (const name of (await atelier.runNames()).slice(7, 27)) {
    await atelier.page.evaluate(timeToOpen, name);
    await atelier.runRow(name).getByTestId('run-select').uncheck();
  }
  for (const name of (await atelier.runNames()).slice(7, 27)) await atelier.page.evaluate(show, name);
  const grown = (await wasmOf(atelier.page)) - before;
  console.log(`after forty runs were looked at, the page has grown by ${(grown / 1e6).toFixed(1)} MB`);
  assert.ok(grown < 3e6, `${grown} bytes`);
});

/** Copies a run's record and blocks under the names of other days, so many of them as runs of an experiment. */
function copyRuns(database, { run, copies, ofExperiment }) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(['runs', 'blocks'], 'readwrite');
    const [runs, blocks] = ['runs', 'blocks'].map((name) => transaction.objectStore(name));
    const range = IDBKeyRange.bound(`${run}/`, `${run}/~`);
    runs.get(run).onsuccess = ({ target: { result: record } }) => {
      blocks.getAllKeys(range).onsuccess = ({ target: { result: keys } }) => {
        blocks.getAll(range).onsuccess = ({ target: { result: values } }) => {
          for (let copy = 0; copy < copies; copy += 1) {
            const name = `2020${String(101 + copy).padStart(4, '0')}_000000`;
            const copied = JSON.parse(record.replaceAll(run, name));
            if (copy < ofExperiment) copied.experiment = { id: 'a', name: 'Learning rates', number: copy + 1 };
            runs.put(JSON.stringify(copied), name);
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

/** Shows a run by its address, and waits until its curves have been read. */
async function show(name) {
  location.hash = `#/train/${name}`;
  const frame = () => new Promise((resolve) => { requestAnimationFrame(resolve); });
  // Its number is known with its curves, and is taken away first.
  await frame();
  await frame();
  while (!document.querySelector('[data-testid=train-loss]')?.dataset.value) await frame();
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
