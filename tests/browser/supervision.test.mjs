// What hangs: a worker that spins, an adapter or a device that never answers, a checkpoint that kills its reader. Each is
// noticed, and the run goes on by itself or the visitor is told why not.
// Runs alone: it asserts how soon a dead worker is noticed.

import assert from 'node:assert/strict';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { beginningWith } from './support/server.mjs';
import { everything } from './support/storage.mjs';
import { prepareVisit, visit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(180) };
const RUN = 'engine=cpu&batch=64&epochs=50&lr=0.01&seed=5';
/** How soon a worker that hangs is to be noticed, in milliseconds, and how much a busy machine may add to the clock. */
const NOTICED = 5000;

/** Opens the site with a script in front of every worker. */
async function visitWith(t, script, query, options) {
  const prepared = await prepareVisit(t, options);
  prepared.site.breakFile('worker_loader.js', beginningWith(script));
  const atelier = await prepared.openTab();
  await atelier.open(query);
  return { ...prepared, atelier };
}

/** The worker is busy for ever. Nothing answers, so nothing can be awaited. */
const spin = (atelier) => {
  atelier.worker().evaluate(() => { setTimeout(() => { for (;;); }); }).catch(() => {});
};

/** Resolves with the milliseconds until the page has another worker, by the page's clock. */
const untilReplaced = (atelier) => atelier.page.evaluate(() => new Promise((resolve) => {
  const begun = performance.now();
  const { Worker } = globalThis;
  globalThis.Worker = class extends Worker {
    constructor(...parameters) {
      super(...parameters);
      globalThis.Worker = Worker;
      resolve(performance.now() - begun);
    }
  };
}));

const STATES = [
  {
    state: 'that trains',
    query: `${RUN}&autostart=1`,
    reach: (atelier) => atelier.waitForNumber('step', 30),
    after: (atelier) => goesOn(atelier),
  },
  {
    state: 'that has nothing to do',
    query: RUN,
    reach: (atelier) => atelier.waitForStatus('ready'),
    after: async (atelier) => {
      await atelier.waitForError(/silent for \d+ seconds/);
      await atelier.waitForStatus('ready');
    },
  },
  {
    state: 'that loads the data',
    query: RUN,
    reach: async (atelier) => {
      await atelier.page.waitForFunction(
        () => document.querySelector('[data-testid=status]')?.dataset.status === 'loading',
      );
      while (!atelier.worker()) await atelier.page.waitForTimeout(20);
    },
    after: (atelier) => atelier.waitForStatus('ready'),
  },
];

async function goesOn(atelier) {
  await atelier.hook('resumed').waitFor();
  assert.match(await atelier.errorText(), /silent for \d+ seconds.*goes on by itself/s);
  const from = Number(await atelier.hook('resumed').getAttribute('data-step'));
  await atelier.waitForNumber('step', from + 30);
}

for (const { state, query, reach, after } of STATES) {
  test(`a worker ${state} and then spins for ever is replaced within five seconds`, PATIENCE, async (t) => {
    const { atelier } = await visit(t, query);
    await reach(atelier);
    const replaced = untilReplaced(atelier);
    spin(atelier);
    const took = await replaced;
    t.diagnostic(`noticed after ${Math.round(took)} ms`);
    assert.ok(took <= NOTICED, `noticed after ${took} ms`);
    await after(atelier);
  });
}

test('a worker that spins before its program has begun is given up after three, with a report', PATIENCE, async (t) => {
  const { atelier, context } = await visitWith(t, 'postMessage({ beat: 1 }); for (;;);', RUN);
  await atelier.hook('restart-worker').waitFor();
  assert.match(await atelier.errorText(), /Workers keep failing/);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await atelier.hook('error-message').getByTestId('report-copy').click();
  const copied = atelier.page.getByText('Copied', { exact: false }).first();
  await copied.waitFor();
  const report = await atelier.page.evaluate(() => navigator.clipboard.readText());
  assert.match(report, /^Atelier \d+\.\d+\.\d+\S*, build [0-9a-f]+, http/);
  assert.equal(report.match(/^\d{4}-\d\d-\d\dT.*silent for \d seconds/gm)?.length, 3, report);
});

test('a run that a link starts begins although its first two workers die while they load', PATIENCE, async (t) => {
  const { site, openTab } = await prepareVisit(t, { expects: [/boom/] });
  let workers = 0;
  site.breakFile('worker_loader.js', (response, file) => {
    workers += 1;
    return beginningWith(workers > 2 ? '' : 'setTimeout(() => { throw new Error("boom"); }, 50); await new Promise(() => {});')(response, file);
  });
  const atelier = await openTab();
  await atelier.open(`${RUN}&autostart=1`);
  await atelier.hook('resumed').waitFor();
  await atelier.waitForNumber('step', 30);
  assert.equal(workers, 3);
  const words = await atelier.errorText();
  assert.match(words, /boom.*goes on by itself/s);
  assert.equal(words.match(/boom/g).length, 1, `one message for one cause: ${words}`);
  assert.doesNotMatch(words, /last request/);
});

