// How soon the answer is there after something was drawn, with and without a run that trains.
// Runs alone: it measures times.

import assert from 'node:assert/strict';
import test from 'node:test';
import { median } from './support/median.mjs';
import { seconds } from './support/patience.mjs';
import { visit } from './support/visit.mjs';

const DOTS = 21;

test('the answer is there soon after the pen', { timeout: seconds(300) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=32&epochs=1&lr=0.01&momentum=0.9&seed=42&autostart=1');
  await atelier.waitForStatus('done', seconds(150));
  const idle = median(await answers(atelier));
  await atelier.hook('clear').click();
  await atelier.set('epochs', 100);
  await atelier.start();
  await atelier.waitForStatus('training');
  await atelier.waitForNumber('step', 200);
  const training = median(await answers(atelier));
  assert.match(await atelier.status(), /^(training|validating)$/);
  await atelier.stop();
  console.log(`from a dot on the pad to the answer, median of ${DOTS}: ${idle.toFixed(0)} ms when nothing trains, ${training.toFixed(0)} ms while a run trains`);
  assert.ok(idle < 50, `${idle} ms when nothing trains`);
  assert.ok(training < 150, `${training} ms while a run trains`);
});

/** Milliseconds from putting a dot on the pad, some dots after each other, to the answer about it. */
async function answers(atelier) {
  await atelier.page.evaluate(() => {
    window.drawn = Infinity;
    window.answered = 0;
    document.addEventListener('pointerdown', () => { window.drawn = performance.now(); window.answered = 0; }, true);
    new MutationObserver(() => { window.answered ||= performance.now(); }).observe(
      document.querySelector('.bars'), { subtree: true, attributes: true, attributeFilter: ['data-probability'] });
  });
  const { x, y, width, height } = await atelier.hook('draw-canvas').boundingBox();
  const times = [];
  for (let dot = 0; dot < DOTS; dot += 1) {
    // Not in step with what the run does every quarter of a second or every second.
    await atelier.page.waitForTimeout(310 + 37 * (dot % 5));
    await atelier.page.mouse.click(x + width * (0.1 + 0.8 * (dot / DOTS)), y + height * (0.1 + 0.2 * (dot % 5)));
    await atelier.page.waitForFunction(() => window.answered > 0);
    times.push(await atelier.page.evaluate(() => window.answered - window.drawn));
  }
  return times;
}
