// Runs in the library: kept, found, named, compared, deleted.

import assert from 'node:assert/strict';
import test from 'node:test';
import { eventually } from './support/eventually.mjs';
import { seconds } from './support/patience.mjs';
import { everything } from './support/storage.mjs';
import { visit } from './support/visit.mjs';

const QUICK = 'engine=cpu&batch=512&epochs=1&lr=0.05';

/** Trains a run to its end and returns its name. */
async function train(atelier, query) {
  await atelier.open(`${query}&autostart=1`);
  await atelier.waitForStatus('done', seconds(120));
  const [newest] = await atelier.runNames();
  await atelier.waitForRunState(newest, 'completed');
  return newest;
}

test('a run is kept under a name, with a note and tags, and found by them', { timeout: seconds(180) }, async (t) => {
  const { atelier } = await visit(t);
  const first = await train(atelier, `${QUICK}&seed=1&steps=40`);
  const second = await train(atelier, `${QUICK}&seed=2&steps=40&optimizer=adam`);
  assert.deepEqual(await atelier.runNames(), [second, first], 'newest first');
  const name = (run) => atelier.runRow(run).getByTestId('run-name').innerText();
  assert.equal(await name(first), 'lr 0.05, batch 512, epochs 1, steps 40, seed 1', 'named by what differs');
  assert.equal(await name(second), 'Adam, lr 0.05, batch 512, epochs 1, +2');

  const details = await atelier.openRun(first);
  assert.match(await details.innerText(), /40 of 40/);
  await change(details.getByTestId('run-title-input'), 'Plain SGD');
  await change(details.getByTestId('run-tags-input'), 'baseline, thesis');
  await change(details.getByTestId('run-note-input'), 'The one in chapter 3.');
  // The next page ends the worker that stores it.
  await eventually(() => everything(atelier.page, 'labels'), (labels) => labels[first]?.note === 'The one in chapter 3.');
  await atelier.open('engine=cpu');
  await atelier.waitForRuns(2);
  assert.equal(await atelier.runRow(first).getByTestId('run-name').innerText(), 'Plain SGD');
  const again = await atelier.openRun(first);
  assert.equal(await again.getByTestId('run-note-input').inputValue(), 'The one in chapter 3.');
  assert.equal(await again.getByTestId('run-tags-input').inputValue(), 'baseline, thesis');

  const search = atelier.hook('library-search');
  for (const [words, found] of [['chapter', [first]], ['adam', [second]], ['thesis seed', [first]], ['nothing', []]]) {
    await search.fill(words);
    assert.deepEqual(await atelier.waitForRuns(found.length), found, words);
  }
  await search.fill('');
  await atelier.hook('library-kind').selectOption('tag:baseline');
  assert.deepEqual(await atelier.waitForRuns(1), [first]);
  await atelier.hook('library-kind').selectOption('all');
  await atelier.hook('library-sort').selectOption('oldest');
  await atelier.waitForRuns(2);
  assert.deepEqual(await atelier.runNames(), [first, second]);

  await (await atelier.openRun(second)).getByTestId('run-settings').click();
  assert.equal(await atelier.setting('optimizer'), 'adam', 'its settings are in the form');
  assert.equal(await atelier.setting('seed'), '2');
});

test('a deleted run comes back by undo, and stays away without', { timeout: seconds(120) }, async (t) => {
  const { atelier } = await visit(t);
  const run = await train(atelier, `${QUICK}&steps=30`);
  const shown = await atelier.runRow(run).getByTestId('run-name').innerText();
  const details = await atelier.openRun(run);
  await (await atelier.menu(details, 'run-delete')).click();
  await atelier.waitForRuns(0);
  assert.ok((await atelier.hook('undo-bar').innerText()).includes(shown), 'it is told by its name');
  await atelier.hook('undo-deletion').click();
  assert.deepEqual(await atelier.waitForRuns(1), [run]);
  await atelier.openRun(run);
  await atelier.waitForCheckpoint(/_last$/);
  await (await atelier.menu(atelier.page, 'run-delete')).click();
  await atelier.waitForRuns(0);
  await atelier.open('engine=cpu');
  await atelier.waitForStatus('ready');
  await atelier.waitForNoRun(run);
  assert.deepEqual(await atelier.runNames(), []);
});

test('the keyboard opens the menu of a run, moves in it and leaves it', { timeout: seconds(120) }, async (t) => {
  const { atelier } = await visit(t);
  const run = await train(atelier, `${QUICK}&steps=30`);
  const menu = (await atelier.openRun(run)).getByTestId('run-menu');
  const { keyboard } = atelier.page;
  const focused = () => atelier.page.evaluate(() => document.activeElement?.dataset.testid);
  const isOpen = () => menu.evaluate(({ parentElement }) => parentElement.open);
  assert.match(await menu.getAttribute('aria-label'), /^More for run lr 0\.05/);
  await menu.focus();
  await keyboard.press('ArrowDown');
  assert.equal(await focused(), 'run-bundle');
  await keyboard.press('ArrowUp');
  assert.equal(await focused(), 'run-delete', 'the last comes before the first');
  await keyboard.press('Escape');
  assert.equal(await focused(), 'run-menu');
  assert.equal(await isOpen(), false);
  await menu.click();
  assert.ok(await isOpen());
  await atelier.hook('library-count').click();
  assert.equal(await isOpen(), false, 'a press elsewhere closes it');
});

