// Places with addresses: navigation, back, reload; runs that open in the main view; the first view before the wasm.

import assert from 'node:assert/strict';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { held } from './support/server.mjs';
import { prepareVisit, visit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(120) };
// 118 steps an epoch.
const SHORT = 'engine=cpu&batch=512&epochs=1&lr=0.05';
const ENDLESS = 'engine=cpu&batch=64&epochs=500&lr=0.01';

test('each place has an address, and the way back leads through them', PATIENCE, async (t) => {
  const { atelier } = await visit(t, SHORT);
  const { page } = atelier;
  const shown = async () => ({
    place: await page.locator('.places [aria-current=page]').getAttribute('data-testid'),
    hash: new URL(page.url()).hash,
    query: new URL(page.url()).search,
  });
  const first = await shown();
  assert.equal(first.place, 'place-train');
  await atelier.goTo('understand');
  await atelier.hook('split-sizes').waitFor();
  assert.ok(await atelier.hook('start').isHidden(), 'the place of before is left');
  await atelier.goTo('runs');
  await atelier.hook('storage').waitFor();
  assert.equal(await atelier.hook('split-sizes').count(), 0, 'a place that is not open costs nothing');
  assert.deepEqual(await shown(), { place: 'place-runs', hash: '#/runs', query: first.query });
  await page.reload();
  await atelier.hook('storage').waitFor();
  await page.goBack();
  await atelier.hook('split-sizes').waitFor();
  await page.goBack();
  await atelier.hook('place-train').and(page.locator('[aria-current=page]')).waitFor();
  assert.deepEqual(await shown(), first);
  assert.ok(await atelier.hook('start').isVisible());
});

test('the places are reached by keyboard, and fit a narrow screen', PATIENCE, async (t) => {
  const { atelier } = await visit(t, SHORT, { viewport: { width: 320, height: 640 } });
  const { page } = atelier;
  await atelier.waitForStatus('ready');
  for (const place of ['understand', 'experiments', 'runs', 'lesson', 'train']) {
    const link = atelier.hook(`place-${place}`);
    await link.focus();
    const { x, width, height } = await link.boundingBox();
    assert.ok(x >= 0 && x + width <= 320 && height >= 24, `${place} is in view`);
    await page.keyboard.press('Enter');
    await link.and(page.locator('[aria-current=page]')).waitFor();
    await page.waitForFunction(() => document.documentElement.scrollWidth === 320);
  }
});

test('a finished run has an address: a reload shows it as it ended', PATIENCE, async (t) => {
  const { atelier } = await visit(t, `${SHORT}&autostart=1`);
  await atelier.waitForStatus('done');
  await atelier.waitForStored();
  const last = await atelier.waitForCheckpoint(/_last$/);
  const run = last.match(/\d{8}_\d{6}/)[0];
  assert.equal(new URL(atelier.page.url()).hash, `#/train/${run}`);
  const numbers = () => Promise.all(['step', 'epoch', 'train-loss', 'valid-loss', 'valid-accuracy'].map((name) => atelier.number(name)));
  const curve = () => atelier.hook('loss-chart').locator('.plot path').last().getAttribute('d');
  const before = { numbers: await numbers(), curve: await curve(), names: (await atelier.checkpointNames()).sort() };

  await atelier.page.reload();
  await atelier.waitForStatus('done');
  await atelier.waitForNumber('valid-accuracy', 0);
  await atelier.page.waitForFunction(
    (curve) => [...document.querySelectorAll('[data-testid=loss-chart] .plot path')].at(-1)?.getAttribute('d') === curve,
    before.curve,
  );
  assert.deepEqual({ numbers: await numbers(), curve: await curve(), names: (await atelier.checkpointNames()).sort() }, before);
  assert.equal(await atelier.setting('batch'), '512');
  assert.equal((await atelier.query()).autostart, '1', 'the link still says so, but the run that it named is shown');
  await atelier.waitForRuns(1);
  // Its checkpoint classifies.
  await atelier.goTo('train');
  await atelier.hook('test-image').click();
  await atelier.waitForOtherProbabilities({});
});

