// Two tabs with one library.

import assert from 'node:assert/strict';
import test from 'node:test';
import { resumeAtOnce } from './support/at-once.mjs';
import { seconds } from './support/patience.mjs';
import { everything } from './support/storage.mjs';
import { visit } from './support/visit.mjs';

const ENDLESS = 'engine=cpu&batch=64&epochs=100&lr=0.01&autostart=1';

test('the second tab sees the run of the first live, and cannot take it away', { timeout: seconds(120) }, async (t) => {
  const { atelier: first, openTab } = await visit(t, ENDLESS);
  const second = await openTab();
  await second.open('engine=cpu');
  const [run] = await second.waitForRuns(1);
  await second.waitForRunState(run, 'training');
  const row = second.runRow(run);
  await row.getByTestId('run-state').filter({ hasText: 'in another tab' }).waitFor();
  const steps = async () => Number((await row.getByTestId('run-details').innerText()).match(/Steps\s+([\d,]+)/i)[1].replace(',', ''));
  const before = await steps();
  await second.page.waitForFunction(
    ([run, before]) => {
      const text = document.querySelector(`[data-run="${run}"] [data-testid=run-details]`).innerText;
      return Number(text.match(/Steps\s+([\d,]+)/i)[1].replace(',', '')) > before + 50;
    },
    [run, before],
    { timeout: seconds(30), polling: 100 },
  );
  assert.ok(await row.getByTestId('run-delete').isDisabled());
  assert.equal(await second.hook('resume').count(), 0);

  // A name is given in one tab while the other keeps writing.
  await row.getByTestId('run-title-input').fill('Watched');
  await row.getByTestId('run-title-input').blur();
  await first.goTo('runs');
  await first.runRow(run).getByTestId('run-name').filter({ hasText: 'Watched' }).waitFor();
  await first.waitForNumber('step', (await first.number('step')) + 200);
  assert.equal((await everything(first.page, 'labels'))[run].title, 'Watched');

  // The tab that trains closes without notice.
  await second.waitForCheckpoint(/_last$/);
  await first.page.close();
  await second.waitForRunState(run, 'interrupted', seconds(20));
  await second.hook('resume').click();
  await second.waitForStatus('training');
  await second.waitForRunState(run, 'training');
  await second.stop();
  await second.waitForStatus('stopped');
  await second.waitForRunState(run, 'stopped');
});

test('two tabs that want to go on with one run do so one after the other', { timeout: seconds(120) }, async (t) => {
  const { atelier: first, openTab } = await visit(t, 'engine=cpu&batch=64&epochs=100&lr=0.01&autostart=1');
  await first.waitForNumber('step', 50);
  await first.stop();
  await first.waitForStatus('stopped');
  const second = await openTab();
  await second.open('engine=cpu');
  await Promise.all([first.waitForStatus('stopped'), second.waitForStatus('ready')]);
  const [run] = await first.runNames();
  await Promise.all([first, second].map((tab) => tab.hook('resume').waitFor()));
  const [one, other] = await resumeAtOnce([first, second]);
  assert.deepEqual([one, other].sort(), ['refused', 'training']);
  const [winner, loser] = one === 'training' ? [first, second] : [second, first];
  assert.match(await loser.status(), /^(ready|stopped)$/, 'a refusal is no error of this tab');
  // As long as it has not heard of the other tab's run, the button that it shows is that of before.
  await loser.waitForRunState(run, 'training');
  const step = await winner.waitForNumber('step', 300);
  await winner.stop();
  await winner.waitForStatus('stopped');
  await loser.waitForRunState(run, 'stopped');
  await loser.hook('resume').click();
  await loser.waitForStatus('training');
  assert.ok((await loser.number('step')) >= step, 'it goes on from where the other tab left the run');
  await loser.stop();
  await loser.waitForStatus('stopped');
});

test('both tabs train at once, and no write of one is lost to the other', { timeout: seconds(180) }, async (t) => {
  const { atelier: first, openTab } = await visit(t, 'engine=cpu&batch=256&epochs=1&lr=0.05&seed=1&keep-every=50');
  const second = await openTab();
  await second.open('engine=cpu&batch=256&epochs=1&lr=0.05&seed=2&keep-every=50');
  await Promise.all([first.waitForStatus('ready'), second.waitForStatus('ready')]);
  await Promise.all([first.start(), second.start()]);
  await Promise.all([first.waitForStatus('done', seconds(120)), second.waitForStatus('done', seconds(120))]);
  const names = await first.waitForRuns(2);
  assert.deepEqual(await second.waitForRuns(2), names);
  for (const name of names) await first.waitForRunState(name, 'completed');
  const [runs, checkpoints] = [await everything(first.page, 'runs'), await everything(first.page, 'checkpoints')];
  assert.deepEqual(names.map((name) => runs[name].config.seed).sort(), ['1', '2']);
  for (const name of names) {
    assert.equal(runs[name].steps, 235);
    const own = Object.keys(checkpoints).filter((checkpoint) => checkpoint.includes(name));
    assert.equal(own.length, 2 + 4, `last, best and four kept of ${name}: ${own}`);
  }
});
