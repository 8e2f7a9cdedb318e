// A library of five hundred runs with checkpoints that fills all the space there is (long form: ATELIER_LONG=1).
// Runs alone: it measures how long the page takes.

import assert from 'node:assert/strict';
import test from 'node:test';
import { checkLibrary, checksums, copyRun } from './support/library-check.mjs';
import { NOT_LONG } from './support/long.mjs';
import { median } from './support/median.mjs';
import { seconds } from './support/patience.mjs';
import { visit } from './support/visit.mjs';

const RUNS = 500;
/** What is free at first: a checkpoint has a third of a megabyte. */
const FREE = 3_000_000;
const QUERY = 'engine=cpu&batch=64&epochs=1000&lr=0.01&keep-every=100&keep=100';
/** The most that something done in the library may take, in milliseconds. */
const QUICK = seconds(1);
/** The same for deleting twenty runs while every write is refused, for which the browser takes its time. */
const WHEN_FULL = seconds(60);

test(`a library of ${RUNS} runs up to the quota stays quick, loses nothing, and has room again after a deletion`, { skip: NOT_LONG, timeout: seconds(900) }, async (t) => {
  const { context, atelier } = await visit(t, 'engine=cpu&batch=64&epochs=1&lr=0.01&keep-every=400&keep=2&autostart=1');
  await atelier.waitForStatus('done');
  const [first] = await atelier.waitForRuns(1);
  await atelier.waitForRunState(first, 'completed');
  await copyRun(atelier.page, first, RUNS - 1);
  const before = await checkLibrary(atelier.page);
  assert.deepEqual(before.wrong, []);
  assert.deepEqual([before.runs, before.checkpoints], [RUNS, 4 * RUNS]);
  const stored = await checksums(atelier.page);
  console.log(`${before.runs} runs with ${before.checkpoints} checkpoints of ${(before.bytes / 1e6).toFixed(0)} MB`);

  await atelier.open(QUERY);
  await atelier.waitForStatus('ready');
  await atelier.goTo('runs');
  const count = (text) => atelier.hook('library-count').filter({ hasText: text }).waitFor();
  await count(`${RUNS} runs`);

  // What a person does in it, each several times, by the page's clock.
  const times = {};
  const timed = async (what, act, argument) => (times[what] ??= []).push(await atelier.page.evaluate(act, argument));
  for (let round = 0; round < 5; round += 1) {
    await timed('list', timeToList, { run: first, title: `Listed ${round}` });
    await timed('search', timeToSearch, `2020${String(round + 1).padStart(2, '0')}`);
    await timed('search nothing', timeToSearch, '');
    await timed('open', timeToOpen, round + 1);
  }
  const run = `20200105_000000`;
  await atelier.hook('library-search').fill(run);
  await atelier.openRun(run);
  await atelier.hook('checkpoint-load').first().click();
  await atelier.goTo('train');
  await atelier.hook('test-image').click();
  await atelier.waitForOtherProbabilities({});
  await atelier.goTo('runs');
  await atelier.hook('library-search').fill('');

  await choose(atelier, 10);
  await timed('delete ten', timeToDelete, RUNS - 10);
  await atelier.hook('undo-deletion').click();
  await count(`${RUNS} runs`);
  await atelier.hook('library-sort').selectOption('newest');
  for (const [what, all] of Object.entries(times)) {
    console.log(`${what}: median ${median(all).toFixed(0)} ms of ${all.map(Math.round)}`);
  }

  // From here on there is hardly any space.
  const devtools = await context.newCDPSession(atelier.page);
  const { origin } = new URL(atelier.page.url());
  const { usage } = await devtools.send('Storage.getUsageAndQuota', { origin });
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: Math.round(usage) + FREE });
  await atelier.start();
  await atelier.waitForError(/no space left/, seconds(240));
  const [refused] = (await atelier.runNames()).filter((name) => name > first);
  const step = await atelier.number('step');
  // Many more checkpoints than one are refused meanwhile.
  await atelier.waitForNumber('step', step + 2000);
  assert.equal((await atelier.errorText()).match(/no space left/g).length, 1, 'it is said once');
  assert.ok(['training', 'validating'].includes(await atelier.status()), 'training goes on');
  const full = await checkLibrary(atelier.page);
  assert.deepEqual(full.wrong, []);
  const now = await checksums(atelier.page);
  const lost = Object.keys(stored).filter((name) => now[name] !== stored[name]);
  assert.deepEqual(lost, [], 'nothing that was stored is lost');
  const held = newestOf(now, refused);
  console.log(`no space at step ${step}; then ${full.checkpoints} checkpoints, all verified`);

  // A person chooses twenty runs and deletes them.
  await atelier.goTo('runs');
  const chosen = await choose(atelier, 20);
  const deleting = await atelier.page.evaluate(timeToDelete, RUNS + 1 - chosen.length);
  console.log(`deleting twenty for good, while the run's writes are refused: ${(deleting / 1000).toFixed(1)} s`);
  assert.ok(deleting < WHEN_FULL, `deleting twenty takes ${deleting} ms`);
  await atelier.hook('library-sort').selectOption('newest');
  const later = await atelier.number('step');
  await atelier.waitForNumber('step', later + 1500);
  await atelier.stop();
  await atelier.waitForStatus('stopped');
  await atelier.waitForRunState(refused, 'stopped');
  const end = await atelier.number('step');
  const after = await checkLibrary(atelier.page);
  assert.deepEqual(after.wrong, []);
  assert.equal(after.runs, RUNS + 1 - chosen.length);
  const left = await checksums(atelier.page);
  assert.ok(newestOf(left, refused) > held, 'there is room for further checkpoints');
  const gone = Object.keys(stored).filter((name) => left[name] !== stored[name]);
  assert.deepEqual(gone.filter((name) => !chosen.some((run) => name.includes(run))), [], 'only what was deleted is gone');
  console.log(`stopped at step ${end}; then ${after.checkpoints} checkpoints, all verified`);

  for (const [what, all] of Object.entries(times)) assert.ok(median(all) < QUICK, `${what} takes ${median(all)} ms`);
});

