// Every state of every place, for all: axe finds nothing, what can be pressed is large enough, and a screen reader is told
// what the snapshots say.

import assert from 'node:assert/strict';
import test from 'node:test';
import { assertAxeFindsNothing } from './support/axe.mjs';
import { seconds } from './support/patience.mjs';
import { held } from './support/server.mjs';
import { assertToldAs } from './support/snapshot.mjs';
import { assertTargetsAreLargeEnough } from './support/targets.mjs';
import { prepareVisit } from './support/visit.mjs';

const STATE = { timeout: seconds(60) };

/** Looks at the page as it is. A snapshot is of the open place. */
async function look({ page }, state, { told } = {}) {
  await assertAxeFindsNothing(page, state);
  await assertTargetsAreLargeEnough(page, state);
  if (told) await assertToldAs(state, page.locator(told === true ? 'body' : told));
}

test('the first view, before the page has come', STATE, async (t) => {
  const { site, openTab } = await prepareVisit(t);
  const hold = held();
  site.breakFile('page_bg.wasm', hold);
  const atelier = await openTab();
  for (const language of ['zh', 'en']) {
    await atelier.page.goto(site.url(`lang=${language}`), { waitUntil: 'commit' });
    await atelier.page.locator('.samples img').waitFor();
    await look(atelier, `first-view-${language}`, { told: true });
  }
  hold.release();
});

