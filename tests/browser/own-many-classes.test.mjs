// As many classes as there may be: what the network learned is drawn without holding up the page.
// Runs alone: it measures tasks.

import assert from 'node:assert/strict';
import test from 'node:test';
import { recordLongTasks } from './support/long-tasks.mjs';
import { add, matrixOf, pictures } from './support/own-set.mjs';
import { seconds } from './support/patience.mjs';
import { saveShot } from './support/shots.mjs';
import { prepareVisit } from './support/visit.mjs';

const sum = (numbers) => numbers.reduce((sum, number) => sum + number, 0);

test('the matrix of 64 classes is drawn and read without a long task', { timeout: seconds(300) }, async (t) => {
  const { openTab } = await prepareVisit(t);
  const atelier = await openTab();
  await recordLongTasks(atelier.page);
  await atelier.open('engine=cpu&batch=16&epochs=1&lr=0.01&seed=3');
  const shapes = pictures();
  const many = Array.from({ length: 64 }, (_, label) => [0, 1, 2, 3, 4].map((number) => (
    { name: `many/class ${label}/${number}.png`, bytes: shapes[(label * 5 + number) % shapes.length].bytes }))).flat();
  await add(atelier, many);
  await atelier.start();
  await atelier.waitForStatus('done', seconds(120));
  await atelier.page.evaluate(() => { globalThis.longTasks.length = 0; });
  await atelier.goTo('understand');
  const cells = await matrixOf(atelier, 64);
  assert.equal(new Set(cells.map((cell) => cell.true)).size, 64);
  await atelier.page.locator('[data-testid=confusion-cell]').last().click();
  await atelier.hook('gallery-close').click();
  // The focus is not below the names, which stay in view.
  for (const key of ['ArrowUp', 'ArrowLeft', 'Control+Home']) {
    await atelier.page.keyboard.press(key);
    assert.ok(await atelier.page.evaluate(() => {
      const { left, top, width, height } = document.activeElement.getBoundingClientRect();
      return document.elementFromPoint(left + width / 2, top + height / 2) === document.activeElement;
    }), `${key}: the cell with the focus is covered`);
  }
  const tasks = await atelier.page.evaluate(() => globalThis.longTasks.map(({ ms }) => ms));
  t.diagnostic(`long tasks, in ms: ${tasks}`);
  // Opening any place may take a long task on a slow machine; drawing each row took one, of up to 300 ms.
  assert.ok(sum(tasks) < 500, `${tasks}`);
  await saveShot(t, atelier.page, 'own-insight-64.png');
});
