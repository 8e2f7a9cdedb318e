// From the first visit to a classified garment with nothing but a keyboard, and what becomes of the focus.

import assert from 'node:assert/strict';
import test from 'node:test';
import { Keyboard } from './support/keyboard.mjs';
import { seconds } from './support/patience.mjs';
import { visit } from './support/visit.mjs';

const STEP = { timeout: seconds(60) };

test('a keyboard is enough, from the first visit to a classified garment and its run', { timeout: seconds(240) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu', { expects: [/boom/] });
  const { page } = atelier;
  const keyboard = new Keyboard(page);
  await atelier.waitForStatus('ready');

  await t.test('every stop of a place is seen and free, and the way ends', STEP, async () => {
    const stops = await keyboard.stops();
    for (const name of ['place-runs', 'language-select', 'theme-toggle', 'start', 'lr-input', 'draw-canvas', 'upload-input']) {
      assert.ok(stops.includes(name), `${name} is not among ${stops}`);
    }
    assert.equal(new Set(stops).size, stops.length, `one is visited twice: ${stops}`);
  });

  await t.test('language and settings', STEP, async () => {
    await keyboard.tabTo('language-select');
    await keyboard.press('ArrowDown');
    await atelier.hook('start').filter({ hasText: '开始训练' }).waitFor();
    await keyboard.press('ArrowUp');
    await atelier.hook('start').filter({ hasText: 'Start' }).waitFor();
    await keyboard.tabTo('lr-input');
    await keyboard.type('0.01');
    await keyboard.tabTo('batch-input');
    await keyboard.type('64');
    await keyboard.tabTo('epochs-input');
    await keyboard.type('2');
    assert.deepEqual([await atelier.setting('lr'), await atelier.setting('epochs')], ['0.01', '2']);
  });

  await t.test('start, pause, continue, to the end', STEP, async () => {
    await keyboard.tabTo('start', { back: true });
    await keyboard.press('Enter');
    await keyboard.waitFor('pause');
    await atelier.waitForStatus(['training', 'validating']);
    await keyboard.press('Space');
    await atelier.waitForStatus('paused');
    await keyboard.press('Space');
    await atelier.waitForStatus(['training', 'validating']);
    await atelier.waitForStatus('done');
    await keyboard.waitFor('status');
  });

  await t.test('draw and read the answer', STEP, async () => {
    await keyboard.tabTo('clear');
    await keyboard.press('Enter');
    await atelier.waitForNoProbabilities();
    await keyboard.waitFor('clear');
    await keyboard.tabTo('draw-canvas', { back: true });
    await keyboard.press('Shift+ArrowLeft', 'Shift+ArrowLeft', 'Shift+ArrowUp', 'Shift+ArrowUp', 'Space');
    for (const arrow of ['ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp']) {
      for (let time = 0; time < 4; time += 1) await keyboard.press(`Shift+${arrow}`);
    }
    await keyboard.press('Escape');
    await atelier.waitForOtherProbabilities({});
    assert.notEqual(await atelier.predictionTop(), '–');
    assert.equal(await atelier.hook('prediction-top').getAttribute('aria-live'), 'polite');
    await keyboard.tabTo('undo');
    await keyboard.press('Enter');
    await atelier.waitForNoProbabilities();
    await keyboard.waitFor('undo');
  });

  await t.test('replay, and back to the run', STEP, async () => {
    await keyboard.tabTo('replay', { back: true });
    await keyboard.press('Enter');
    await keyboard.waitFor('replay-pause');
    await keyboard.tabTo('replay-stop');
    await keyboard.press('Enter');
    await keyboard.waitFor('replay');
  });

  await t.test('a chart is read point by point', STEP, async () => {
    await keyboard.tabTo('smoothing');
    for (let stop = 0; stop < 5 && !/class="plot"/.test(await keyboard.focused()); stop += 1) await keyboard.press('Tab');
    await keyboard.check('on a chart');
    await keyboard.press('End');
    await page.locator('.tooltip-shown').waitFor();
    await keyboard.press('Escape');
    assert.equal(await page.locator('.tooltip-shown').count(), 0);
  });

  await t.test('the library: a menu, a deletion and its undoing, and the run again', STEP, async () => {
    await keyboard.tabTo('place-runs', { back: true });
    await keyboard.press('Enter');
    await atelier.hook('run-details').waitFor();
    await keyboard.waitFor('place-runs');
    const stops = await keyboard.stops();
    for (const name of ['library-search', 'run-select', 'run-toggle', 'run-menu', 'import-input']) {
      assert.ok(stops.includes(name), `${name} is not among ${stops}`);
    }
    await keyboard.tabTo('run-select');
    await keyboard.press('Space');
    await atelier.hook('chosen-none').waitFor();
    await keyboard.tabTo('chosen-none', { back: true });
    await keyboard.press('Enter');
    await atelier.hook('chosen-none').waitFor({ state: 'detached' });
    await keyboard.waitForAny('the end of the selection');

    await keyboard.tabTo('checkpoint-rename');
    await keyboard.press('Enter');
    await keyboard.waitFor('checkpoint-label');
    await keyboard.type('mine');
    await keyboard.press('Enter');
    await keyboard.waitFor('checkpoint-rename');
    await keyboard.tabTo('checkpoint-load');
    await keyboard.press('Enter');
    await atelier.hook('checkpoint-load').filter({ hasText: 'In use' }).waitFor();
    await keyboard.waitFor('checkpoint-load');

    await keyboard.tabTo('run-menu');
    await keyboard.press('Enter', 'ArrowDown');
    await keyboard.waitFor('run-bundle');
    await keyboard.press('Escape');
    await keyboard.waitFor('run-menu');
    await keyboard.press('Enter', 'ArrowUp');
    await keyboard.waitFor('run-delete');
    await keyboard.press('Enter');
    await atelier.hook('undo-bar').waitFor();
    await atelier.waitForRuns(0);
    await keyboard.waitForAny('the deletion of the only run');
    await keyboard.tabTo('undo-deletion', { back: true });
    await keyboard.press('Enter');
    await atelier.waitForRuns(1);
    await keyboard.waitForAny('undoing');

    await keyboard.tabTo('run-open');
    await keyboard.press('Enter');
    await atelier.hook('start').waitFor();
    await keyboard.waitFor('place');
    await page.goBack();
    await atelier.hook('run-details').waitFor();
    await keyboard.waitForAny('the way back');
  });

  await t.test('a run that was stopped is resumed, and a message dismissed', STEP, async () => {
    await keyboard.tabTo('place-train', { back: true });
    await keyboard.press('Enter');
    await keyboard.tabTo('epochs-input');
    await keyboard.type('50');
    await keyboard.tabTo('start', { back: true });
    await keyboard.press('Enter');
    await keyboard.waitFor('pause');
    await atelier.waitForNumber('step', 100);
    await keyboard.press('Tab', 'Enter');
    await atelier.waitForStatus('stopped');
    await keyboard.waitFor('start');
    await atelier.hook('resume-run').waitFor();
    await keyboard.tabTo('resume-run', { back: true });
    await keyboard.press('Enter');
    await atelier.waitForStatus(['training', 'validating']);
    await keyboard.waitFor('pause');
    // A run that goes on by itself when its worker dies asks for nothing; a paused one does.
    await keyboard.press('Enter');
    await atelier.waitForStatus('paused');

    await atelier.worker().evaluate(() => { setTimeout(() => { throw new Error('boom'); }); });
    await atelier.waitForError(/boom/);
    await keyboard.waitForAny('the death of the worker');
    await keyboard.tabTo('resume-last', { back: true });
    await keyboard.press('Tab', 'Enter');
    await atelier.hook('error-message').waitFor({ state: 'detached' });
    await keyboard.waitForAny('a message was dismissed');
  });

  await t.test('the place for the data and the engines', STEP, async () => {
    await keyboard.tabTo('place-understand', { back: true });
    await keyboard.press('Enter');
    await keyboard.waitFor('place-understand');
    // What arrives above an element moves it out of sight, and nothing can be measured before the new worker is ready.
    await atelier.hook('validation-summary').waitFor();
    await atelier.hook('bench-run').and(page.locator(':enabled')).waitFor();
    await keyboard.tabTo('bench-run');
    await keyboard.press('Enter');
    await atelier.waitForStatus('benchmark');
    await keyboard.press('Enter');
    await atelier.waitForStatus('ready');
    await keyboard.waitFor('bench-run');
  });
});