/** Chooses this many of the oldest runs. */
async function choose(atelier, count) {
  await atelier.hook('library-sort').selectOption('oldest');
  const chosen = (await atelier.runNames()).slice(0, count);
  for (const name of chosen) await atelier.runRow(name).getByTestId('run-select').check();
  return chosen;
}

/** The step of a run's newest checkpoint that was saved at an interval. */
function newestOf(checkpoints, run) {
  const steps = Object.keys(checkpoints).map((name) => name.match(`^model_${run}_step(\\d+)$`)?.[1]);
  return Math.max(0, ...steps.filter(Boolean).map(Number));
}

/** Names a run as another tab does that asks for all to be read again, and waits until the name is listed. */
async function timeToList({ run, title }) {
  const database = await new Promise((resolve) => {
    indexedDB.open('atelier').onsuccess = ({ target }) => resolve(target.result);
  });
  await new Promise((resolve) => {
    const transaction = database.transaction('labels', 'readwrite');
    transaction.objectStore('labels').put(JSON.stringify({ title, note: '', tags: [], deleted_at_ms: null }), run);
    transaction.oncomplete = resolve;
  });
  database.close();
  const begun = performance.now();
  const channel = new BroadcastChannel('atelier-library');
  channel.postMessage('');
  const name = () => document.querySelector(`[data-run="${run}"] [data-testid=run-name]`)?.textContent;
  while (name() !== title) await new Promise((resolve) => { requestAnimationFrame(resolve); });
  channel.close();
  return performance.now() - begun;
}

/** Types words into the search, and waits until the list is drawn. */
async function timeToSearch(words) {
  const begun = performance.now();
  const field = document.querySelector('[data-testid=library-search]');
  field.value = words;
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  const listed = () => [...document.querySelectorAll('[data-testid=run-row]')];
  // However many are found, only the first are drawn; the newest of all is not a copy, and leads them.
  const isFound = ({ dataset }) => (words ? dataset.run.startsWith(words) : !dataset.run.startsWith('2020'));
  const isListed = () => listed().length > 0 && (words ? listed().every(isFound) : isFound(listed()[0]));
  do await new Promise((resolve) => { requestAnimationFrame(resolve); });
  while (!isListed());
  return performance.now() - begun;
}

/** Opens the details of the run in this row, and waits until they are drawn. */
async function timeToOpen(row) {
  const begun = performance.now();
  const item = document.querySelectorAll('[data-testid=run-row]')[row];
  item.querySelector('[data-testid=run-toggle]').click();
  while (!item.querySelector('[data-testid=checkpoint-row]')) await new Promise((resolve) => { requestAnimationFrame(resolve); });
  return performance.now() - begun;
}

/** Deletes the chosen runs, and waits until the others are left. */
async function timeToDelete(left) {
  const begun = performance.now();
  document.querySelector('[data-testid=chosen-delete]').click();
  const count = document.querySelector('[data-testid=library-count]');
  while (!count.textContent.startsWith(`${left} runs`)) await new Promise((resolve) => { requestAnimationFrame(resolve); });
  return performance.now() - begun;
}
