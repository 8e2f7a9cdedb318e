// Controlling a run by keyboard alone.

import assert from 'node:assert/strict';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { visit } from './support/visit.mjs';

test('the space bar starts, holds and continues a run, and the page does not scroll', { timeout: seconds(90) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=64&epochs=100&lr=0.01');
  const { page } = atelier;
  await atelier.waitForStatus('ready');
  const scrolled = () => page.evaluate(() => scrollY);
  const focus = (name) => page.waitForFunction(
    (name) => document.activeElement?.dataset.testid === name,
    name,
    { timeout: seconds(10) },
  );
  await atelier.hook('start').focus();
  const before = await scrolled();
  await page.keyboard.press('Space');
  await atelier.waitForStatus('training');
  await focus('pause');
  await page.keyboard.press('Space');
  await atelier.waitForStatus('paused');
  await page.keyboard.press('Space');
  await atelier.waitForStatus('training');
  assert.equal(await scrolled(), before);

  await atelier.hook('stop').focus();
  await page.keyboard.press('Space');
  await atelier.waitForStatus('stopped');
  await focus('start');
  assert.equal(await scrolled(), before);
});

test('who has gone on to something else keeps the focus when a run begins and ends', { timeout: seconds(90) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=256&epochs=1&steps=20&lr=0.05');
  await atelier.waitForStatus('ready');
  await atelier.hook('theme-toggle').focus();
  // Without moving the focus, as a script or assistive technology may do.
  await atelier.hook('start').evaluate((start) => start.click());
  await atelier.waitForStatus('done');
  assert.equal(await atelier.page.evaluate(() => document.activeElement.dataset.testid), 'theme-toggle');
});
