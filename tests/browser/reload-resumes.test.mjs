// What is left after a reload, and resuming from there.

import assert from 'node:assert/strict';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { visit } from './support/visit.mjs';

// 469 steps an epoch.
const SETTINGS = 'engine=cpu&batch=128&lr=0.01&momentum=0.9&seed=3';
const STEPS = 2 * 469;

test('a paused run goes on after a reload, and ends as if it had never stopped', { timeout: seconds(300) }, async (t) => {
  const { atelier } = await visit(t, `${SETTINGS}&epochs=2&autostart=1`);
  await atelier.pauseAt(469 + 40, seconds(120));
  const best = await atelier.waitForCheckpoint(/_1$/);
  const last = best.replace(/_1$/, '_last');
  const held = await atelier.settledStep();
  await storedAt(atelier, last, held);
  const firstAccuracy = await atelier.number('valid-accuracy');

  await atelier.open();
  await atelier.waitForStatus('ready');
  await atelier.waitForCheckpoint(/_last$/);
  assert.deepEqual((await atelier.checkpointNames()).sort(), [best, last].sort());
  await atelier.checkpointRow(last).getByTestId('resume').click();
  await atelier.waitForStatus('training');
  assert.ok((await atelier.number('step')) >= held, 'steps count on from where the run was held');
  assert.equal(await atelier.number('epoch'), 2);
  assert.equal(await atelier.number('valid-accuracy'), firstAccuracy, "the first epoch's result is back");
  assert.equal(await atelier.setting('batch'), '128', 'the form shows what is running');
  const drawn = await atelier.hook('loss-chart').locator('.plot path').first().getAttribute('d');
  assert.ok(drawn.length > 1000, 'the curve of the steps before is drawn');
  await atelier.waitForStatus('done', seconds(120));
  assert.equal(await atelier.number('step'), STEPS);
  const resumed = await atelier.endOf(last);

  // The same settings without stopping.
  await atelier.start();
  await atelier.waitForStatus('training');
  await atelier.waitForStatus('done', seconds(120));
  await atelier.waitForStored();
  const [name] = (await atelier.checkpointNames()).filter((name) => /_last$/.test(name) && name !== last);
  const straight = await atelier.endOf(name);
  assert.equal(resumed.losses.length, STEPS);
  assert.deepEqual(resumed, straight, 'every loss and every weight is the same, bit by bit');
});

test('a tab that closes in mid-run leaves the checkpoints of before', { timeout: seconds(180) }, async (t) => {
  const { atelier, openTab } = await visit(t, `${SETTINGS}&epochs=20&autostart=1`);
  const first = await atelier.waitForCheckpoint(/_1$/, seconds(120));
  await atelier.waitForNumber('step', 469 + 20);
  assert.match(await atelier.status(), /^(training|validating)$/);
  await atelier.page.close();

  const again = await openTab();
  await again.open('engine=cpu');
  await again.waitForStatus('ready');
  const last = first.replace(/_1$/, '_last');
  await again.waitForCheckpoint(/_last$/);
  const [best, ...others] = (await again.checkpointNames()).sort();
  // Another epoch may have ended meanwhile.
  assert.match(best, new RegExp(`^${first.replace(/_1$/, '')}_\\d+$`));
  assert.deepEqual(others, [last]);
  await again.checkpointRow(last).getByTestId('resume').click();
  await again.waitForStatus('training');
  const step = await again.number('step');
  assert.ok(step >= 469, `the run goes on after the first epoch, at step ${step}`);
  await again.stop();
  await again.waitForStatus('stopped');
});

async function storedAt(atelier, name, step) {
  const written = step.toLocaleString('en-US');
  await atelier.checkpointRow(name).filter({ hasText: new RegExp(`Step\\s*${written}(?!\\d)`, 'i') }).waitFor();
}
