// An experiment that the terminal has trained comes into the page, whole and once.
//
// `fixtures/experiment.zip` is what `train sweep experiment.json --archive measurements` leaves of two learning rates and two
// seeds (batches of 512, 20 steps).

import assert from 'node:assert/strict';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { seconds } from './support/patience.mjs';
import { prepareVisit, visit } from './support/visit.mjs';

const ARCHIVE = fileURLToPath(new URL('fixtures/experiment.zip', import.meta.url));

test('an experiment of the terminal is imported with its runs, each once, and nothing is left to train', { timeout: seconds(180) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu');
  const { page } = atelier;
  await atelier.importFile(ARCHIVE);
  const said = (pattern) => atelier.hook('import-state').filter({ hasText: pattern }).waitFor({ timeout: seconds(60) });
  await said(/Imported 4 runs of an experiment;/);
  assert.equal((await atelier.waitForRuns(4)).length, 4);
  await atelier.importFile(ARCHIVE);
  await said(/Imported 0 runs of an experiment \(4 were here already\)/);
  assert.equal(await atelier.hook('run-row').count(), 4, 'none twice');

  await atelier.goTo('experiments');
  const entry = atelier.hook('experiment-entry');
  await entry.waitFor({ timeout: seconds(60) });
  assert.match(await entry.innerText(), /From the terminal/);
  await entry.getByRole('button', { name: 'Show' }).click();
  await page.locator('[data-testid=experiment-status][data-status=done]').waitFor({ timeout: seconds(60) });
  const rows = await atelier.hook('experiment-row').evaluateAll((all) => all.map(({ dataset }) => ({ ...dataset })));
  assert.deepEqual(rows.map(({ settings, seeds, state }) => [settings, seeds, state]), [['lr=0.05', '2', 'done'], ['lr=0.01', '2', 'done']]);
  // As the terminal's table has it.
  assert.ok(Math.abs(Number(rows[0].validLoss) - 2.1378) < 5e-5, rows[0].validLoss);
  assert.match(await atelier.hook('experiment-summary').innerText(), /^Learning rate 0\.05 has the lowest validation loss: 2\.1378/);
});

test('an experiment that the browser does not store is not said to be listed, and its runs are there', { timeout: seconds(120) }, async (t) => {
  const { context, openTab } = await prepareVisit(t);
  await context.addInitScript(() => {
    const { setItem } = Storage.prototype;
    Storage.prototype.setItem = function (key, text) {
      if (key.startsWith('atelier.experiments')) throw new DOMException('full', 'QuotaExceededError');
      setItem.call(this, key, text);
    };
  });
  const atelier = await openTab();
  await atelier.open('engine=cpu');
  await atelier.importFile(ARCHIVE);
  const said = /Imported 4 runs of an experiment\. The browser did not store the experiment itself/;
  await atelier.hook('import-state').filter({ hasText: said }).waitFor({ timeout: seconds(60) });
  assert.equal((await atelier.waitForRuns(4)).length, 4);
});
