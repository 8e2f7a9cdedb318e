// Long runs in one tab with charts, checkpoints and validations: memory stays flat, and the last steps are as fast as the
// first (long form: ATELIER_LONG=1). What is compared is CPU time, so that other programs' work does not count.
// Runs alone: it compares how long steps take.

import assert from 'node:assert/strict';
import test from 'node:test';
import { NOT_LONG } from './support/long.mjs';
import { median } from './support/median.mjs';
import { assertFlat, countMemory, memoryOf, processesOf, told } from './support/memory.mjs';
import { seconds } from './support/patience.mjs';
import { everything } from './support/storage.mjs';
import { prepareVisit } from './support/visit.mjs';

/** The most by which the last steps may be slower than the first. */
const SLOWER = 1.1;
/** What the first validation brings to the GPU, and its process keeps afterwards: test images and results, in bytes. */
const VALIDATION = 25e6;

const RUNS = [
  {
    engine: 'cpu',
    query: 'engine=cpu&batch=4&epochs=7&seed=1&keep-every=5000&keep=5',
    steps: 105_000,
    every: 5000,
    // Two epochs: by then, all that a run does has been done twice.
    warmUp: 30_000,
    cost: ({ workerMs }) => workerMs,
  },
  {
    // The software adapter computes in the GPU's process. This batch makes an epoch of 5,000 steps.
    engine: 'webgpu',
    query: 'engine=webgpu&batch=12&epochs=1&seed=1&keep-every=500&keep=5',
    steps: 5000,
    every: 500,
    warmUp: 1000,
    cost: ({ workerMs, gpuProcessMs }) => workerMs + gpuProcessMs,
  },
];

for (const { engine, query, steps, every, warmUp, cost } of RUNS) {
  test(`${steps} steps on ${engine} take no more memory and no more time at the end`, { skip: NOT_LONG, timeout: seconds(1500) }, async (t) => {
    const { site, browser, context, openTab } = await prepareVisit(t, { ownBrowser: true });
    await countMemory(site, context);
    const atelier = await openTab();
    await atelier.open(query);
    await atelier.waitForStatus('ready');
    const marks = [];
    let measured = Promise.resolve();
    await atelier.page.exposeFunction('hasTaken', (step) => {
      const processes = processesOf(browser);
      measured = measured.then(async () => {
        marks.push({ step, cost: cost(await processes), memory: await memoryOf({ browser, context, atelier }) });
        console.log(`  step ${step}: ${(marks.at(-1).cost / 1000).toFixed(2)} s of CPU time; ${told(marks.at(-1).memory)}`);
      });
    });
    await atelier.page.evaluate((every) => {
      const taken = document.querySelector('[data-testid=step]');
      let next = every;
      new MutationObserver(() => {
        const step = Number(taken.dataset.value);
        if (step < next) return;
        next = (Math.floor(step / every) + 1) * every;
        globalThis.hasTaken(step);
      }).observe(taken, { attributes: true });
    }, every);
    const begun = Date.now();
    await atelier.start();
    await atelier.waitForStatus('done', seconds(1400));
    const took = Date.now() - begun;
    await measured;
    const end = await memoryOf({ browser, context, atelier });
    console.log(`  at the end: ${told(end)}`);
    assert.equal(await atelier.number('step'), steps);
    assert.equal(await atelier.errorText(), '');

    // From mark to mark; some hold a validation, which a median leaves out.
    const costs = marks.slice(1).map(({ step, cost: at }, index) => (at - marks[index].cost) / (step - marks[index].step));
    const half = Math.floor(costs.length / 2);
    const [first, last] = [median(costs.slice(0, half)), median(costs.slice(-half))];
    console.log(`${steps} steps on ${engine} in ${(took / 1000).toFixed(0)} s; CPU time a step ${first.toFixed(3)} ms in the first half, ${last.toFixed(3)} ms in the last: ${(last / first).toFixed(3)} times as long`);
    assert.ok(last <= SLOWER * first, `${last} ms of CPU time after ${first} ms`);

    // The curve is kept in page and worker; a growing vector holds up to twice that.
    const curve = 2 * 4 * steps;
    const kept = { pageWasm: curve, workerWasm: curve };
    const early = marks.find(({ step }) => step >= warmUp).memory;
    // The last mark may fall into the last validation.
    assertFlat(early, marks.at(-2).memory, kept);
    assertFlat(early, end, { ...kept, gpuProcess: VALIDATION });
    assert.deepEqual([end.workers, end.locks], [1, 0]);
    const checkpoints = Object.keys(await everything(atelier.page, 'checkpoints'));
    assert.equal(checkpoints.length, 2 + 5, `last, best and five kept: ${checkpoints}`);
  });
}
