// Loading the data set on a first visit and on the next one.

import assert from 'node:assert/strict';
import test from 'node:test';
import { readImages, readManifest } from './support/dataset.mjs';
import { seconds } from './support/patience.mjs';
import { held, plainName, slow } from './support/server.mjs';
import { prepareVisit, visit } from './support/visit.mjs';

const FIRST_ONES = /^data\/(manifest\.json|train-0[012]\.bin)$/;

test('a first visit shows how far the data has come, then samples and sizes', { timeout: seconds(90) }, async (t) => {
  const { site, openTab } = await prepareVisit(t);
  // The first shard, from which the samples are taken, arrives slowly.
  site.breakFile('data/train-00.bin', slow(8, 100));
  const atelier = await openTab();
  await recordTexts(atelier.page, 'data-progress');
  await atelier.open('#/understand');
  await atelier.waitForStatus('ready');

  const texts = await atelier.page.evaluate(() => globalThis.recordedTexts);
  const partial = texts.filter((text) => /MB of 30\.7 MB, \d+ of 14 shards verified/.test(text));
  assert.ok(new Set(partial).size >= 3, `progress was shown as ${JSON.stringify(texts)}`);
  assert.match(texts.at(-1), /14 shards, each verified by SHA-256, fetched/);
  assert.match(await atelier.hook('split-sizes').innerText(), /60,000 training images, 10,000 test images/);

  const samples = await sampleGrid(atelier.page);
  assert.ok(samples.length >= 20, `${samples.length} samples`);
  const truth = new Map((await readImages('train', 1)).map(({ pixels, name }) => [pixels.join(), name]));
  for (const { pixels, caption } of samples) {
    assert.equal(truth.get(pixels), caption, 'a sample is a training image under its true name');
  }
  assert.ok(new Set(samples.map(({ caption }) => caption)).size >= 5, 'several classes are shown');
});

test('a reload fetches no data again', { timeout: seconds(90) }, async (t) => {
  const { site, atelier } = await visit(t);
  await atelier.waitForStatus('ready');
  const manifest = await readManifest();
  const shards = [...manifest.train.shards, ...manifest.test.shards];
  assert.equal(Object.keys(site.asked('data/')).length, 1 + shards.length);

  site.requests.length = 0;
  await atelier.page.reload();
  await atelier.waitForStatus('ready');
  assert.deepEqual(site.asked('data/'), {});
  assert.ok(site.requests.includes('worker_bg.wasm'), 'the page itself was loaded again');
  await atelier.goTo('understand');
  assert.match(await atelier.hook('data-progress').innerText(), /read from this browser's cache/);
});

test('training begins while shards are still on their way', { timeout: seconds(90) }, async (t) => {
  const { site, openTab } = await prepareVisit(t);
  const manifest = await readManifest();
  const later = held();
  for (const { file } of [...manifest.train.shards, ...manifest.test.shards]) {
    const path = plainName(`data/${file}`);
    if (!FIRST_ONES.test(path)) site.breakFile(path, later);
  }
  const atelier = await openTab();
  await atelier.open('engine=cpu&batch=64&epochs=1&lr=0.01&autostart=1');
  // Three shards of 5,000 images.
  await atelier.waitForNumber('step', 3);
  await atelier.goTo('understand');
  assert.match(await atelier.hook('data-progress').innerText(), /of 14 shards verified/);
  // The run waits for missing images, and continues once they have arrived.
  await atelier.waitForStatus('loading');
  const step = await atelier.number('step');
  assert.ok(step <= 235, `${step} steps need more images than had come`);
  later.release();
  await atelier.waitForNumber('step', step + 50);
  await atelier.stop();
  await atelier.waitForStatus('stopped');
});

function recordTexts(page, name) {
  return page.addInitScript((name) => {
    globalThis.recordedTexts = [];
    new MutationObserver(() => {
      const text = document.querySelector(`[data-testid=${name}]`)?.innerText;
      if (text && text !== globalThis.recordedTexts.at(-1)) globalThis.recordedTexts.push(text);
    }).observe(document, { subtree: true, childList: true, characterData: true });
  }, name);
}

function sampleGrid(page) {
  return page.locator('[data-testid=sample-grid] figure').evaluateAll((figures) =>
    figures.map((figure) => {
      const { data } = figure.querySelector('canvas').getContext('2d').getImageData(0, 0, 28, 28);
      const pixels = Array.from({ length: 784 }, (_, i) => data[4 * i]).join();
      return { pixels, caption: figure.querySelector('figcaption').innerText };
    }));
}