test('every state of every place', { timeout: seconds(360) }, async (t) => {
  const { openTab } = await prepareVisit(t, { expects: [/boom/] });
  const atelier = await openTab();
  const { page } = atelier;
  const speak = async (language, start) => {
    await atelier.hook('language-select').selectOption(language);
    await atelier.hook('start').filter({ hasText: start }).waitFor({ state: 'attached' });
  };
  const train = async (settings) => {
    await atelier.goTo('train');
    for (const [key, value] of Object.entries(settings)) await atelier.set(key, value);
    await atelier.start();
    await atelier.waitForStatus(['training', 'validating']);
  };
  await atelier.open('engine=cpu&batch=64&epochs=40&lr=0.01&seed=42&bench=cpu-fused-4#/train');
  await atelier.waitForStatus('ready');
  await atelier.waitForEngines();

  await t.test('train, ready', STATE, async () => {
    await look(atelier, 'train-ready-en', { told: true });
    await speak('zh', '开始训练');
    await look(atelier, 'train-ready-zh', { told: true });
    await speak('en', 'Start');
  });

  await t.test('runs, empty', STATE, async () => {
    await atelier.goTo('runs');
    await atelier.hook('storage-used').filter({ hasText: 'used' }).waitFor();
    await look(atelier, 'runs-empty', { told: 'main' });
  });

  await t.test('train, settings unfolded and one of them wrong', STATE, async () => {
    for (const section of ['optimizer', 'schedule', 'limits', 'augmentation', 'checkpoints']) await atelier.unfold(section);
    await atelier.set('schedule', 'one-cycle');
    await atelier.set('batch', 0);
    await atelier.hook('field-error-batch').waitFor();
    await atelier.hook('pytorch-code-section').locator('summary').click();
    await look(atelier, 'train-settings', { told: '.rail' });
    await atelier.set('batch', 64);
    await atelier.set('schedule', 'constant');
    await atelier.hook('pytorch-code').getByText('torch.optim').waitFor();
    await atelier.hook('pytorch-exact').check();
    await atelier.hook('pytorch-exact-file').waitFor();
    await look(atelier, 'train, with its program');
  });

  await t.test('train, training and paused', STATE, async () => {
    await atelier.start();
    await atelier.waitForNumber('valid-accuracy', 0);
    await atelier.hook('followed-image').waitFor();
    await look(atelier, 'train, training');
    await atelier.pause();
    await atelier.waitForStatus('paused');
    await look(atelier, 'train-paused', { told: '.rail' });
    await atelier.stop();
    await atelier.waitForStatus('stopped');
    await atelier.hook('resume-run').waitFor();
    await look(atelier, 'train, stopped');
  });

  await t.test('train, done, and replayed', STATE, async () => {
    await train({ epochs: 1 });
    await atelier.waitForStatus('done');
    await atelier.hook('outcome').waitFor();
    await atelier.waitForCheckpoint(/_last$/);
    // In place of the image of the run, which is any.
    await atelier.hook('clear').click();
    await atelier.waitForNoProbabilities();
    await atelier.hook('shape-tshirt').click();
    await atelier.waitForOtherProbabilities({});
    await page.locator('.sha256').nth(1).waitFor();
    await look(atelier, 'train-done', { told: 'main' });
    await speak('zh', '开始训练');
    await look(atelier, 'train-done-zh', { told: '.results' });
    await speak('en', 'Start');
    await atelier.hook('replay').click();
    await atelier.hook('replay-position').fill('400');
    await atelier.hook('replay-pause').click();
    await look(atelier, 'train, replayed');
    await atelier.hook('replay-stop').click();
  });

  await t.test('train, collapsed, and a message', STATE, async () => {
    await train({ lr: 0.2, seed: 1 });
    await atelier.waitForStatus('done');
    await atelier.hook('collapse-notice').waitFor();
    await look(atelier, 'train-collapsed', { told: '[data-testid=collapse-notice]' });
    await train({ lr: 0.01, epochs: 40 });
    await atelier.waitForNumber('step', 50);
    await atelier.pause();
    await atelier.waitForStatus('paused');
    // The message says up to which step the run is kept.
    await atelier.waitForCheckpoint(/_last$/);
    await atelier.worker().evaluate(() => { setTimeout(() => { throw new Error('boom'); }); });
    await atelier.waitForError(/boom/);
    await atelier.hook('resume-last').waitFor();
    await look(atelier, 'message', { told: '[data-testid=error-message]' });
    await atelier.waitForStatus('ready');
  });

  await t.test('understand, measuring and measured', STATE, async () => {
    await atelier.goTo('understand');
    await atelier.hook('split-sizes').waitFor();
    await atelier.hook('bench-run').click();
    await atelier.waitForStatus('benchmark');
    await look(atelier, 'understand, measuring');
    await page.locator('[data-testid=bench-table][data-state=done]').waitFor();
    await atelier.hook('bench-advice').filter({ hasText: 'images' }).waitFor();
    // What the network of a run that was paused at any step says is not the same twice.
    await page.locator('[data-testid=insight][data-busy=false] [data-testid=confusion-matrix]').waitFor({ timeout: seconds(60) });
    await look(atelier, 'understand-measured', { told: '.benchmark' });
    await look(atelier, 'understand-data', { told: '.data-panel' });
    for (const section of ['inside', 'explore', 'map-section', 'corrections']) {
      await atelier.hook(section).locator('summary').first().click();
    }
    await atelier.hook('filter').nth(21).waitFor();
    await look(atelier, 'understand, every section open');
  });

  await t.test('runs: open, compared, with their menus, deleted', STATE, async () => {
    const runs = await atelier.waitForRuns(4);
    const [newest] = runs;
    await atelier.openRun(runs[2]);
    await page.locator('.sha256').nth(1).waitFor();
    await look(atelier, 'runs-open', { told: '.library' });
    await atelier.openRun(newest);
    await page.locator('.sha256').first().waitFor();
    await look(atelier, 'runs, another one open');
    for (const menu of ['run-menu', 'checkpoint-menu']) {
      const summary = atelier.runRow(newest).getByTestId(menu).first();
      await summary.click();
      await look(atelier, `runs, ${menu} open`);
      await page.keyboard.press('Escape');
    }
    for (const run of runs.slice(1, 3)) await atelier.runRow(run).getByTestId('run-select').setChecked(true);
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=compare-accuracy] .plot path').length === 2);
    await look(atelier, 'runs-compared', { told: '[data-testid=compare]' });
    await speak('zh', '开始训练');
    await look(atelier, 'runs, compared, zh');
    await speak('en', 'Start');
    await atelier.hook('chosen-delete').click();
    await atelier.hook('undo-bar').waitFor();
    await look(atelier, 'runs, some deleted');
    assert.equal((await atelier.waitForRuns(2)).length, 2);
  });

  await t.test('experiments: the form, and what came of one', { timeout: seconds(150) }, async () => {
    await atelier.open('engine=cpu&batch=512&epochs=1&steps=20&seed=5&experiment=lr:0.01,0.05;momentum:0.5,0.9;seeds:5,6#/experiments');
    await atelier.hook('experiment-runs').filter({ hasText: 'About' }).waitFor({ timeout: seconds(60) });
    await look(atelier, 'experiments, the form');
    await atelier.hook('experiment-start').click();
    await page.locator('[data-testid=experiment-status][data-status=done]').waitFor({ timeout: seconds(120) });
    await atelier.hook('parallel-coordinates').waitFor();
    await look(atelier, 'experiments, done');
    await atelier.hook('language-select').selectOption('zh');
    await atelier.hook('experiment-start').filter({ hasText: '开始实验' }).waitFor();
    await look(atelier, 'experiments, done, zh');
  });

  await t.test('lesson: every step', { timeout: seconds(150) }, async () => {
    for (const [language, way] of [['en', 'Next'], ['zh', '下一步']]) {
      await atelier.open(`engine=cpu&seed=5&lang=${language}#/lesson/data`);
      for (const step of ['data', 'model', 'loss', 'optimizer', 'epoch', 'overfitting', 'learning-rate', 'saving']) {
        await page.locator(`[data-testid=lesson-step][data-step=${step}]`).waitFor();
        if (step === 'optimizer') await atelier.hook('lesson-weight-step').waitFor();
        if (step === 'loss') await page.locator('[data-testid=lesson-label][data-row="0"]').fill('none');
        await look(atelier, `lesson, ${step}, ${language}`);
        if (step !== 'saving') await atelier.hook('lesson-next').filter({ hasText: way }).click();
      }
    }
  });
});
