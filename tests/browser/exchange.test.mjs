// Exporting runs, and importing weights and runs.

import assert from 'node:assert/strict';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { seconds } from './support/patience.mjs';
import { STATE_DICT, parseSafetensors } from './support/safetensors.mjs';
import { everything } from './support/storage.mjs';
import { prepareVisit, visit } from './support/visit.mjs';

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));
const STORES = ['runs', 'labels', 'blocks', 'checkpoints', 'files'];

test('a run goes to another browser as one file, and goes on there to the same bits', { timeout: seconds(180) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=256&epochs=2&lr=0.05&seed=9&autostart=1');
  // Once the first of two epochs of 235 steps has ended.
  await atelier.pauseAt(236);
  await atelier.waitForCheckpoint(/_1$/);
  await atelier.stop();
  await atelier.waitForStatus('stopped');
  const [run] = await atelier.runNames();
  await atelier.waitForRunState(run, 'stopped');
  const row = atelier.runRow(run);
  await row.getByTestId('run-title-input').fill('Travels far');
  await row.getByTestId('run-title-input').blur();
  await row.getByTestId('run-name').filter({ hasText: 'Travels far' }).waitFor();
  const bundle = await atelier.downloadBy(await atelier.menu(row, 'run-bundle'));
  assert.match(bundle.fileName, /\.zip$/);
  const csv = (await atelier.downloadBy(await atelier.menu(row, 'run-csv'))).bytes.toString();
  const json = JSON.parse((await atelier.downloadBy(await atelier.menu(row, 'run-json'))).bytes);
  const { losses } = json.runs[0].metrics.history;
  assert.equal(csv.trim().split('\n').filter((line) => line.includes('Loss/batch')).length, losses.length);
  const board = await atelier.downloadBy(await atelier.menu(row, 'run-tensorboard'));
  assert.ok(board.bytes.includes('Travels-far_') && board.bytes.includes('tfevents'));
  await row.getByTestId('resume').click();
  await atelier.waitForStatus('done', seconds(120));
  const here = await atelier.endOf(`model_${run}_last`);

  const { openTab } = await prepareVisit(t);
  const there = await openTab();
  await there.open('engine=cpu');
  await there.waitForStatus('ready');
  await there.importFile({ name: bundle.fileName, bytes: bundle.bytes });
  assert.equal(await there.imported(), run, 'under its own name, which is free here');
  await there.goTo('runs');
  assert.equal(await there.runRow(run).getByTestId('run-name').innerText(), 'Travels far');
  assert.match(await there.runRow(run).getByTestId('run-details').innerText(), /Imported from/);
  await there.importFile({ name: bundle.fileName, bytes: bundle.bytes });
  const names = await there.waitForRuns(2);
  assert.equal(new Set(names).size, 2, 'a second copy stands beside the first');
  await there.openRun(run);
  await there.runRow(run).getByTestId('resume').click();
  await there.waitForStatus('done', seconds(120));
  const elsewhere = await there.endOf(`model_${run}_last`);
  assert.equal(elsewhere.losses.length, 2 * 235);
  assert.deepEqual(elsewhere, here, 'every loss and every weight is the same, bit by bit');
});

test("PyTorch's files are taken in, classify, and leave as they came", { timeout: seconds(120) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu');
  await atelier.waitForStatus('ready');
  const expected = parseSafetensors(await readFile(join(FIXTURES, 'pytorch/state_dict.safetensors')));
  for (const file of ['pytorch/state_dict.pt', 'pytorch/state_dict.safetensors']) {
    await atelier.importFile(join(FIXTURES, file));
    const run = await atelier.imported();
    await atelier.openRun(run);
    const name = `model_${run}_last`;
    const weights = await atelier.download(name, 'weights');
    for (const key of Object.keys(STATE_DICT)) {
      assert.deepEqual(weights.tensors[key].values, expected.tensors[key].values, `${file}: ${key}`);
    }
    await atelier.checkpointRow(name).getByTestId('checkpoint-load').click();
    await atelier.goTo('train');
    await atelier.hook('test-image').click();
    const title = await atelier.checkpointRow(name).getByTestId('checkpoint-rename').innerText();
    await atelier.page.getByText(`, by ${title} (`).waitFor();
    const onnx = await atelier.downloadBy(await atelier.menu(atelier.checkpointRow(name), 'checkpoint-onnx'));
    assert.match(onnx.fileName, /\.onnx$/);
    assert.ok(onnx.bytes.includes('Ankle Boot') && onnx.bytes.length > 4 * 44_426);
    assert.equal(await atelier.hook('resume').count(), 0, 'weights alone have no run to go on with');
  }
});

test('what is no model of ours is refused with its reason, and nothing changes', { timeout: seconds(120) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=512&epochs=1&steps=20&lr=0.05&autostart=1');
  await atelier.waitForStatus('done', seconds(60));
  await atelier.waitForStored();
  await atelier.waitForCheckpoint(/_last$/);
  const before = await contents(atelier.page);
  const good = await readFile(join(FIXTURES, 'pytorch/state_dict.pt'));
  const weights = await readFile(join(FIXTURES, 'sgd.safetensors'));
  const refusals = [
    ['cut.pt', good.subarray(0, 100_000), /not imported/],
    ['cut.safetensors', weights.subarray(0, 90_000), /not a complete safetensors/],
    ['gradients.txt', Buffer.from('no model at all'), /neither a safetensors/],
    ['evil.pt', await readFile(join(FIXTURES, 'pytorch/evil.pt')), /does not belong in a state dict/],
    ['list.pt', await readFile(join(FIXTURES, 'pytorch/list.pt')), /not a state dict/],
    ['float64.pt', await readFile(join(FIXTURES, 'pytorch/float64.pt')), /float64/],
    ['nan.safetensors', withNaN(weights), /not finite/],
    ['missing.safetensors', renamed(weights, 'fc3.bias', 'fc4.bias'), /fc3\.bias is missing/],
  ];
  for (const [name, bytes, reason] of refusals) {
    await atelier.importFile({ name, bytes });
    await atelier.waitForError(reason);
    assert.match(await atelier.errorText(), new RegExp(name.replace('.', '\\.')));
    for (const dismiss of await atelier.page.getByText('Dismiss').all()) await dismiss.click();
  }
  const folder = await mkdtemp(join(tmpdir(), 'atelier-'));
  t.after(() => rm(folder, { recursive: true }));
  const huge = await open(join(folder, 'huge.pt'), 'w');
  await huge.truncate(2 ** 31 + 5);
  await huge.close();
  await atelier.importFile(join(folder, 'huge.pt'));
  await atelier.waitForError(/huge\.pt was not read: at 2147 MB/);
  assert.deepEqual(await contents(atelier.page), before);
});

async function contents(page) {
  const stores = await Promise.all(STORES.map(async (store) => [store, await everything(page, store)]));
  return Object.fromEntries(stores);
}

function withNaN(bytes) {
  const changed = Buffer.from(bytes);
  changed.writeFloatLE(NaN, changed.length - 4);
  return changed;
}

function renamed(bytes, from, to) {
  return Buffer.from(bytes.toString('latin1').replace(from, to), 'latin1');
}
