// Why a network answers as it does: the pixels that speak for a class, by three methods.

import assert from 'node:assert/strict';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { changed, missing } from './support/server.mjs';
import { prepareVisit, visit } from './support/visit.mjs';

const TRAINED = 'engine=cpu&batch=64&epochs=1&lr=0.02&momentum=0.9&seed=5&autostart=1';
const METHODS = ['integrated-gradients', 'occlusion', 'grad-cam'];
const PIXELS = 784;

/** A trained network that has classified a test image. */
async function classified(t, query = TRAINED, options = {}) {
  const { site, openTab } = await prepareVisit(t, options);
  const atelier = await openTab();
  // Always the same test images: there are some of which nothing speaks for the answer by Grad-CAM.
  await atelier.page.addInitScript(() => {
    let state = 7;
    Math.random = () => {
      state = state * 16807 % 2147483647;
      return state / 2147483647;
    };
  });
  await atelier.open(query);
  await atelier.waitForStatus('done', seconds(120));
  await atelier.hook('test-image').click();
  await atelier.waitForOtherProbabilities({});
  return { site, atelier };
}

const mapBy = (atelier, method) => atelier.page.locator(`[data-testid=saliency-map][data-method=${method}]`);

/** The map's colours, and how many pixels are not grey. */
function painted(atelier) {
  return atelier.hook('saliency-map').evaluate((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, 28, 28);
    const pixels = Array.from({ length: 784 }, (_, at) => [...data.slice(4 * at, 4 * at + 3)]);
    return { text: pixels.join(' '), coloured: pixels.filter(([red, green, blue]) => red !== green || green !== blue).length };
  });
}

test('an answer is explained by three methods, for any class, and saved', { timeout: seconds(240) }, async (t) => {
  const { site, atelier } = await classified(t);
  assert.deepEqual(site.asked('insight'), {}, 'nothing of it is fetched before it is asked for');
  await atelier.hook('why').focus();
  await atelier.page.keyboard.press('Enter');
  await mapBy(atelier, 'integrated-gradients').waitFor();
  assert.equal(await atelier.hook('why').getAttribute('aria-expanded'), 'true');
  // The likeliest class comes first, once the answer to the image that was chosen last is there.
  await atelier.page.waitForFunction(() => {
    const text = (name) => document.querySelector(`[data-testid=${name}]`).innerText;
    return text('why-answer').startsWith(`${text('prediction-top')} `);
  }, undefined, { timeout: seconds(30) });
  const top = await atelier.hook('prediction-top').innerText();
  const shown = new Set();
  for (const method of METHODS) {
    await atelier.hook('saliency-method').selectOption(method);
    await mapBy(atelier, method).waitFor();
    const { text, coloured } = await painted(atelier);
    assert.ok(coloured > 50, `${coloured} pixels speak by ${method}`);
    shown.add(text);
    assert.match(await atelier.hook('saliency-text').innerText(), new RegExp(`Of all that speaks for ${top.replace('/', '.')}, the largest parts are in the `));
    const { fileName, bytes } = await atelier.downloadBy(atelier.hook('saliency-csv'));
    assert.equal(fileName, `atelier-saliency-${method}.csv`);
    const lines = bytes.toString().trimEnd().split('\r\n').map((line) => line.split(','));
    assert.deepEqual(lines.shift(), ['row', 'column', 'pixel', method]);
    assert.equal(lines.length, PIXELS);
    if (method === 'integrated-gradients') {
      const ofBlack = lines.filter(([, , pixel]) => pixel === '0').map((line) => Number(line[3]));
      assert.ok(ofBlack.length > 100 && ofBlack.every((number) => number === 0), 'what is as black as the baseline says nothing');
    }
    if (method === 'grad-cam') assert.ok(lines.every((line) => Number(line[3]) >= 0));
  }
  assert.equal(shown.size, METHODS.length, 'each shows something else');

  // Another class.
  const asked = await atelier.hook('saliency-class').locator('option').evaluateAll((options, top) =>
    options.find(({ text, value }) => value !== '' && text !== top).value, top);
  await atelier.hook('saliency-class').selectOption(asked);
  await atelier.page.locator(`[data-testid=saliency-map][data-class="${asked}"]`).waitFor();
  assert.ok(!shown.has((await painted(atelier)).text));
  const svg = (await atelier.downloadBy(atelier.hook('saliency-svg'))).bytes.toString();
  assert.equal(svg.match(/<rect /g).length, PIXELS + 1, 'a ground, and all pixels');

  // Another image, and none.
  const before = (await painted(atelier)).text;
  await atelier.hook('test-image').click();
  await atelier.page.waitForFunction((before) => {
    const { data } = document.querySelector('[data-testid=saliency-map]').getContext('2d').getImageData(0, 0, 28, 28);
    return Array.from({ length: 784 }, (_, at) => [...data.slice(4 * at, 4 * at + 3)]).join(' ') !== before;
  }, before);
  await atelier.page.locator('.language-select').selectOption('zh');
  await atelier.hook('saliency-text').filter({ hasText: '最多的在' }).waitFor();
  const workers = atelier.page.workers().length;
  await atelier.hook('why').click();
  await atelier.hook('saliency-map').waitFor({ state: 'detached' });
  for (let left = 100; left > 0 && atelier.page.workers().length === workers; left -= 1) await atelier.page.waitForTimeout(50);
  assert.equal(atelier.page.workers().length, workers - 1, 'its worker ends with it');
});

