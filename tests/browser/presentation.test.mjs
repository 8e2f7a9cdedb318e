// The presentation mode, on a projector.

import assert from 'node:assert/strict';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { saveShot } from './support/shots.mjs';
import { visit } from './support/visit.mjs';

const PROJECTOR = { width: 1024, height: 768 };

test('presenting shows the run, its curve, the pad and the answer at once, in large type', { timeout: seconds(120) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=64&epochs=1&lr=0.01&autostart=1', { viewport: PROJECTOR });
  const { page } = atelier;
  await atelier.waitForStatus('done');
  const labels = () => page.locator('[data-testid=loss-chart] .tick').first()
    .evaluate((label) => label.getBoundingClientRect().height);
  const usual = await labels();
  await atelier.hook('test-image').click();
  await atelier.waitForOtherProbabilities({});

  await atelier.hook('present').click();
  await page.evaluate(() => scrollTo(0, 0));
  await page.waitForFunction((usual) =>
    document.querySelector('[data-testid=loss-chart] .tick').getBoundingClientRect().height > 1.05 * usual, usual);
  assert.ok(await atelier.hook('lr-input').isHidden(), 'the form is hidden');
  for (const language of ['en', 'zh']) {
    await atelier.hook('language-select').selectOption(language);
    for (const name of ['start', 'train-loss', 'loss-chart', 'draw-canvas', 'prediction-top']) {
      const { x, y, width, height } = await atelier.hook(name).boundingBox();
      const inView = x >= 0 && y >= 0 && x + width <= PROJECTOR.width && y + height <= PROJECTOR.height;
      assert.ok(inView, `${name} is in view in ${language}: ${JSON.stringify({ x, y, width, height })}`);
    }
    const bars = await atelier.hook('prediction-bar').last().boundingBox();
    assert.ok(bars.y + bars.height <= PROJECTOR.height, `all ten bars are in view in ${language}`);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), PROJECTOR.width);
    await saveShot(t, page, `presentation-${language}.png`);
  }

  await page.reload();
  await atelier.waitForStatus('done');
  // What is not drawn yet is hidden, too.
  await atelier.hook('lr-input').waitFor({ state: 'attached' });
  assert.ok(await atelier.hook('lr-input').isHidden(), 'a reload presents again');
  await atelier.hook('present').click();
  await atelier.hook('lr-input').waitFor();
  assert.equal((await atelier.query()).present, undefined);
});

test('a link can present, and a narrow screen does not offer it', { timeout: seconds(90) }, async (t) => {
  const { atelier } = await visit(t, 'present=1', { viewport: PROJECTOR });
  await atelier.hook('present').and(atelier.page.locator('[aria-pressed=true]')).waitFor();
  assert.equal(await atelier.errorText(), '');
  await atelier.hook('present').click();
  await atelier.page.setViewportSize({ width: 640, height: 800 });
  await atelier.hook('present').waitFor({ state: 'hidden' });
});
