// Ten tabs over one library: what one changes all see, and nothing is damaged whoever closes when (long form:
// ATELIER_LONG=1).
// Runs alone: ten tabs need the whole machine.

import assert from 'node:assert/strict';
import test from 'node:test';
import { checkLibrary } from './support/library-check.mjs';
import { NOT_LONG } from './support/long.mjs';
import { seconds } from './support/patience.mjs';
import { everything } from './support/storage.mjs';
import { prepareVisit } from './support/visit.mjs';

const TABS = 10;
const QUERY = 'engine=cpu&batch=64&epochs=100&lr=0.01&keep-every=200&keep=3';

test(`${TABS} tabs over one library see each other's changes and damage nothing`, { skip: NOT_LONG, timeout: seconds(900) }, async (t) => {
  const { site, openTab } = await prepareVisit(t);
  const tabs = [];
  for (let at = 0; at < TABS; at += 1) {
    const tab = await openTab();
    await tab.open(`${QUERY}&seed=${at}`);
    await tab.waitForStatus('ready');
    tabs.push(tab);
  }
  const inAll = (look) => Promise.all(tabs.map(look));
  const running = new Map();

  // One trains, and all others show it.
  await tabs[0].start();
  await tabs[0].waitForNumber('step', 1);
  const [first] = await tabs[0].waitForRuns(1);
  running.set(first, tabs[0]);
  await inAll(async (tab) => {
    await tab.waitForRunState(first, 'training');
    const state = tab === tabs[0] ? /training/i : /another tab/;
    await tab.runRow(first).getByTestId('run-state').filter({ hasText: state }).waitFor();
  });

  // Two start at the same moment: two runs.
  const moment = Date.now() + 1500;
  await Promise.all([tabs[1], tabs[2]].map(async (tab) => {
    await tab.goTo('train');
    await tab.page.evaluate((moment) => new Promise((resolve) => {
      setTimeout(() => {
        document.querySelector('[data-testid=start]').click();
        resolve();
      }, moment - Date.now());
    }), moment);
  }));
  const names = (await inAll((tab) => tab.waitForRuns(3))).map((all) => all.join());
  assert.deepEqual(names, Array(TABS).fill(names[0]), 'all list the same');
  const [second, third] = names[0].split(',').filter((name) => name !== first);
  await Promise.all([tabs[1], tabs[2]].map(async (tab) => {
    await tab.goTo('train');
    await tab.waitForStatus(['training', 'validating']);
    await tab.waitForNumber('step', 1);
  }));
  const records = await everything(tabs[3].page, 'runs');
  for (const run of [second, third]) running.set(run, tabs[Number(records[run].config.seed)]);
  assert.equal(running.size, 3);

  // A name and a note given in one are seen in all.
  await tabs[4].openRun(first);
  await tabs[4].runRow(first).getByTestId('run-title-input').fill('Seen by all');
  await tabs[4].runRow(first).getByTestId('run-title-input').blur();
  await inAll(async (tab) => {
    await tab.goTo('runs');
    await tab.runRow(first).getByTestId('run-name').filter({ hasText: 'Seen by all' }).waitFor();
  });

  // A run that has been stopped is deleted in one, restored in it, deleted in another: in all.
  const [gone, itsTab] = [...running].find(([, tab]) => tab === tabs[1]);
  await itsTab.stop();
  await itsTab.waitForStatus('stopped');
  running.delete(gone);
  await inAll((tab) => tab.waitForRunState(gone, 'stopped'));
  const remove = async (tab) => {
    const details = await tab.openRun(gone);
    await (await tab.menu(details, 'run-delete')).click();
  };
  await remove(tabs[5]);
  await inAll((tab) => tab.waitForRuns(2));
  await tabs[5].hook('undo-deletion').click();
  await inAll((tab) => tab.waitForRuns(3));
  await remove(tabs[6]);
  await inAll((tab) => tab.waitForRuns(2));

  // Tabs close in any order (always the same, by a linear congruential generator), those that train among them. Whose run
  // is cut off is resumed by another.
  let random = 15;
  const next = (count) => {
    random = (random * 1103515245 + 12345) % 2147483648;
    return Math.floor((random / 2147483648) * count);
  };
  let cutOff = 0;
  while (tabs.length > 1) {
    // One that shows its run has written something since it began.
    const [closing] = tabs.splice(next(tabs.length), 1);
    const its = [...running].filter(([, tab]) => tab === closing).map(([run]) => run);
    for (const run of its) await closing.waitForNumber('step', 300);
    await closing.page.close();
    for (const run of its) {
      running.delete(run);
      await inAll((tab) => tab.waitForRunState(run, 'interrupted', seconds(60)));
      cutOff += 1;
      const heir = tabs.find((tab) => ![...running.values()].includes(tab));
      if (!heir || cutOff > 4) continue;
      await heir.openRun(run);
      await heir.runRow(run).getByTestId('resume').click();
      await heir.waitForStatus(['training', 'validating']);
      running.set(run, heir);
    }
  }
  assert.ok(cutOff >= 2, 'runs were cut off');
  const [last] = tabs;
  if ([...running.values()].includes(last)) {
    await last.stop();
    await last.waitForStatus('stopped');
  }
  const left = await last.runNames();
  assert.deepEqual(left, [first, second, third].filter((run) => run !== gone).sort().reverse());
  for (const run of left) {
    assert.match(await last.runRow(run).getAttribute('data-state'), /^(stopped|interrupted)$/);
  }
  assert.equal(await last.errorText(), '');
  const { wrong, runs, checkpoints } = await checkLibrary(last.page);
  assert.deepEqual(wrong, []);
  console.log(`${cutOff} runs were cut off and resumed; ${runs} runs with ${checkpoints} checkpoints, all verified`);

  // Each can be gone on with.
  for (const run of left) {
    await last.openRun(run);
    await last.runRow(run).getByTestId('resume').click();
    await last.waitForStatus(['training', 'validating']);
    await last.stop();
    await last.waitForStatus('stopped');
    await last.waitForRunState(run, 'stopped');
  }
  assert.deepEqual((await checkLibrary(last.page)).wrong, []);
});