test('while a run trains, the explanation follows its weights and the run goes on', { timeout: seconds(120) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=64&epochs=20&lr=0.01&seed=5&autostart=1');
  // All images have come.
  await atelier.page.locator('offline-install[data-complete=true]').waitFor({ state: 'attached' });
  await atelier.hook('test-image').click();
  await atelier.hook('why').click();
  await mapBy(atelier, 'integrated-gradients').waitFor();
  const before = (await painted(atelier)).text;
  await atelier.page.waitForFunction((before) => {
    const { data } = document.querySelector('[data-testid=saliency-map]').getContext('2d').getImageData(0, 0, 28, 28);
    return Array.from({ length: 784 }, (_, at) => [...data.slice(4 * at, 4 * at + 3)]).join(' ') !== before;
  }, before);
  const step = await atelier.number('step');
  await atelier.waitForNumber('step', step + 100);
  await atelier.stop();
  await atelier.waitForStatus('stopped');
  assert.equal(await atelier.errorText(), '');
});

for (const [what, file] of [['program', 'insight_bg.wasm'], ['script', 'insight.js'], ['style sheet', 'insight.css']]) {
  test(`where the part's ${what} is missing, that is said, and it opens once it is there`, { timeout: seconds(120) }, async (t) => {
    const { site, atelier } = await classified(t, TRAINED, { expects: [/Failed to load resource/, /insight/] });
    site.breakFile(file, missing());
    await atelier.hook('why').click();
    await atelier.hook('insight-failure').filter({ hasText: 'could not be loaded' }).waitFor();
    site.heal();
    await atelier.hook('insight-failure').getByRole('button').click();
    await mapBy(atelier, 'integrated-gradients').waitFor();
    assert.equal(await atelier.hook('insight-failure').count(), 0);
  });
}

test('where its worker does not arrive, that is said, and trying again explains', { timeout: seconds(120) }, async (t) => {
  const { site, atelier } = await classified(t, TRAINED, { expects: [/Failed to load resource/, /insight_worker/, /wasm/i] });
  site.breakFile('insight_worker_bg.wasm', changed((wasm) => wasm.subarray(0, 1000)));
  await atelier.hook('why').click();
  const complaint = atelier.page.locator('.why [role=alert]');
  await complaint.filter({ hasText: 'The worker that looks into the network has stopped' }).waitFor({ timeout: seconds(60) });
  site.heal();
  await complaint.getByRole('button').click();
  await mapBy(atelier, 'integrated-gradients').waitFor();
  assert.equal(await complaint.count(), 0);
});
