// A worker that dies, in every way that a worker can.

import assert from 'node:assert/strict';
import test from 'node:test';
import { NOT_LONG } from './support/long.mjs';
import { seconds } from './support/patience.mjs';
import { added, altered, beginningWith, held, missing, pageInstead, slow, truncated } from './support/server.mjs';
import { prepareVisit, visit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(120) };
const QUERY = 'engine=cpu&batch=64&epochs=3&lr=0.01&seed=5&autostart=1';

const DEATHS = [
  {
    how: 'throws',
    // Outside of `evaluate`, which would catch it.
    kill: () => { setTimeout(() => { throw new Error('boom'); }); },
    says: /training worker.*boom/i,
    expects: [/boom/],
  },
  {
    how: 'traps inside its wasm',
    // The module calls this at every step, so the error unwinds through its frames, like a trap.
    kill: () => { performance.now = () => { throw new WebAssembly.RuntimeError('unreachable'); }; },
    says: /training worker.*unreachable/i,
    // Before its death is noticed, a module interrupted in the middle of a step may also panic.
    expects: [/unreachable/, /already (mutably )?borrowed/],
  },
  {
    how: 'gets a message that it cannot read',
    kill: () => { dispatchEvent(new MessageEvent('message', { data: new Uint8Array([99, 99, 0]) })); },
    says: /do not understand each other/i,
    expects: [],
  },
  {
    how: 'ends without a word',
    kill: () => { self.close(); },
    says: /training worker/i,
    expects: [],
  },
];

for (const { how, kill, says, expects } of DEATHS) {
  test(`a worker that ${how} is replaced, and the run goes on by itself`, PATIENCE, async (t) => {
    const { atelier } = await visit(t, QUERY, { expects });
    const last = await heldOnce(atelier);
    const stored = await atelier.number('step');
    await atelier.pause();
    await atelier.waitForNumber('step', stored + 20);

    await atelier.worker().evaluate(kill);
    await atelier.hook('resumed').waitFor();
    assert.match(await atelier.errorText(), says);
    const from = Number(await atelier.hook('resumed').getAttribute('data-step'));
    assert.ok(from >= stored, `goes on from step ${from}, and ${stored} steps were stored`);
    await atelier.waitForStatus(['training', 'validating']);
    const step = await atelier.waitForNumber('step', from);
    await atelier.waitForNumber('step', step + 20);
    assert.ok((await atelier.checkpointNames()).includes(last), 'it is the same run');
    await atelier.stop();
    await atelier.waitForStatus('stopped');
    await atelier.set('seed', 6);
    assert.equal((await atelier.query()).seed, '6', 'the form works');
  });
}

test('a paused run whose worker dies stays where it is until the visitor resumes it', PATIENCE, async (t) => {
  const { atelier } = await visit(t, QUERY, { expects: [/boom/] });
  await heldOnce(atelier);
  const stored = await atelier.number('step');
  await atelier.worker().evaluate(DEATHS[0].kill);
  const words = await atelier.waitForError(/training worker.*boom/i);
  // The number on the page may lag behind.
  const kept = Number(words.match(/kept up to step (\d+)/)[1]);
  assert.ok(kept >= stored, `${kept} steps are kept of ${stored}`);
  await atelier.waitForStatus('ready');
  await atelier.hook('resume-last').click();
  await atelier.waitForStatus('training');
  await atelier.waitForNumber('step', kept + 20);
  assert.equal(await atelier.errorText(), '', 'the message went with the next start');
  await atelier.stop();
  await atelier.waitForStatus('stopped');
});

test('files that a dead worker has not read are named, and may be chosen again', PATIENCE, async (t) => {
  const { atelier, site } = await visit(t, 'engine=cpu', { expects: [/boom/] });
  await atelier.waitForStatus('ready');
  site.breakFile('files.js', beginningWith(`
    const { fetch } = self;
    self.fetch = (request) => (String(request.url ?? request).startsWith('blob:') ? new Promise(() => {}) : fetch(request));
  `));
  await atelier.page.evaluate(() => {
    globalThis.addresses = { made: [], revoked: [] };
    const { createObjectURL, revokeObjectURL } = URL;
    URL.createObjectURL = (blob) => {
      const address = createObjectURL.call(URL, blob);
      addresses.made.push(address);
      return address;
    };
    URL.revokeObjectURL = (address) => {
      addresses.revoked.push(address);
      revokeObjectURL.call(URL, address);
    };
  });
  const names = ['first.pt', 'second.pt', 'third.pt'];
  const files = names.map((name) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(name) }));
  await atelier.goTo('runs');
  await atelier.hook('import-input').setInputFiles(files);
  await atelier.hook('import-state').filter({ hasText: 'Reading first.pt' }).waitFor();

  await (await atelier.startedFilesWorker()).evaluate(() => { setTimeout(() => { throw new Error('boom'); }); });
  const words = await atelier.waitForError(/files were not imported/);
  for (const name of names) assert.ok(words.includes(name), `${name} is not in: ${words}`);
  assert.match(words, /boom/, 'and why');
  assert.equal(await atelier.hook('import-state').innerText(), '', 'nothing is being read');
  const { made, revoked } = await atelier.page.evaluate(() => addresses);
  assert.deepEqual([made.length, revoked], [1, made], 'the address of the first is given back');

  site.heal();
  await atelier.importFile({ name: 'second.pt', bytes: files[1].buffer });
  await atelier.waitForError(/second\.pt was not imported/);
});

