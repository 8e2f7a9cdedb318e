// What a run came to: a run that learnt nothing says so, and every run suggests what to try next.

import assert from 'node:assert/strict';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { visit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(180) };

// Batches of 64 at this rate are thrown to chance within their first hundred steps, long before rounding could decide
// otherwise. At the form's batch size, 4, a rate of 0.01 does the same, but only after an epoch or more.
const COLLAPSES = 'engine=cpu&batch=64&epochs=1&lr=0.2&seed=1&autostart=1';
const LEARNS = 'engine=cpu&batch=64&epochs=1&lr=0.01&seed=42&autostart=1';
const TOO_SLOW = 'engine=cpu&batch=64&epochs=1&lr=0.00001&seed=1&autostart=1';

test('a run that has stopped learning says why and offers a lower learning rate', PATIENCE, async (t) => {
  const { atelier } = await visit(t, COLLAPSES);
  await atelier.waitForStatus('done');
  const notice = atelier.hook('collapse-notice');
  await notice.waitFor();
  assert.equal(await notice.getAttribute('role'), 'status');
  const said = await notice.innerText();
  assert.match(said, /stopped learning: .*same class \(accuracy 10\.0 %, chance is 10\.0 %\)/);
  assert.match(said, /84 units in fc2 output zero for every image, so no gradient passes/);
  assert.equal(await atelier.hook('outcome').count(), 0);

  const before = await atelier.hook('step').getAttribute('data-value');
  await atelier.hook('collapse-remedy').click();
  assert.equal(await atelier.setting('lr'), '0.02');
  assert.deepEqual([await atelier.setting('batch'), await atelier.setting('seed')], ['64', '1']);
  await atelier.page.waitForFunction(() => document.activeElement?.dataset.testid === 'start');
  assert.equal(await atelier.status(), 'done', 'nothing starts by itself');
  assert.equal(await atelier.hook('step').getAttribute('data-value'), before);
});

test('a run that has learnt says what it came to and suggests two things to try', PATIENCE, async (t) => {
  const { atelier } = await visit(t, LEARNS);
  await atelier.waitForStatus('done');
  const outcome = atelier.hook('outcome');
  await outcome.waitFor();
  const accuracy = await atelier.number('valid-accuracy');
  assert.ok((await outcome.innerText()).includes(`${(accuracy * 100).toFixed(1)} %`));
  assert.equal(await atelier.hook('collapse-notice').count(), 0);
  assert.equal(await outcome.getByRole('button').count(), 2);
  await atelier.hook('suggest-epochs').click();
  assert.equal(await atelier.setting('epochs'), '2');
});

test('a run whose steps are too small is told from one that has collapsed', PATIENCE, async (t) => {
  const { atelier } = await visit(t, TOO_SLOW);
  await atelier.waitForStatus('done');
  await atelier.hook('slow-notice').waitFor();
  assert.equal(await atelier.hook('collapse-notice').count(), 0);
  await atelier.hook('suggest-rate').click();
  assert.equal(await atelier.setting('lr'), '0.0001');
});
