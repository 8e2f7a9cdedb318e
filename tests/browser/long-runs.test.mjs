// Long runs in one tab with charts, checkpoints and validations: memory stays flat, and the last steps are as fast as the
// first (long form: ATELIER_LONG=1). What is compared is CPU time, so that other programs' work does not count.

import assert from 'node:assert/strict';
import test from 'node:test';
import { NOT_LONG } from './support/long.mjs';
import { median } from './support/median.mjs';
import { assertFlat, countMemory, memoryOf, processesOf, told } from './support/memory.mjs';
import { seconds } from './support/patience.mjs';
import { everything } from './support/storage.mjs';
import { prepareVisit } from './support/visit.mjs';

/** The most by which the last epochs may be slower than the first. */
const SLOWER = 1.1;

const RUNS = [
  {
    engine: 'cpu',
    query: 'engine=cpu&batch=4&epochs=7&seed=1&keep-every=5000&keep=5',
    steps: 105_000,
    cost: ({ workerMs }) => workerMs,
  },
  {
    // The software adapter computes in the GPU's process.
    engine: 'webgpu',
    query: 'engine=webgpu&batch=32&epochs=3&seed=1&keep-every=500&keep=5',
    steps: 5625,
    cost: ({ workerMs, gpuProcessMs }) => workerMs + gpuProcessMs,
  },
];

for (const { engine, query, steps, cost } of RUNS) {
  test(`${steps} steps on ${engine} take no more memory and no more time at the end`, { skip: NOT_LONG, timeout: seconds(1500) }, async (t) => {
    const { site, browser, context, openTab } = await prepareVisit(t);
    await countMemory(site, context);
    const atelier = await openTab();
    await atelier.open(query);
    await atelier.waitForStatus('ready');
    // In the order in which the page tells them; each is measured before the next.
    const marks = [];
    let measured = Promise.resolve();
    await atelier.page.exposeFunction('statusIs', (status) => {
      const processes = processesOf(browser);
      const memory = status === 'validating' ? () => memoryOf({ browser, context, atelier }) : () => {};
      measured = measured.then(async () => {
        marks.push({ status, cost: cost(await processes), memory: await memory() });
      });
    });
    await atelier.page.evaluate(() => {
      const status = document.querySelector('[data-testid=status]');
      let last;
      new MutationObserver(() => {
        if (status.dataset.status !== last) globalThis.statusIs(last = status.dataset.status);
      }).observe(status, { attributes: true });
    });
    const begun = Date.now();
    await atelier.start();
    await atelier.waitForStatus('done', seconds(1400));
    const took = Date.now() - begun;
    await measured;
    const end = await memoryOf({ browser, context, atelier });
    assert.equal(await atelier.number('step'), steps);
    assert.equal(await atelier.errorText(), '');

    const epochs = marks.flatMap(({ status, cost: at }, index) =>
      (status === 'validating' ? [at - marks[index - 1].cost] : []));
    const memory = [...marks.flatMap((mark) => mark.memory ?? []), end];
    console.log(`${steps} steps on ${engine} in ${(took / 1000).toFixed(0)} s; CPU time of the epochs' steps ${epochs.map((ms) => (ms / 1000).toFixed(2))} s`);
    memory.forEach((at, epoch) => console.log(`  ${epoch < memory.length - 1 ? `after epoch ${epoch + 1}` : 'at the end'}: ${told(at)}`));
    const some = Math.floor(epochs.length / 2);
    const [first, last] = [median(epochs.slice(0, some)), median(epochs.slice(-some))];
    console.log(`  the last ${some} epochs took ${(last / first).toFixed(3)} times as long as the first`);
    assert.ok(last <= SLOWER * first, `${last} ms of CPU time after ${first} ms`);

    // The curve is kept in page and worker; a growing vector holds up to twice that.
    const curve = 2 * 4 * steps;
    assertFlat(memory[0], end, { pageWasm: curve, workerWasm: curve });
    assert.deepEqual([end.workers, end.locks], [1, 0]);
    const checkpoints = Object.keys(await everything(atelier.page, 'checkpoints'));
    assert.equal(checkpoints.length, 2 + 5, `last, best and five kept: ${checkpoints}`);
  });
}
