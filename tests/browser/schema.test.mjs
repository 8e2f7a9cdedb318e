// A database of the first schema, made by a build that had it (`fixtures/schema-1`), opened by this one.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { parseSafetensors } from './support/safetensors.mjs';
import { everything } from './support/storage.mjs';
import { prepareVisit } from './support/visit.mjs';

const FOLDER = new URL('fixtures/schema-1/', import.meta.url);

test('what the first schema stored becomes runs with their curves and checkpoints', { timeout: seconds(120) }, async (t) => {
  const { site, openTab } = await prepareVisit(t);
  const { version, summaries } = JSON.parse(await readFile(new URL('summaries.json', FOLDER), 'utf8'));
  const names = Object.keys(summaries);
  const files = await Promise.all(names.map((name) => readFile(new URL(`${name}.safetensors`, FOLDER))));
  const before = await openTab();
  await before.page.goto(`${site.url()}data/manifest.json`);
  await before.page.evaluate(([version, summaries, files]) => new Promise((resolve, reject) => {
    const request = indexedDB.open('atelier', version);
    request.onupgradeneeded = () => ['summaries', 'files'].forEach((name) => request.result.createObjectStore(name));
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const transaction = request.result.transaction(['summaries', 'files'], 'readwrite');
      Object.entries(summaries).forEach(([name, summary], at) => {
        transaction.objectStore('summaries').put(summary, name);
        transaction.objectStore('files').put(new Uint8Array(files[at]), name);
      });
      transaction.oncomplete = () => { request.result.close(); resolve(); };
      transaction.onerror = () => reject(transaction.error);
    };
  }), [version, summaries, files.map((file) => [...file])]);

  const atelier = await openTab();
  await atelier.open('engine=cpu');
  await atelier.waitForStatus('ready');
  const [stopped, ended] = await atelier.waitForRuns(2);
  await atelier.waitForRunState(stopped, 'stopped');
  await atelier.waitForRunState(ended, 'completed');
  assert.deepEqual(Object.keys(await everything(atelier.page, 'summaries')), []);

  await atelier.openRun(ended);
  assert.deepEqual(
    (await atelier.checkpointNames()).sort(),
    names.filter((name) => name.includes(ended)).sort(),
  );
  for (const run of [ended, stopped]) await atelier.runRow(run).getByTestId('run-select').check();
  await atelier.page.waitForFunction(() =>
    document.querySelectorAll('[data-testid=compare-training] .plot path').length === 2);

  await atelier.openRun(stopped);
  const last = names.findIndex((name) => name === `model_${stopped}_last`);
  const file = await atelier.download(names[last], 'full');
  assert.deepEqual(file.bytes, files[last], 'the file is the same to the byte');
  await atelier.runRow(stopped).getByTestId('resume').click();
  await atelier.waitForStatus('training');
  const { tensors } = parseSafetensors(files[last]);
  assert.ok((await atelier.number('step')) >= tensors['history.losses'].values.length);
  await atelier.stop();
  await atelier.waitForStatus('ready');

  // Opening it a second time finds nothing to migrate.
  await atelier.page.reload();
  assert.deepEqual(await atelier.waitForRuns(2), [stopped, ended]);
});
