// Checkpoints as files, and the list of checkpoints.

import assert from 'node:assert/strict';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { STATE_DICT } from './support/safetensors.mjs';
import { visit } from './support/visit.mjs';

test('the weights are a file for PyTorch, the full file holds the run', { timeout: seconds(90) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=64&epochs=2&lr=0.01&seed=11&autostart=1');
  const name = await storedRun(atelier);

  const weights = await atelier.download(name, 'weights');
  assert.equal(weights.fileName, `${name}.safetensors`);
  assert.deepEqual(shapes(weights), STATE_DICT);
  assert.ok(Object.values(weights.tensors).every(({ dtype }) => dtype === 'F32'));
  assert.equal(weights.dataBytes, 4 * 44_426);
  assert.ok(Object.values(weights.tensors).every(({ values }) => values.every(Number.isFinite) && values.some(Boolean)));

  const full = await atelier.download(name, 'full');
  assert.notEqual(full.fileName, weights.fileName);
  for (const key of Object.keys(STATE_DICT)) assert.deepEqual(full.tensors[key], weights.tensors[key], key);
  const optimizer = Object.keys(full.tensors).filter((key) => key.startsWith('optimizer.'));
  assert.equal(optimizer.length, 10, `SGD's momentum for each parameter: ${optimizer}`);
  const losses = full.tensors['history.losses'].values;
  assert.ok(losses.length >= 20 && losses.every((loss) => loss > 0 && loss < 10));
  const { config } = JSON.parse(full.metadata.atelier);
  assert.deepEqual(
    [config.batch, config.epochs, config.lr, config.momentum, config.seed],
    ['64', '2', '0.01', '0.9', '11'],
  );
});

test('a stored checkpoint can be used for classifying, and deleted', { timeout: seconds(90) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=64&epochs=2&lr=0.01&autostart=1');
  const name = await storedRun(atelier);
  await atelier.open('engine=cpu');
  await atelier.waitForStatus('ready');
  await atelier.checkpointRow(name).getByTestId('checkpoint-load').click();
  await atelier.hook('test-image').click();
  await atelier.waitForOtherProbabilities({});
  await atelier.page.getByText(/, by latest \(lr 0\.01/).waitFor();

  const remove = async () => (await atelier.menu(atelier.checkpointRow(name), 'checkpoint-delete')).click();
  await remove();
  await atelier.checkpointRow(name).waitFor({ state: 'detached' });
  await atelier.hook('undo-deletion').click();
  await atelier.checkpointRow(name).waitFor();
  await remove();
  await atelier.checkpointRow(name).waitFor({ state: 'detached' });
  await atelier.page.reload();
  const [run] = await atelier.waitForRuns(1);
  await atelier.openRun(run);
  assert.deepEqual(await atelier.checkpointNames(), []);
});

async function storedRun(atelier) {
  await atelier.waitForNumber('step', 20);
  await atelier.stop();
  await atelier.waitForStatus('stopped');
  await atelier.waitForStored();
  return atelier.waitForCheckpoint(/_last$/);
}

function shapes({ tensors }) {
  return Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, shape]));
}