test('a run that waits to go on by itself can be stopped, and stays where it is', PATIENCE, async (t) => {
  const { atelier } = await visit(t, `${RUN}&autostart=1`, { expects: [/boom/] });
  await atelier.waitForNumber('step', 20);
  await atelier.pause();
  await atelier.waitForStatus('paused');
  const last = await atelier.waitForCheckpoint(/_last$/);
  await atelier.pause();
  await atelier.waitForStatus(['training', 'validating']);
  // Something else has the right to train it as soon as the worker is gone.
  await atelier.page.evaluate((run) => {
    navigator.locks.request(`atelier-run-${run}`, () => new Promise((resolve) => { globalThis.giveBack = resolve; }));
  }, last.match(/\d{8}_\d{6}/)[0]);
  await atelier.worker().evaluate(() => { setTimeout(() => { throw new Error('boom'); }); });
  await atelier.waitForError(/in which the run goes on/);
  await atelier.page.waitForFunction(() => globalThis.giveBack);
  await atelier.page.waitForTimeout(2500);
  await atelier.stop();
  await atelier.waitForStatus('stopped');
  await atelier.page.evaluate(() => globalThis.giveBack());
  await atelier.page.waitForTimeout(2500);
  assert.equal(await atelier.status(), 'stopped');
  assert.equal(await atelier.errorText(), '');
});

const NO_ANSWER = 'if (globalThis.GPU) GPU.prototype.requestAdapter = () => new Promise(() => {});';

test('where no adapter is ever named, the CPU engine trains at once', PATIENCE, async (t) => {
  const { atelier } = await visitWith(t, NO_ANSWER, `${RUN}&autostart=1`);
  await atelier.waitForNumber('step', 30);
  assert.equal(await atelier.errorText(), '');
});

test('where no adapter is ever named, a run on WebGPU is refused after some seconds, and goes on with the CPU', PATIENCE, async (t) => {
  const { atelier } = await visitWith(t, NO_ANSWER, 'engine=webgpu&batch=64&autostart=1');
  await atelier.waitForError(/did not name an adapter within 5 seconds/);
  await atelier.hook('go-on-with-cpu').click();
  await atelier.waitForNumber('step', 30);
  assert.match(await atelier.hook('engine-name').innerText(), /^CPU/);
});

const NO_DEVICE = 'if (globalThis.GPUAdapter) GPUAdapter.prototype.requestDevice = () => new Promise(() => {});';

test('Stop is heard while a device never comes', PATIENCE, async (t) => {
  const { atelier } = await visitWith(t, NO_DEVICE, 'engine=webgpu&batch=64&autostart=1');
  await atelier.waitForStatus('self-test');
  const took = await atelier.timeUntilStatus('stop', 'stopped');
  assert.ok(took < 500, `stopped after ${took} ms`);
  // The device may still come, so the next run waits for it; the CPU engine does not.
  await atelier.set('engine', 'cpu');
  await atelier.start();
  await atelier.waitForNumber('step', 30);
});

test('a GPU that never finishes its work does not keep Stop from being heard', PATIENCE, async (t) => {
  const { atelier } = await visit(t, 'engine=webgpu&batch=8&epochs=1&lr=0.01');
  await atelier.waitForStatus('ready');
  await atelier.start();
  await atelier.waitForNumber('step', 3);
  await atelier.worker().evaluate(() => { GPUBuffer.prototype.mapAsync = () => new Promise(() => {}); });
  await atelier.page.waitForTimeout(1500);
  assert.ok(await atelier.timeUntilStatus('stop', 'stopping') < 500);
  // The worker is ended, and what it had saved is kept.
  await atelier.waitForError(/had not stopped after 30 seconds/);
  await atelier.waitForStatus('ready');
});

/** Workers spin when they read a checkpoint's file. */
const KILLS_READERS = `
  const { get } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.get = function read(key) {
    if (this.name === 'files') for (;;);
    return get.call(this, key);
  };`;

test('a checkpoint that kills its reader is set aside, and Atelier can be used without it', PATIENCE, async (t) => {
  const { site, atelier } = await visit(t, `${RUN}&autostart=1`);
  await atelier.waitForNumber('step', 20);
  await atelier.stop();
  await atelier.waitForStatus('stopped');
  const last = await atelier.waitForCheckpoint(/_last$/);

  site.breakFile('worker_loader.js', beginningWith(KILLS_READERS));
  await atelier.open(RUN);
  const words = await atelier.waitForError(/silent for \d+ seconds/);
  assert.match(words, new RegExp(`reading ${last}, which is not read again`));
  await atelier.waitForStatus('ready');
  await atelier.start();
  await atelier.waitForNumber('step', 30);
  await atelier.stop();
  await atelier.waitForStatus('stopped');
  await atelier.goTo('runs');
  await atelier.runRow(last.match(/\d{8}_\d{6}/)[0]).waitFor();
  assert.ok((await everything(atelier.page, 'checkpoints'))[last], 'it is kept');
});

for (const name of ['cpu-general-4096', 'webgpu-general-64']) {
  test(`the worker that measures ${name}, which holds its thread for seconds, is not taken for dead`, PATIENCE, async (t) => {
    const { atelier } = await visit(t, `bench=${name}`);
    await atelier.waitForStatus('ready');
    await atelier.worker().evaluate(() => {
      let last = performance.now();
      globalThis.longest = 0;
      setInterval(() => {
        const now = performance.now();
        globalThis.longest = Math.max(globalThis.longest, now - last);
        last = now;
      }, 50);
    });
    await atelier.hook('bench-run').click();
    const row = atelier.hook('bench-table').locator(`tr[data-case="${name}"]`);
    const table = atelier.hook('bench-table').and(atelier.page.locator('[data-state=done]'));
    await table.waitFor({ timeout: seconds(150) });
    t.diagnostic(`its thread was held for up to ${Math.round(await atelier.worker().evaluate(() => globalThis.longest))} ms`);
    assert.ok(Number(await row.getAttribute('data-step-ms')) > 0, await row.getAttribute('data-error'));
    assert.equal(await atelier.errorText(), '');
  });
}
