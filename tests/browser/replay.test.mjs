// A finished run is replayed at a chosen pace, and stays as it is.

import assert from 'node:assert/strict';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { visit } from './support/visit.mjs';

test('a finished run is replayed step by step, can be moved through, and comes back as it was', { timeout: seconds(150) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=64&epochs=1&lr=0.01');
  await atelier.waitForStatus('ready');
  assert.equal(await atelier.hook('replay').count(), 0, 'there is nothing to replay');
  await atelier.start();
  await atelier.waitForStatus('training');
  assert.equal(await atelier.hook('replay').count(), 0, 'a run in progress is not replayed');
  await atelier.waitForStatus('done');
  const numbers = () => Promise.all(['step', 'train-loss', 'valid-accuracy'].map((name) => atelier.number(name)));
  const ended = await numbers();

  await atelier.hook('replay').click();
  await atelier.hook('replay-pace').selectOption('15');
  const first = await atelier.waitForNumber('step', 1);
  assert.ok(first < 938 / 2, `it begins at the beginning, not at step ${first}`);
  assert.equal(await atelier.number('valid-accuracy'), undefined, 'the epoch has not ended yet');
  await atelier.waitForNumber('step', first + 30);
  await atelier.hook('replay-pause').click();
  const held = await atelier.number('step');
  const loss = await atelier.number('train-loss');
  await atelier.page.waitForTimeout(700);
  assert.equal(await atelier.number('step'), held, 'paused');

  const position = atelier.hook('replay-position');
  await position.fill('938');
  await atelier.waitForNumber('valid-accuracy', 0);
  assert.deepEqual(await numbers(), ended, 'at its last step it has the numbers of the run');
  await position.fill(String(held));
  await atelier.page.waitForFunction((held) => document.querySelector('[data-testid=step]').dataset.value === held, String(held));
  assert.equal(await atelier.number('train-loss'), loss, 'the way back leads through the same numbers');

  await atelier.hook('replay-stop').click();
  await atelier.hook('replay').waitFor();
  assert.deepEqual(await numbers(), ended);
  await atelier.start();
  await atelier.waitForNumber('step', 1);
  assert.equal(await atelier.hook('replay-position').count(), 0);
  await atelier.stop();
});
