// Start, pause, resume and stop respond at once.
// Runs alone: it asserts how soon Stop is heard.

import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { seconds } from './support/patience.mjs';
import { visit } from './support/visit.mjs';

const AT_ONCE = 500;

test('start, pause, resume and stop answer within half a second', { timeout: seconds(120) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=64&epochs=5&lr=0.01');
  await atelier.waitForStatus('ready');
  const answers = {};
  answers.start = await atelier.timeUntilStatus('start', 'self-test');
  await atelier.waitForNumber('step', 30);

  answers.pause = await atelier.timeUntilStatus('pause', 'paused');
  const held = await atelier.settledStep();
  await sleep(1500);
  assert.equal(await atelier.number('step'), held, 'no step is taken while the run is paused');
  await atelier.waitForCheckpoint(/_last$/);

  answers.resume = await atelier.timeUntilStatus('pause', 'training');
  await atelier.waitForNumber('step', held + 30);

  answers.stop = await atelier.timeUntilStatus('stop', 'stopped');
  const ended = await atelier.settledStep();
  await sleep(1000);
  assert.equal(await atelier.number('step'), ended, 'no step is taken after the run was stopped');
  assert.ok(await atelier.hook('start').isEnabled(), 'another run may start');
  assert.ok(await atelier.hook('pause').isDisabled(), 'there is nothing to pause');

  t.diagnostic(`milliseconds until the answer: ${JSON.stringify(answers)}`);
  for (const [button, milliseconds] of Object.entries(answers)) {
    assert.ok(milliseconds <= AT_ONCE, `${button} was answered after ${milliseconds} ms`);
  }
});
