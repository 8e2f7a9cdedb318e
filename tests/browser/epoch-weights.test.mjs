// The weights at the end of each epoch, which the library keeps for looking into a network later.

import assert from 'node:assert/strict';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { beginningWith, truncated } from './support/server.mjs';
import { everything } from './support/storage.mjs';
import { prepareVisit, visit } from './support/visit.mjs';

const TWO_EPOCHS = 'engine=cpu&batch=512&epochs=2&lr=0.05&autostart=1';

test('the weights of epochs go with their run', { timeout: seconds(120) }, async (t) => {
  const { atelier } = await visit(t, TWO_EPOCHS);
  await atelier.waitForStatus('done', seconds(60));
  const [run] = await atelier.waitForRuns(1);
  await atelier.waitForRunState(run, 'completed');
  const kept = () => everything(atelier.page, 'epoch_weights').then((all) => Object.keys(all).sort());
  assert.deepEqual(await kept(), [`${run}/000001`, `${run}/000002`]);
  const details = await atelier.openRun(run);
  await (await atelier.menu(details, 'run-delete')).click();
  await atelier.waitForRuns(0);
  assert.equal((await kept()).length, 2, 'a deletion can be undone');
  // It is final half a minute later.
  for (let left = 90; left > 0 && (await kept()).length > 0; left -= 1) await atelier.page.waitForTimeout(500);
  assert.deepEqual(await kept(), []);
});

test('where there is no space for them, checkpoints are kept without them, and are looked into', { timeout: seconds(120) }, async (t) => {
  const { site, openTab } = await prepareVisit(t);
  site.breakFile('worker_loader.js', beginningWith(`{
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (...rest) {
      if (this.name === 'epoch_weights') throw new DOMException('no space', 'QuotaExceededError');
      return put.apply(this, rest);
    };
  }`));
  const atelier = await openTab();
  await atelier.open(TWO_EPOCHS);
  await atelier.waitForStatus('done', seconds(60));
  const [run] = await atelier.waitForRuns(1);
  await atelier.waitForRunState(run, 'completed');
  assert.equal(await atelier.errorText(), '');
  assert.deepEqual(await everything(atelier.page, 'epoch_weights'), {});
  const checkpoints = Object.keys(await everything(atelier.page, 'checkpoints'));
  assert.ok(checkpoints.includes(`model_${run}_last`), checkpoints.join());
  await atelier.goTo('understand');
  await atelier.page.locator('[data-testid=insight][data-busy=false] [data-testid=confusion-matrix]').waitFor({ timeout: seconds(60) });
  assert.match(await atelier.hook('insight-weights').locator('option:checked').innerText(), /^epoch [12]$/);
});

test('a place that is open while a run trains follows its newest epoch', { timeout: seconds(240) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=64&epochs=3&lr=0.01&seed=5&autostart=1');
  await atelier.waitForStatus('training', seconds(60));
  await atelier.goTo('understand');
  const weights = atelier.hook('insight-weights');
  const shown = atelier.page.locator('[data-testid=insight][data-busy=false] [data-testid=confusion-matrix]');
  await shown.waitFor({ timeout: seconds(120) });
  await atelier.waitForStatus('done', seconds(120));
  await weights.locator('option[value="epoch/3"]:checked').waitFor({ state: 'attached', timeout: seconds(30) });
  await shown.waitFor({ timeout: seconds(60) });
  assert.deepEqual(await weights.locator('option').evaluateAll((options) => options.map(({ value }) => value)), ['epoch/3', 'epoch/2', 'epoch/1']);

  // What was picked stays.
  await weights.selectOption('epoch/1');
  await shown.waitFor({ timeout: seconds(60) });
  assert.equal(await weights.inputValue(), 'epoch/1');
});

test('a worker that does not arrive is told in the place, and trying again shows the figures', { timeout: seconds(180) }, async (t) => {
  const { site, openTab } = await prepareVisit(t, { expects: [/insight_worker/, /wasm/i] });
  const atelier = await openTab();
  await atelier.open(TWO_EPOCHS);
  await atelier.waitForStatus('done', seconds(60));
  site.breakFile('insight_worker_bg.wasm', truncated(10_000));
  await atelier.goTo('understand');
  await atelier.hook('insight-complaint').filter({ hasText: 'The worker that looks into the network has stopped' }).waitFor({ timeout: seconds(90) });
  site.heal();
  await atelier.hook('insight-again').click();
  await atelier.page.locator('[data-testid=insight][data-busy=false] [data-testid=confusion-matrix]').waitFor({ timeout: seconds(60) });
  assert.equal(await atelier.hook('insight-complaint').count(), 0);
});
