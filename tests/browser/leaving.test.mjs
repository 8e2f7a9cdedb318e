// Closing the tab: the browser asks while something would be lost, and only then.

import assert from 'node:assert/strict';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { visit } from './support/visit.mjs';

test('closing the tab asks while a run has steps that are not stored, and no longer once they are', { timeout: seconds(90) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=64&epochs=500&lr=0.01');
  const { page } = atelier;
  await atelier.waitForStatus('ready');
  // Browsers ask only those who have used the page.
  await atelier.start();
  const step = await atelier.waitForNumber('step', 50);
  const [dialog] = await Promise.all([
    page.waitForEvent('dialog'),
    page.close({ runBeforeUnload: true }),
  ]);
  assert.equal(dialog.type(), 'beforeunload');
  await dialog.dismiss();
  await atelier.waitForNumber('step', step + 50);

  await atelier.pause();
  await atelier.waitForStatus('paused');
  await atelier.waitForCheckpoint(/_last$/);
  await page.waitForFunction(() => {
    const reached = Number(document.querySelector('[data-testid=step]').dataset.value);
    const stored = document.querySelector('[data-testid=checkpoint-row][data-name$=_last]');
    return stored.innerText.includes(reached.toLocaleString('en'));
  });
  assert.deepEqual(await atelier.leave(), []);
});