/** The page needs the loader as well; only then does it hang. */
const heldForWorkers = () => {
  const hold = held();
  let first = true;
  return (response, file) => {
    if (!first) return hold(response, file);
    first = false;
    return added(file.bytes)(response, file);
  };
};

// The last number: how often a worker tries to fetch the file, of which three are started.
const BAD_FILES = [
  ['script is missing', 'worker_loader.js', missing(), 1],
  ['program is missing', 'worker_bg.wasm', missing(), 1],
  ['program is altered', 'worker_bg.wasm', altered(2_000_000), 3],
  ['program stops in the middle', 'worker_bg.wasm', slow(2, 60_000), 3],
  ['loader hangs', 'loader.js', heldForWorkers(), 1],
];
/** In the longer form only: `loading.test.mjs` has the page meet these by the same `loader.js`. */
const MORE_BAD_FILES = [
  ['program is cut', 'worker_bg.wasm', truncated(100_000), 3],
  ['program is a log-in page', 'worker_bg.wasm', pageInstead(), 1],
  ['program hangs', 'worker_bg.wasm', held(), 3],
  ['other script is missing', 'worker.js', missing(), 3],
];

for (const [what, file, fault, tries] of NOT_LONG ? BAD_FILES : [...BAD_FILES, ...MORE_BAD_FILES]) {
  test(`a worker whose ${what} is not started for ever, and starts after the repair`, PATIENCE, async (t) => {
    const { site, openTab } = await prepareVisit(t, { expects: [/Failed to load resource/, /worker/, /wasm/i] });
    if (file !== 'worker_loader.js') {
      const limits = { stall: 1000, pauses: [50, 50] };
      site.breakFile('worker_loader.js', beginningWith(`globalThis.atelierLimits = ${JSON.stringify(limits)};`));
    }
    site.breakFile(file, fault);
    const atelier = await openTab();
    await atelier.open('engine=cpu&batch=64');
    await atelier.waitForError(/training worker is gone/);
    await atelier.hook('restart-worker').waitFor();
    const attempts = site.asked(file)[file];
    assert.ok(attempts >= 2 && attempts <= 3 * tries + 1, `${attempts} requests`);
    assert.ok(await atelier.hook('start').isDisabled(), 'nothing can be started without a worker');
    await atelier.set('epochs', 2);
    assert.equal((await atelier.query()).epochs, '2', 'the form works');

    site.heal();
    fault.release?.();
    await atelier.hook('restart-worker').click();
    await atelier.waitForStatusOtherThan('error');
    await atelier.waitForStatus('ready');
    await atelier.start();
    await atelier.waitForNumber('step', 10);
  });
}

for (const [what, fault, expected] of [
  ['that its program is missing', missing(), 'error'],
  ['that it listens', undefined, 'ready'],
]) {
  test(`what a worker says before the page has come, ${what}, is heard once it is there`, PATIENCE, async (t) => {
    const { site, openTab } = await prepareVisit(t, { expects: [/Failed to load resource/] });
    const late = held();
    site.breakFile('page_bg.wasm', late);
    if (fault) site.breakFile('worker_bg.wasm', fault);
    const atelier = await openTab();
    await atelier.open('engine=cpu&batch=64');
    while (!site.requests.includes('worker_bg.wasm')) await atelier.page.waitForTimeout(50);
    // Long enough for the program to be compiled and to begin.
    await atelier.page.waitForTimeout(seconds(4));
    late.release();
    await atelier.waitForStatus(expected);
    if (fault) await atelier.hook('restart-worker').waitFor();
  });
}

/** Pauses the run early, which stores it, and returns the checkpoint's name. */
async function heldOnce(atelier) {
  await atelier.waitForNumber('step', 20);
  await atelier.pause();
  await atelier.waitForStatus('paused');
  return atelier.waitForCheckpoint(/_last$/);
}

test('a worker that dies before its run has begun does not speak of the run before, and the run begins', PATIENCE, async (t) => {
  const { atelier } = await visit(t, QUERY, { expects: [/boom/] });
  await heldOnce(atelier);
  await atelier.stop();
  await atelier.waitForStatus('stopped');
  await atelier.worker().evaluate(() => {
    GPUAdapter.prototype.requestDevice = () => {
      setTimeout(() => { throw new Error('boom'); });
      return new Promise(() => {});
    };
  });
  await atelier.set('engine', 'webgpu');
  await atelier.start();
  await atelier.hook('resumed').waitFor();
  const words = await atelier.errorText();
  assert.match(words, /training worker.*boom/i);
  assert.equal(await atelier.hook('resumed').getAttribute('data-step'), '0');
  assert.doesNotMatch(words, /kept up to step|from its checkpoint/);
  await atelier.waitForNumber('step', 2);
  assert.match(await atelier.hook('engine-name').innerText(), /^WebGPU/);
});
