// Drawing by keyboard, ready-made shapes, and the test image that a run classifies while the pad is empty.

import assert from 'node:assert/strict';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { visit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(60) };

test('a trained network classifies what keys and buttons draw', { timeout: seconds(240) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=512&epochs=1&steps=20&lr=0.05&autostart=1');
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
    await press('Space');
    for (const arrow of ['ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp']) await press(`Shift+${arrow}`, 6);
    await press('Space');
    await atelier.waitForOtherProbabilities({});
    const middle = (await atelier.garment())[14 * 28 + 14];
    assert.ok(middle > 100, 'it is filled');
  });

  await t.test('Delete clears and Control+Z brings back', PATIENCE, async () => {
    const seen = await atelier.garment();
    const shares = await atelier.probabilities();
    await press('Delete');
    await atelier.waitForNoProbabilities();
    await press('Control+z');
    assert.deepEqual(await atelier.waitForOtherProbabilities({}), shares);
    assert.deepEqual(await atelier.garment(), seen);
  });

  await t.test('each ready-made shape is classified and can be undone', PATIENCE, async () => {
    for (const shape of ['shape-tshirt', 'shape-trouser', 'shape-bag']) {
      await clear();
      await atelier.hook(shape).click();
      await atelier.waitForOtherProbabilities({});
      assert.ok(Math.max(...await atelier.garment()) > 100, shape);
    }
    // The bag's handle, then its body.
    await atelier.hook('undo').click();
    await atelier.hook('undo').click();
    await atelier.waitForNoProbabilities();
  });
});

test('a run classifies a test image while the pad is empty', { timeout: seconds(240) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=64&epochs=100&lr=0.01');
  await atelier.waitForStatus('ready');
  assert.equal(await atelier.hook('followed-image').count(), 0);
  assert.deepEqual(await atelier.probabilities(), {});

  await atelier.start();
  const followed = atelier.hook('followed-image');
  await followed.waitFor();
  assert.match(await followed.innerText(), /^Test image \d+, labelled \S/);
  const first = await atelier.waitForOtherProbabilities({});
  await atelier.waitForOtherProbabilities(first);
  assert.ok(Math.max(...await atelier.garment()) > 0);

  await atelier.draw([[0.4, 0.1], [0.36, 0.9]]);
  await followed.waitFor({ state: 'detached' });
  await atelier.hook('clear').click();
  await followed.waitFor();
  await atelier.waitForOtherProbabilities({});

  await atelier.stop();
  await atelier.waitForStatus('stopped');
  await followed.waitFor();
  await atelier.hook('clear').click();
  await followed.waitFor({ state: 'detached' });
  await atelier.waitForNoProbabilities();
});
