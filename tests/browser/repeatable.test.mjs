// The same link gives the same bits on the CPU engine, stopped or not.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { visit } from './support/visit.mjs';

const LINK = 'engine=cpu&batch=32&steps=400&optimizer=adamw&schedule=one-cycle&warm-up=20&clip=1'
  + '&shift=1&flip=1&erase=0.25&seed=5&epochs=1';

test('a run gives the same weights in two browsers, and in a third that stops and resumes', { timeout: seconds(240) }, async (t) => {
  const first = await weightsOf(t, async () => {});
  const second = await weightsOf(t, async () => {});
  assert.equal(second, first);
  const third = await weightsOf(t, async (atelier) => {
    const stopped = await stopAndReload(atelier);
    t.diagnostic(`stopped after step ${stopped}`);
  });
  assert.equal(third, first);
});

/** The SHA-256 of a run's last weights. */
async function weightsOf(t, disturb) {
  const { atelier, browser } = await visit(t, `${LINK}&autostart=1`, { ownBrowser: true });
  await atelier.waitForNumber('step', 20);
  await disturb(atelier);
  await atelier.waitForStatus('done');
  assert.equal(await atelier.number('step'), 400);
  await atelier.waitForStored();
  const name = await atelier.waitForCheckpoint(/_last$/);
  const { bytes } = await atelier.download(name, 'weights');
  await browser.close();
  return createHash('sha256').update(bytes).digest('hex');
}

async function stopAndReload(atelier) {
  await atelier.stop();
  await atelier.waitForStatus('stopped');
  const name = await atelier.waitForCheckpoint(/_last$/);
  const stopped = await atelier.number('step');
  assert.ok(stopped < 400, 'stopped on the way');
  await atelier.open('engine=cpu');
  await atelier.waitForStatus('ready');
  await atelier.checkpointRow(name).getByTestId('resume').click();
  return stopped;
}
