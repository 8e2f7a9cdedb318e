// Firefox: one visitor's walk through the whole page, and the same bits as in Chromium.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { testImagesOfEachClass } from './support/dataset.mjs';
import { TROUSER } from './support/drawings.mjs';
import { Keyboard } from './support/keyboard.mjs';
import { seconds } from './support/patience.mjs';
import { photoOf } from './support/picture.mjs';
import { STATE_DICT, parseSafetensors } from './support/safetensors.mjs';
import { prepareVisit, visit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(120) };
const FIXTURES = fileURLToPath(new URL('../fixtures/pytorch/', import.meta.url));
// 236 steps.
const SETTINGS = 'batch=512&epochs=2&lr=0.05&momentum=0.9&seed=42';

test('a visitor with Firefox', { timeout: seconds(480) }, async (t) => {
  const { site, openTab } = await prepareVisit(t, { firefox: true, serviceWorkers: 'allow' });
  const atelier = await openTab();
  const { page } = atelier;
  let run;
  let firefox;

  await t.test('has no WebGPU, is told so, and trains on the CPU', PATIENCE, async () => {
    await atelier.open(`engine=webgpu&${SETTINGS}`);
    await atelier.waitForStatus('ready');
    assert.equal(await page.evaluate(() => 'gpu' in navigator), false);
    await atelier.start();
    assert.match(await atelier.waitForError(/WebGPU cannot be used/), /Choose the CPU engine/);
    await atelier.waitForStatus('error');
    await atelier.set('engine', 'auto');
    await atelier.start();
    await atelier.waitForNumber('step', 20);
    assert.equal(await atelier.hook('engine-name').innerText(), 'CPU, WebAssembly SIMD, fused kernels');
    assert.ok((await atelier.number('images-per-second')) > 0);
    await atelier.hook('wake-lock').waitFor();
    await atelier.pause();
    await atelier.waitForStatus('paused');
    await atelier.waitForCheckpoint(/_last$/);
  });

  await t.test('resumes after a reload, and the run ends with the bits of Chromium', PATIENCE, async (t) => {
    [run] = await atelier.runNames();
    await atelier.open('engine=cpu');
    await atelier.waitForStatus('ready');
    await atelier.openRun(run);
    await atelier.runRow(run).getByTestId('resume').click();
    await atelier.waitForStatus('done');
    firefox = await atelier.endOf(`model_${run}_last`);
    assert.equal(firefox.losses.length, 236);

    const { atelier: other } = await visit(t, `engine=cpu&${SETTINGS}&autostart=1`);
    await other.waitForStatus('done');
    const last = await other.waitForCheckpoint(/_last$/);
    assert.deepEqual(firefox, await other.endOf(last), 'every loss and every weight, bit by bit');
  });

  await t.test('draws, and uploads, pastes or drops a picture, and each is classified', PATIENCE, async () => {
    await atelier.goTo('train');
    await atelier.hook('brush-size').fill('72');
    for (const stroke of TROUSER) await atelier.draw(stroke);
    await atelier.hook('prediction-top').filter({ hasText: 'Trouser' }).waitFor();
    const [shirt] = await testImagesOfEachClass(1);
    const picture = photoOf(shirt.pixels, 'white');
    const ways = [() => atelier.upload(picture), () => atelier.bring('paste', picture), () => atelier.bring('drop', picture)];
    const answers = [];
    for (const bring of ways) {
      await atelier.hook('clear').click();
      await atelier.waitForNoProbabilities();
      await bring();
      answers.push(await atelier.waitForOtherProbabilities({}));
    }
    assert.deepEqual(answers[1], answers[0]);
    assert.deepEqual(answers[2], answers[0]);
  });

  await t.test('exports a run, a checkpoint and a table, and takes them and a file of PyTorch in', PATIENCE, async () => {
    await atelier.openRun(run);
    const row = atelier.runRow(run);
    const archive = await atelier.downloadBy(await atelier.menu(row, 'run-bundle'));
    assert.match(archive.fileName, /\.atelier\.zip$/);
    const csv = (await atelier.downloadBy(await atelier.menu(row, 'run-csv'))).bytes.toString();
    assert.equal(csv.trim().split('\n').filter((line) => line.includes('Loss/batch')).length, 236);
    const full = await atelier.download(`model_${run}_last`, 'full');

    const pytorch = await readFile(`${FIXTURES}state_dict.pt`);
    const weights = parseSafetensors(await readFile(`${FIXTURES}state_dict.safetensors`)).tensors;
    const wanted = [[archive, firefox.weights], [full, firefox.weights], [{ fileName: 'state_dict.pt', bytes: pytorch }, undefined]];
    for (const [{ fileName, bytes }, expected] of wanted) {
      const known = await atelier.runNames();
      await atelier.importFile({ name: fileName, bytes });
      await atelier.waitForRuns(known.length + 1);
      const imported = await atelier.imported();
      assert.ok(!known.includes(imported), fileName);
      await atelier.openRun(imported);
      const { tensors } = await atelier.download(`model_${imported}_last`, 'weights');
      for (const key of Object.keys(STATE_DICT)) {
        assert.deepEqual(tensors[key].values, expected?.[key] ?? weights[key].values, `${fileName}: ${key}`);
      }
    }
  });

  await t.test('reads both languages, and presents', PATIENCE, async () => {
    await atelier.goTo('train');
    await atelier.hook('language-select').selectOption('zh');
    await atelier.hook('start').filter({ hasText: '开始训练' }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-Hans');
    await atelier.hook('language-select').selectOption('en');
    await atelier.hook('start').filter({ hasText: 'Start' }).waitFor();
    const isPresenting = () => page.evaluate(() => document.documentElement.classList.contains('presenting'));
    await atelier.hook('present').click();
    assert.equal(await isPresenting(), true);
    await atelier.hook('present').click();
    assert.equal(await isPresenting(), false);
  });

  await t.test('goes through the page by keyboard, and starts and stops a run with it', PATIENCE, async () => {
    await atelier.open('engine=cpu&batch=64&epochs=100&lr=0.01');
    await atelier.waitForStatus('ready');
    const keyboard = new Keyboard(page);
    await keyboard.tabTo('start');
    await keyboard.press('Enter');
    await atelier.waitForStatus('training');
    await keyboard.waitFor('pause');
    await keyboard.tabTo('stop');
    await keyboard.press('Enter');
    await atelier.waitForStatus('stopped');
    await keyboard.waitFor('start');
  });

  await t.test('sees in a second tab what the first trains, and cannot take it away', PATIENCE, async () => {
    await atelier.start();
    await atelier.waitForStatus('training');
    const second = await openTab();
    await second.open('engine=cpu');
    await second.goTo('runs');
    const row = second.page.locator('[data-testid=run-row][data-state=training]');
    await row.getByTestId('run-state').filter({ hasText: 'in another tab' }).waitFor();
    await second.openRun(await row.getAttribute('data-run'));
    assert.equal(await row.getByTestId('resume').count(), 0);
    await second.page.close();
    await atelier.stop();
    await atelier.waitForStatus('stopped');
  });

  await t.test('opens Atelier without a network after one visit, and trains', PATIENCE, async () => {
    await page.evaluate(async () => { await navigator.serviceWorker.ready; });
    await site.close();
    await page.reload();
    await atelier.waitForStatus(['ready', 'stopped']);
    await atelier.start();
    await atelier.waitForStatus('training');
    await atelier.stop();
    await atelier.waitForStatus('stopped');
  });
});
