// Checkpoints of a run: intervals, names, checksums, branches.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { damage, everything, pauseStored } from './support/storage.mjs';
import { visit } from './support/visit.mjs';

// 235 steps an epoch.
const SETTINGS = 'engine=cpu&batch=256&epochs=2&lr=0.05&seed=4&flip=1';

test('further checkpoints are kept at a rhythm, and one with a name does not give way', { timeout: seconds(120) }, async (t) => {
  const { atelier } = await visit(t, `${SETTINGS}&keep-every=60&keep=2&autostart=1`);
  const kept = await atelier.waitForCheckpoint(/_step60$/, seconds(60));
  await atelier.checkpointRow(kept).getByTestId('checkpoint-rename').click();
  await atelier.hook('checkpoint-label').fill('before it learned');
  await atelier.hook('checkpoint-label').press('Enter');
  await atelier.checkpointRow(kept).filter({ hasText: 'before it learned' }).waitFor();
  await atelier.waitForStatus('done', seconds(90));
  await atelier.waitForStored();
  const names = (await atelier.checkpointNames()).map((name) => name.replace(/model_\d{8}_\d{6}_/, ''));
  assert.deepEqual(names.filter((name) => /step/.test(name)).sort(), ['step360', 'step420', 'step60']);
  assert.equal(names.filter((name) => name === 'last').length, 1);
  assert.equal(names.filter((name) => /^[12]$/.test(name)).length, 1, 'one best');

  const row = atelier.checkpointRow(kept);
  const file = await atelier.download(kept, 'full');
  const sha256 = createHash('sha256').update(file.bytes).digest('hex');
  await row.getByText(sha256.slice(0, 12)).waitFor();
  assert.equal(file.tensors['history.losses'].values.length, 60);
  const run = kept.match(/\d{8}_\d{6}/)[0];
  await atelier.openRun(run);
  const { bytes } = await atelier.downloadBy(await atelier.menu(atelier.runRow(run), 'run-checkpoints'));
  assert.equal(bytes.subarray(0, 2).toString(), 'PK', 'all of them in an archive');
  assert.ok(bytes.length > 5 * 350_000);
});

test('a named best stays when a better one comes, though its step was also kept at the rhythm', { timeout: seconds(120) }, async (t) => {
  const { atelier } = await visit(t, `${SETTINGS}&keep-every=235&keep=2&autostart=1`);
  // Once the first of two epochs has ended.
  await atelier.pauseAt(236);
  const best = await atelier.waitForCheckpoint(/_1$/);
  await giveName(atelier, best, 'good enough');
  const { sha256 } = (await everything(atelier.page, 'checkpoints'))[best];
  await atelier.pause();
  await atelier.waitForStatus('done', seconds(90));
  await atelier.waitForStored();
  const better = await atelier.waitForCheckpoint(/_2$/);
  const stored = await everything(atelier.page, 'checkpoints');
  const named = Object.values(stored).filter(({ label }) => label === 'good enough');
  assert.deepEqual(named.map(({ name }) => name), [better.replace(/_2$/, '_step235')]);
  assert.equal(named[0].sha256, sha256, 'the state that was named, with its validation');
  assert.ok((await atelier.download(named[0].name, 'full')).bytes.length > 0, 'its file is there');
});

test('a named newest state that was deleted stays away, and comes back by undo alone', { timeout: seconds(120) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=64&epochs=9&lr=0.01&autostart=1');
  await atelier.waitForNumber('step', 30);
  await atelier.pause();
  await atelier.waitForStatus('paused');
  const last = await atelier.waitForCheckpoint(/_last$/);
  await pauseStored(atelier.page, last.match(/\d{8}_\d{6}/)[0]);
  await giveName(atelier, last, 'not this one');
  // The page may still show an earlier step.
  const { step } = (await everything(atelier.page, 'checkpoints'))[last];
  await (await atelier.menu(atelier.checkpointRow(last), 'checkpoint-delete')).click();
  await atelier.checkpointRow(last).waitFor({ state: 'detached' });
  await atelier.pause();
  await atelier.waitForNumber('step', step + 50);
  await atelier.pause();
  await atelier.waitForStatus('paused');
  await atelier.waitForCheckpoint(/_last$/);
  assert.deepEqual(await atelier.checkpointNames(), [last], 'only the new newest state');
  await atelier.hook('undo-deletion').click();
  const back = await atelier.waitForCheckpoint(/_step\d+$/);
  await atelier.checkpointRow(back).filter({ hasText: 'not this one' }).waitFor();
  assert.equal(back, `${last.replace('_last', '')}_step${step}`);
});

