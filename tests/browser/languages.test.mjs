// The page in English and in Chinese: how the language is chosen, and that changing it disturbs nothing.

import assert from 'node:assert/strict';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { missing } from './support/server.mjs';
import { prepareVisit, visit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(120) };

const language = ({ page }) => page.evaluate(() => document.documentElement.lang);
const startWord = (atelier) => atelier.hook('start').innerText();
const waitForStart = (atelier, word) => atelier.hook('start').filter({ hasText: word }).waitFor();

test('a link with lang=zh opens the page in Chinese', PATIENCE, async (t) => {
  const { atelier } = await visit(t, 'lang=zh&engine=cpu&batch=64');
  await atelier.waitForStatus('ready');
  assert.equal(await language(atelier), 'zh-Hans');
  assert.equal(await startWord(atelier), '开始训练');
  assert.equal(await atelier.hook('status').innerText(), '就绪');
  assert.equal(await atelier.page.title(), 'Atelier：在这个标签页里训练服装分类器');
  await atelier.goTo('understand');
  assert.match(await atelier.hook('split-sizes').innerText(), /60,000 张训练图像/);
  assert.equal(await atelier.hook('language-select').inputValue(), 'zh');
  assert.equal(await atelier.errorText(), '', 'the key is known');
  const labels = await atelier.hook('prediction-bar').evaluateAll((bars) => bars.map(({ dataset }) => dataset.label));
  assert.equal(labels.at(-1), 'Ankle Boot', 'what programs read stays as it is');

  await atelier.set('batch', 0);
  assert.equal(await atelier.fieldError('batch'), '请输入 1 到 4096 之间的整数。');
  await atelier.set('batch', 32);
  assert.equal((await atelier.query()).lang, 'zh', 'the address keeps what the link had');
});

test('another language in the midst of a run disturbs neither the run nor a drawing', PATIENCE, async (t) => {
  const { atelier } = await visit(t, 'lang=zh&engine=cpu&batch=64&epochs=5&autostart=1');
  const { page } = atelier;
  await atelier.waitForNumber('step', 20);
  await atelier.draw([[0.3, 0.2], [0.7, 0.8]]);
  // Until then, the run's test image is what the network sees.
  await atelier.hook('followed-image').waitFor({ state: 'detached' });
  await atelier.waitForOtherProbabilities({});
  const [run] = await atelier.waitForRuns(1);
  await atelier.goTo('train');
  const drawing = await atelier.garment();
  const worker = atelier.worker();

  // From now on, every step that the page shows.
  await page.evaluate(() => {
    const step = document.querySelector('[data-testid=step]');
    globalThis.steps = [Number(step.dataset.value)];
    new MutationObserver(() => globalThis.steps.push(Number(step.dataset.value))).observe(step, { attributes: true });
  });
  const before = await atelier.number('step');
  await atelier.hook('language-select').selectOption('en');
  await waitForStart(atelier, 'Start');
  assert.equal(await language(atelier), 'en');
  assert.equal(await atelier.hook('pause').innerText(), 'Pause');
  assert.deepEqual(await atelier.garment(), drawing);
  await atelier.waitForNumber('step', before + 50);
  assert.match(await page.title(), /trained · Atelier$/i);
  const steps = await page.evaluate(() => globalThis.steps);
  assert.deepEqual(steps, [...steps].sort((one, other) => one - other), 'no step is taken twice');
  assert.deepEqual(await atelier.runNames(), [run]);
  assert.equal(atelier.worker(), worker);
  assert.equal((await atelier.query()).lang, 'en', 'a reload must not undo the choice');

  await atelier.stop();
  await atelier.waitForStatus('stopped');
  await atelier.open();
  await atelier.waitForStatus('ready');
  assert.equal(await startWord(atelier), 'Start');
  assert.equal(await language(atelier), 'en');
});

test('a choice is remembered, and a link goes before it', PATIENCE, async (t) => {
  const { atelier } = await visit(t);
  assert.equal(await startWord(atelier), 'Start');
  await atelier.hook('language-select').selectOption('zh');
  await waitForStart(atelier, '开始训练');
  await atelier.set('batch', 64);
  assert.equal((await atelier.query()).lang, undefined, 'the link had none');
  await atelier.page.reload();
  await waitForStart(atelier, '开始训练');
  assert.equal(await language(atelier), 'zh-Hans');
  await atelier.open('lang=en');
  await waitForStart(atelier, 'Start');
  await atelier.open();
  await waitForStart(atelier, '开始训练');
});

test('a browser that asks for Chinese gets it at its first visit', PATIENCE, async (t) => {
  const { atelier } = await visit(t, '', { locale: 'zh-CN' });
  await waitForStart(atelier, '开始训练');
  assert.equal(await language(atelier), 'zh-Hans');
});

test('a language that the page does not speak is told and keeps no run from starting', PATIENCE, async (t) => {
  const { atelier } = await visit(t, 'lang=fr&engine=cpu&batch=64&epochs=1&autostart=1');
  assert.match(await atelier.waitForError(/lang "fr"/), /choose en or zh/);
  await atelier.waitForNumber('step', 5);
});

test('what goes wrong is told in Chinese, and anew in another language', PATIENCE, async (t) => {
  const { site, openTab } = await prepareVisit(t, { expects: [/Failed to load resource/] });
  site.breakFile('data/train-04.bin', missing());
  const atelier = await openTab();
  await atelier.open('lang=zh');
  const told = await atelier.waitForError(/train-04-[0-9a-f]{16}\.bin\.gz 下载失败，服务器上没有这个文件（HTTP 404）。/);
  assert.match(told, /已下载的部分和全部检查点都还在。/);
  assert.equal(await atelier.hook('retry-data').innerText(), '重试');
  await atelier.hook('language-select').selectOption('en');
  await atelier.waitForError(/train-04-[0-9a-f]{16}\.bin\.gz: the server does not have it \(HTTP 404\)/);
});

test('the masthead fits a narrow phone in both languages', PATIENCE, async (t) => {
  const { atelier } = await visit(t, 'lang=zh', { viewport: { width: 320, height: 700 }, touch: true });
  const { page } = atelier;
  for (const code of ['zh', 'en']) {
    await atelier.hook('language-select').selectOption(code);
    await waitForStart(atelier, code === 'zh' ? '开始训练' : 'Start');
    await page.waitForFunction(() => document.documentElement.scrollWidth === 320);
  }
});