test('chosen runs lie over each other, and a table says in what they differ', { timeout: seconds(180) }, async (t) => {
  const { atelier } = await visit(t);
  const one = await train(atelier, `${QUICK}&seed=1`);
  const other = await train(atelier, `${QUICK}&seed=1&momentum=0.5`);
  for (const run of [one, other]) await atelier.runRow(run).getByTestId('run-select').check();
  const training = atelier.hook('compare-training');
  const ends = async () => {
    await atelier.page.waitForFunction(() =>
      document.querySelectorAll('[data-testid=compare-training] .plot path').length === 2);
    return training.locator('.plot path').evaluateAll((paths) => paths.map((path) => path.getAttribute('d')));
  };
  const bySteps = await ends();
  assert.ok(bySteps.every((path) => path.length > 500), 'both curves are drawn');
  assert.match(await training.innerText(), /step/);
  assert.deepEqual([await atelier.hook('compare').getByTestId('loss-log').count(), await atelier.hook('compare').getByTestId('reference-toggle').count()], [1, 0]);
  await atelier.hook('compare-by-epoch').click();
  await training.filter({ hasText: /epoch/ }).waitFor();
  await atelier.hook('compare-by-time').click();
  await training.filter({ hasText: /seconds/ }).waitFor();
  const before = await ends();
  await atelier.hook('compare').getByTestId('smoothing').fill('0');
  assert.notDeepEqual(await ends(), before, 'smoothing changes both');
  assert.equal(await atelier.hook('compare-accuracy').locator('.plot circle').count(), 2);

  const table = atelier.hook('compare-table');
  assert.equal(await table.locator('tbody tr').count(), 1);
  assert.match(await table.innerText(), /Momentum\s+0\.9\s+0\.5/);
});

test('the list stays where it is while a comparison comes, grows and goes', { timeout: seconds(120) }, async (t) => {
  const { atelier } = await visit(t, '', { viewport: { width: 1100, height: 560 } });
  for (const seed of [1, 2, 3]) await train(atelier, `${QUICK}&steps=20&seed=${seed}`);
  const names = await atelier.waitForRuns(3);
  const box = (at) => atelier.runRow(names[at]).getByTestId('run-select');
  const drawn = (count) => atelier.page.waitForFunction(
    (count) => document.querySelectorAll('[data-testid=compare-training] .plot path').length === count,
    count,
  );
  const place = async (at) => Math.round((await box(at).boundingBox()).y);
  // In the middle of the window, so that pressing it does not scroll.
  const placeAtHand = async (at) => {
    await box(at).evaluate((element) => element.scrollIntoView({ block: 'center' }));
    return place(at);
  };
  const before = await placeAtHand(1);
  await box(1).click();
  await drawn(1);
  // Charts are drawn one frame after their curves have arrived.
  await frames(atelier, 3);
  assert.ok((await atelier.hook('compare').boundingBox()).height > 300, 'the comparison is there');
  assert.ok(Math.abs((await place(1)) - before) <= 2, `the row went from ${before} to ${await place(1)}`);

  const second = await placeAtHand(0);
  await box(0).click();
  await drawn(2);
  await frames(atelier, 3);
  assert.ok(Math.abs((await place(0)) - second) <= 2, `with a table it went from ${second} to ${await place(0)}`);

  for (const at of [0, 1]) {
    const held = await placeAtHand(at);
    await box(at).click();
    await frames(atelier, 3);
    assert.ok(Math.abs((await place(at)) - held) <= 2, `it went from ${held} to ${await place(at)} and lost its comparison`);
  }
  assert.equal(await atelier.hook('compare').count(), 0);
});

test('a run whose tab closed is shown as interrupted, with its curve up to the end', { timeout: seconds(120) }, async (t) => {
  const { atelier, openTab } = await visit(t, 'engine=cpu&batch=4&epochs=5&autostart=1');
  await atelier.waitForNumber('step', 3000);
  await atelier.page.waitForTimeout(4500);
  const step = await atelier.number('step');
  const [run] = await atelier.runNames();
  await atelier.page.close();
  const again = await openTab();
  await again.open('engine=cpu');
  await again.waitForRunState(run, 'interrupted');
  const kept = (await again.runRow(run).getByTestId('run-state').innerText()).match(/step ([\d,]+)/)[1];
  // Written every two seconds.
  assert.ok(Number(kept.replace(',', '')) > 0.3 * step, `${kept} of ${step} steps are kept`);
});

/** Waits until the browser has painted this many frames. */
async function frames(atelier, count) {
  await atelier.page.evaluate(async (count) => {
    for (let frame = 0; frame < count; frame += 1) await new Promise((resolve) => { requestAnimationFrame(resolve); });
  }, count);
}

async function change(input, text) {
  await input.fill(text);
  await input.blur();
}