test('the newest state stays when the person has named it', { timeout: seconds(90) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=64&epochs=9&lr=0.01&autostart=1');
  await atelier.waitForNumber('step', 30);
  await atelier.pause();
  await atelier.waitForStatus('paused');
  const last = await atelier.waitForCheckpoint(/_last$/);
  await pauseStored(atelier.page, last.match(/\d{8}_\d{6}/)[0]);
  await atelier.checkpointRow(last).getByTestId('checkpoint-rename').click();
  await atelier.page.keyboard.type('before the storm');
  await atelier.page.keyboard.press('Enter');
  await atelier.checkpointRow(last).filter({ hasText: 'before the storm' }).waitFor();
  const { step } = (await everything(atelier.page, 'checkpoints'))[last];
  await atelier.pause();
  await atelier.waitForNumber('step', step + 50);
  await atelier.stop();
  await atelier.waitForStatus('stopped');
  const named = await atelier.waitForCheckpoint(/_step\d+$/);
  await atelier.checkpointRow(named).filter({ hasText: 'before the storm' }).waitFor();
  const { tensors } = await atelier.download(named, 'full');
  assert.equal(named, `${last.replace('_last', '')}_step${tensors['history.losses'].values.length}`);
  assert.doesNotMatch(await atelier.checkpointRow(last).innerText(), /storm/);
});

test('a branch from an earlier checkpoint ends with the same bits as its run', { timeout: seconds(180) }, async (t) => {
  const { atelier } = await visit(t, `${SETTINGS}&keep-every=100&autostart=1`);
  await atelier.waitForStatus('done', seconds(120));
  const last = await atelier.waitForCheckpoint(/_last$/);
  const run = last.match(/\d{8}_\d{6}/)[0];
  await atelier.waitForRunState(run, 'completed');
  assert.equal(await atelier.hook('resume').count(), 0, 'a run that is over has nothing to go on with');
  const straight = await atelier.endOf(last);
  await atelier.checkpointRow(`model_${run}_step300`).getByTestId('branch').click();
  // From here on, `done` is the branch's status, however fast it is.
  const [branch, parent] = await atelier.waitForRuns(2);
  assert.ok((await atelier.number('step')) >= 300);
  await atelier.waitForStatus('done', seconds(120));
  assert.equal(parent, run, 'the run it came from is still there');
  await atelier.waitForRunState(branch, 'completed');
  const details = await atelier.openRun(branch);
  // Both have the same settings, so the name of the run that it continues has its start beside it.
  assert.match(await details.innerText(), /Continues from step 300 of “lr 0\.05, batch 256, epochs 2, flip, \+2 \(.+\)”/);
  assert.deepEqual(await atelier.endOf(`model_${branch}_last`), straight);
});

test('a damaged checkpoint is refused, and the others are as they were', { timeout: seconds(90) }, async (t) => {
  const { atelier } = await visit(t, `${SETTINGS}&keep-every=20&autostart=1&steps=60`);
  await atelier.waitForStatus('done', seconds(60));
  await atelier.waitForStored();
  const name = await atelier.waitForCheckpoint(/_step20$/);
  await damage(atelier.page, name);
  const before = await everything(atelier.page, 'checkpoints');
  await atelier.checkpointRow(name).getByTestId('checkpoint-load').click();
  await atelier.waitForError(/damaged/);
  await atelier.checkpointRow(name).getByTestId('branch').click();
  await atelier.waitForError(/damaged/);
  assert.deepEqual(await everything(atelier.page, 'checkpoints'), before);
  const other = name.replace('step20', 'step40');
  await atelier.checkpointRow(other).getByTestId('checkpoint-load').click();
  await atelier.checkpointRow(other).filter({ hasText: 'In use' }).waitFor();
});

/** Gives a checkpoint a name. */
async function giveName(atelier, checkpoint, label) {
  await atelier.checkpointRow(checkpoint).getByTestId('checkpoint-rename').click();
  await atelier.hook('checkpoint-label').fill(label);
  await atelier.hook('checkpoint-label').press('Enter');
  await atelier.checkpointRow(checkpoint).filter({ hasText: label }).waitFor();
}
