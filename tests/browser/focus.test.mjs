// Where the focus goes when what had it is gone, and that it stays away where the visitor wants it away.

import assert from 'node:assert/strict';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { visit } from './support/visit.mjs';

test('the focus is not taken back by a page that changes after the visitor has left it', { timeout: seconds(90) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=64&epochs=500&lr=0.01&autostart=1');
  const { page } = atelier;
  const step = await atelier.waitForNumber('step', 20);
  await atelier.hook('theme-toggle').focus();
  await page.evaluate(() => document.activeElement.blur());
  // Many redraws later.
  await atelier.waitForNumber('step', step + 300);
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'BODY');
});

test('after one of several checkpoints is deleted the focus is at its neighbour', { timeout: seconds(90) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=512&epochs=1&lr=0.05&keep-every=30&autostart=1');
  const { page } = atelier;
  await atelier.waitForStatus('done');
  await atelier.waitForStored();
  const last = await atelier.waitForCheckpoint(/_last$/);
  await atelier.waitForCheckpoint(/_step90$/);
  const names = await atelier.checkpointNames();
  assert.ok(names.length >= 5, `${names}`);
  const gone = names.find((name, at) => at >= 2 && at < names.length - 1 && name !== last);
  const next = names[names.indexOf(gone) + 1];
  const remove = await atelier.menu(atelier.checkpointRow(gone), 'checkpoint-delete');
  await remove.focus();
  await page.keyboard.press('Enter');
  await atelier.checkpointRow(gone).waitFor({ state: 'detached' });
  await page.waitForFunction(
    (next) => document.activeElement.closest('[data-testid=checkpoint-row]')?.dataset.name === next,
    next,
    { timeout: seconds(10) },
  );
});
