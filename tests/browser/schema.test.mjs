// Databases of earlier schemas, made by the builds that had them (`fixtures/schema-*`), opened by this one.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { parseSafetensors } from './support/safetensors.mjs';
import { everything, storeDatabase } from './support/storage.mjs';
import { prepareVisit } from './support/visit.mjs';

const FOLDER = new URL('fixtures/schema-1/', import.meta.url);
const FOLDER_2 = new URL('fixtures/schema-2/', import.meta.url);

test('what the first schema stored becomes runs with their curves and checkpoints', { timeout: seconds(120) }, async (t) => {
  const { site, openTab } = await prepareVisit(t);
  const { version, summaries } = JSON.parse(await readFile(new URL('summaries.json', FOLDER), 'utf8'));
  const names = Object.keys(summaries);
  const files = await Promise.all(names.map((name) => readFile(new URL(`${name}.safetensors`, FOLDER))));
  const before = await openTab();
  await before.page.goto(`${site.url()}data/manifest.json`);
  await storeDatabase(before.page, version, {
    summaries,
    files: Object.fromEntries(names.map((name, at) => [name, [...files[at]]])),
  });

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
  await atelier.waitForStatus('stopped');

  // Opening it a second time finds nothing to migrate.
  await atelier.page.reload();
  assert.deepEqual(await atelier.waitForRuns(2), [stopped, ended]);
});

test('what the second schema stored goes on: runs, names, curves, whole files, resuming', { timeout: seconds(120) }, async (t) => {
  const { site, openTab } = await prepareVisit(t);
  const stored = JSON.parse(await readFile(new URL('database.json', FOLDER_2), 'utf8'));
  const { version, runs, labels, checkpoints, blocks } = stored;
  const files = {};
  for (const [name, file] of Object.entries(stored.files)) files[name] = await readFile(new URL(file, FOLDER_2));
  const bytesOf = (all) => Object.fromEntries(Object.entries(all).map(([key, bytes]) => [key, [...bytes]]));
  const before = await openTab();
  await before.page.goto(`${site.url()}data/manifest.json`);
  await storeDatabase(before.page, version, {
    summaries: {}, runs, labels, checkpoints, files: bytesOf(files),
    blocks: bytesOf(Object.fromEntries(
      Object.entries(blocks).map(([key, block]) => [key, Buffer.from(block, 'base64')]),
    )),
  });

  const atelier = await openTab();
  await atelier.open('engine=cpu');
  await atelier.waitForStatus('ready');
  const [branch, ended] = await atelier.waitForRuns(2);
  await atelier.waitForRunState(branch, 'stopped');
  await atelier.waitForRunState(ended, 'completed');
  await atelier.runRow(ended).getByText('kept from schema 2').waitFor();
  for (const run of [branch, ended]) await atelier.runRow(run).getByTestId('run-select').check();
  await atelier.page.waitForFunction(() =>
    document.querySelectorAll('[data-testid=compare-training] .plot path').length === 2);
  await atelier.openRun(ended);
  assert.equal((await atelier.checkpointNames()).length, 3);
  const kept = Object.keys(files).find((name) => name.includes('_step'));
  await atelier.checkpointRow(kept).getByRole('button', { name: 'on the way' }).waitFor();
  const whole = await atelier.download(kept, 'full');
  assert.deepEqual(whole.bytes, files[kept], 'the file is the same to the byte');

  // Going on writes checkpoints without their history; what leaves holds it all the same.
  const last = `model_${branch}_last`;
  await atelier.openRun(branch);
  await atelier.runRow(branch).getByTestId('resume').click();
  await atelier.waitForStatus('done');
  await atelier.waitForStored();
  const summary = (await everything(atelier.page, 'checkpoints'))[last];
  assert.deepEqual([summary.step, (await everything(atelier.page, 'files'))[last]], [236, summary.bytes]);
  const { tensors: began } = parseSafetensors(files[last]);
  const { tensors: went } = parseSafetensors((await atelier.download(last, 'full')).bytes);
  const losses = [...went['history.losses'].values];
  assert.equal(losses.length, 236);
  assert.deepEqual(losses.slice(0, began['history.losses'].values.length), [...began['history.losses'].values]);
  // The same steps as the run that it branched from, which the build of then took.
  const { tensors: parent } = parseSafetensors(files[`model_${ended}_last`]);
  assert.deepEqual(losses, [...parent['history.losses'].values]);
  assert.deepEqual([...went['conv1.weight'].values], [...parent['conv1.weight'].values]);
});

test('what the third schema stored is left as it is, and gets a place for leases', { timeout: seconds(60) }, async (t) => {
  const { site, openTab } = await prepareVisit(t);
  // The second and the third schema have the same stores; they differ in what new files hold.
  const { runs, labels, checkpoints, blocks } = JSON.parse(await readFile(new URL('database.json', FOLDER_2), 'utf8'));
  const curves = Object.entries(blocks).map(([key, block]) => [key, [...Buffer.from(block, 'base64')]]);
  const before = await openTab();
  await before.page.goto(`${site.url()}data/manifest.json`);
  await storeDatabase(before.page, 3, { summaries: {}, runs, labels, checkpoints, files: {}, blocks: Object.fromEntries(curves) });
  const stores = ['runs', 'labels', 'checkpoints', 'blocks'];
  const stored = () => Promise.all(stores.map((store) => everything(before.page, store)));
  const formerly = await stored();

  const atelier = await openTab();
  await atelier.open('engine=cpu');
  await atelier.waitForRuns(Object.keys(runs).length);
  assert.deepEqual(await stored(), formerly);
  assert.deepEqual(await everything(before.page, 'leases'), {});
});

test('what the fourth schema stored is left as it is, and gets a place for the weights of epochs', { timeout: seconds(120) }, async (t) => {
  const { site, openTab } = await prepareVisit(t);
  const { runs, labels, checkpoints, blocks } = JSON.parse(await readFile(new URL('database.json', FOLDER_2), 'utf8'));
  const curves = Object.entries(blocks).map(([key, block]) => [key, [...Buffer.from(block, 'base64')]]);
  const before = await openTab();
  await before.page.goto(`${site.url()}data/manifest.json`);
  await storeDatabase(before.page, 4, { summaries: {}, runs, labels, checkpoints, files: {}, blocks: Object.fromEntries(curves), leases: {} });
  const stores = ['runs', 'labels', 'checkpoints', 'blocks'];
  const stored = () => Promise.all(stores.map((store) => everything(before.page, store)));
  const formerly = await stored();

  const atelier = await openTab();
  await atelier.open('engine=cpu&batch=512&epochs=2&steps=150&lr=0.05');
  const known = await atelier.waitForRuns(Object.keys(runs).length);
  assert.deepEqual(await stored(), formerly);
  await atelier.start();
  await atelier.waitForStatus('done', seconds(60));
  const [run] = (await atelier.waitForRuns(known.length + 1)).filter((name) => !known.includes(name));
  await atelier.waitForRunState(run, 'completed');
  // An epoch has 118 steps; the second ends early.
  assert.deepEqual(Object.keys(await everything(before.page, 'epoch_weights')).sort(), [`${run}/000001`, `${run}/000002`]);
});