test('a run that a reload interrupted goes on from where Start is', PATIENCE, async (t) => {
  // With `autostart` in the address it would go on by itself: autostart-again.test.mjs.
  const { atelier } = await visit(t, ENDLESS);
  await atelier.waitForStatus('ready');
  await atelier.start();
  await atelier.waitForCheckpoint(/_last$/);
  await atelier.waitForNumber('step', 200);
  const { hash } = new URL(atelier.page.url());
  await atelier.page.reload();
  await atelier.waitForStatus('stopped');
  const kept = await atelier.waitForNumber('step', 1);
  await atelier.hook('resume-run').click();
  await atelier.waitForStatus('training');
  assert.ok((await atelier.number('step')) > 0 && kept > 0);
  assert.equal(new URL(atelier.page.url()).hash, hash, 'it is the same run');
  await atelier.waitForRuns(1);
  await atelier.stop();
  await atelier.waitForStatus('stopped');
});

test('an earlier run can be looked at while another one trains, and training stays in sight', PATIENCE, async (t) => {
  const { atelier } = await visit(t, `${SHORT}&autostart=1`);
  const { page } = atelier;
  await atelier.waitForStatus('done');
  const earlier = new URL(page.url()).hash;
  const accuracy = await atelier.number('valid-accuracy');
  await atelier.set('batch', 64);
  await atelier.set('epochs', 500);
  await atelier.start();
  await atelier.waitForStatus('training');
  await atelier.waitForNumber('step', 50);
  assert.notEqual(new URL(page.url()).hash, earlier);
  await page.goBack();
  await page.waitForFunction((step) => document.querySelector('[data-testid=step]')?.dataset.value === step, '118');
  assert.equal(await atelier.waitForNumber('valid-accuracy', 0), accuracy);
  assert.match(await atelier.status(), /^(training|validating)$/, 'the status is that of the run in progress');
  await page.locator('.run-elsewhere a').click();
  await atelier.waitForNumber('step', 119);
  await atelier.goTo('runs');
  assert.match(await atelier.hook('run-in-sight').innerText(), /(training|validating) · \d+ %/);
  await atelier.hook('run-in-sight').click();
  await atelier.stop();
  await atelier.waitForStatus('stopped');
});

test('an address of a run that is not here says so, and everything else works', PATIENCE, async (t) => {
  const { atelier } = await visit(t, `${SHORT}#/train/20200101_000000`);
  assert.match(await atelier.waitForError(/no run 20200101_000000/), /import the run/);
  assert.equal(new URL(atelier.page.url()).hash, '#/train');
  await atelier.start();
  await atelier.waitForStatus('done');
});

test('the first view is there before any wasm, in the language of the browser, and its Start is not lost', PATIENCE, async (t) => {
  for (const [locale, words, start] of [['en-GB', /tell garments apart/, 'Start'], ['zh-CN', /辨认服装/, '开始训练']]) {
    const { site, openTab } = await prepareVisit(t, { locale });
    const hold = held();
    site.breakFile('page_bg.wasm', hold);
    const atelier = await openTab();
    const { page } = atelier;
    await page.setViewportSize({ width: 1024, height: 768 });
    await page.goto(site.url(SHORT), { waitUntil: 'commit' });
    await page.locator('.claim').filter({ hasText: words }).waitFor();
    assert.doesNotMatch(await page.locator('body').innerText(), locale === 'en-GB' ? /训练/ : /tutorial/);
    const { complete, width } = await page.locator('.samples img').evaluate(async (image) => {
      await image.decode();
      return { complete: image.complete, width: image.naturalWidth };
    });
    assert.deepEqual([complete, width], [true, 280]);
    const button = page.getByRole('button', { name: start });
    const box = await button.boundingBox();
    assert.ok(box.y + box.height <= 768);
    await button.click();
    hold.release();
    await atelier.waitForStatus('done');
    assert.equal((await atelier.waitForRuns(1)).length, 1);
  }
});

test('the documentation is beside the page, in every place and both languages', async (t) => {
  const { openTab } = await prepareVisit(t);
  const atelier = await openTab();
  const { page } = atelier;
  for (const [language, place, title] of [['en', 'train', 'What Atelier is'], ['zh', 'train', '概览'], ['en', 'lesson', 'What Atelier is'], ['zh', 'runs', '概览']]) {
    await atelier.open(`lang=${language}#/${place}`);
    await page.locator('.colophon').getByTestId('documentation').click();
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    // Back from there, to the page in the same folder.
    await page.locator('header a').first().click();
    await page.waitForURL((url) => !url.pathname.includes('/docs'));
  }
  await atelier.open('lang=en');
  await page.locator('.intro').getByTestId('documentation').click();
  await page.getByRole('heading', { level: 1, name: 'What Atelier is' }).waitFor();
});
