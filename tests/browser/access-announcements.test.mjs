// What a screen reader announces by itself: the milestones, and no more than one can listen to.
// Runs alone: it asserts how often a run speaks.

import assert from 'node:assert/strict';
import test from 'node:test';
import { heard, listen, waitToHear } from './support/announcements.mjs';
import { seconds } from './support/patience.mjs';
import { visit } from './support/visit.mjs';

/** A run is listened to for so long, and until the end of an epoch has been announced. */
const LISTENS_MS = 11_000;
/** On average, a screen reader may begin to speak this often. */
const QUIET_MS = 5_000;

test('a run announces its milestones, at most one in five seconds while it trains', { timeout: seconds(150) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=512&epochs=100&lr=0.05', { expects: [/boom/] });
  const { page } = atelier;
  const wait = seconds(30);
  await atelier.waitForStatus('ready');
  await listen(page);
  await atelier.start();
  await waitToHear(page, /^training$/, wait);
  await waitToHear(page, /^Epoch 1 has ended: validation loss [\d.]+, accuracy [\d.]+ %$/, wait);

  await t.test('while it trains', { timeout: seconds(60) }, async () => {
    const since = await page.evaluate(() => performance.now());
    const listened = await page.waitForFunction(([since, least]) => {
      const now = performance.now();
      return now > since + least && globalThis.announcements.some(({ at, text }) => at > since && /^Epoch \d+ has ended/.test(text)) && now - since;
    }, [since, LISTENS_MS], { timeout: seconds(45) }).then((spent) => spent.jsonValue());
    const announced = (await heard(page)).filter(({ at }) => at > since && at <= since + listened);
    const said = announced.map(({ at, text }) => `${Math.round(at - since)} ms: ${text}`).join('\n');
    t.diagnostic(said);
    assert.ok(announced.length >= 1, 'epochs that end are announced');
    assert.ok(announced.length <= Math.ceil(listened / QUIET_MS), `too much:\n${said}`);
    const times = announced.map(({ at }) => at);
    assert.ok(times.every((at, index) => index === 0 || at - times[index - 1] > QUIET_MS - 500), `too fast:\n${said}`);
  });

  await t.test('the answer to what the visitor draws', { timeout: seconds(60) }, async () => {
    const before = (await heard(page)).length;
    const answered = (answer) => page.waitForFunction(
      (answer) => document.querySelector('[data-testid=test-label]').textContent === ''
        && !['–', answer].includes(document.querySelector('[data-testid=prediction-top]').textContent),
      answer,
      { timeout: seconds(3), polling: 50 },
    ).catch(() => {});
    // Until one of them is not what the image of before was, too.
    for (const shape of ['shape-trouser', 'shape-bag', 'shape-tshirt']) {
      const answer = await atelier.predictionTop();
      await atelier.hook(shape).click();
      await answered(answer);
    }
    const answers = (await heard(page)).slice(before).filter(({ text }) => /^(T-shirt|Trouser|Pullover|Dress|Coat|Sandal|Shirt|Sneaker|Bag|Ankle)/.test(text));
    assert.ok(answers.length >= 1, 'no answer was announced');
    await page.waitForFunction(() => document.querySelector('[data-testid=prediction-top]').ariaLive === 'off');
  });

  await t.test('its pauses and its end, also in another place', { timeout: seconds(60) }, async () => {
    await atelier.pause();
    await waitToHear(page, /^paused$/, wait);
    await atelier.pause();
    await atelier.waitForStatus(['training', 'validating']);
    await atelier.goTo('runs');
    await atelier.worker().evaluate(() => { setTimeout(() => { throw new Error('boom'); }); });
    await waitToHear(page, /boom/, wait);
    await waitToHear(page, /goes on by itself/, wait);
  });

  await t.test('its outcome', { timeout: seconds(60) }, async () => {
    await atelier.waitForStatus(['training', 'validating']);
    await atelier.stop();
    await atelier.waitForStatus('stopped');
    await atelier.set('epochs', 1);
    await atelier.start();
    await waitToHear(page, /^done$/, wait);
    await waitToHear(page, /of the test images classified correctly/, wait);
  });
});
