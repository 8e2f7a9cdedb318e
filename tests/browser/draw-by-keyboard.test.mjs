// Drawing by keyboard, and ready-made shapes.

import assert from 'node:assert/strict';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { visit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(60) };

test('a trained network classifies what keys and buttons draw', { timeout: seconds(240) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=64&epochs=1&lr=0.01&autostart=1');
  const { keyboard } = atelier.page;
  await atelier.waitForStatus('done', seconds(120));
  const pad = atelier.hook('draw-canvas');
  const clear = async () => {
    await atelier.hook('clear').click();
    await atelier.waitForNoProbabilities();
  };
  const press = async (key, times = 1) => {
    for (let time = 0; time < times; time += 1) await keyboard.press(key);
  };
  // The run's test image stays until it is cleared.
  await atelier.hook('followed-image').waitFor();
  await clear();
  assert.equal(await atelier.hook('followed-image').count(), 0);

  await t.test('a square drawn by keys is filled and classified', PATIENCE, async () => {
    await pad.focus();
    await press('Shift+ArrowLeft', 3);
    await press('Shift+ArrowUp', 3);
    assert.deepEqual(await atelier.probabilities(), {}, 'a lifted pen draws nothing');
    const pen = atelier.page.getByRole('status').filter({ hasText: 'Pen' });
    await press('Space');
    await pen.filter({ hasText: 'Pen down, 29% from the left, 29% from the top' }).waitFor();
    for (const arrow of ['ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp']) await press(`Shift+${arrow}`, 6);
    await press('Space');
    await pen.filter({ hasText: 'Pen up, 29% from the left, 29% from the top' }).waitFor();
    await atelier.waitForOtherProbabilities({});
    // The last stroke closes the square, which fills it, and there was an answer before that.
    await atelier.page.waitForFunction(() => {
      const { data } = document.querySelector('[data-testid=garment-preview]').getContext('2d').getImageData(14, 14, 1, 1);
      return data[0] > 100;
    });
  });

  await t.test('Delete clears and Control+Z brings back', PATIENCE, async () => {
    const seen = await atelier.garment();
    await press('Delete');
    await atelier.waitForNoProbabilities();
    await press('Control+z');
    await atelier.waitForOtherProbabilities({});
    assert.deepEqual(await atelier.garment(), seen);
  });

  await t.test('each ready-made shape is classified and undone like a stroke', PATIENCE, async () => {
    await clear();
    for (const shape of ['shape-tshirt', 'shape-trouser', 'shape-bag']) {
      await atelier.hook(shape).click();
      await atelier.waitForOtherProbabilities({});
      assert.ok(Math.max(...await atelier.garment()) > 100, shape);
      await atelier.hook('undo').click();
      await atelier.waitForNoProbabilities();
    }
  });
});
