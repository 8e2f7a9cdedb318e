// The worker for files: whatever a file does to it, the run goes on.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { unzip, zip } from './support/archive.mjs';
import { NOT_LONG } from './support/long.mjs';
import { seconds } from './support/patience.mjs';
import { beginningWith, changed, held, missing, truncated } from './support/server.mjs';
import { visit } from './support/visit.mjs';
import { withMemoryLimit } from './support/wasm.mjs';

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));
const TRAINS = 'engine=cpu&batch=16&epochs=1000&lr=0.01&seed=3&autostart=1';
const PATIENCE = { timeout: seconds(180) };

/** Runs first in the worker for files: this happens as soon as a file is read. */
const whileReading = (act) => beginningWith(`
  const { fetch } = self;
  self.fetch = (request) => (String(request.url ?? request).startsWith('blob:') ? (${act})() : fetch(request));
`);

const FAULTS = [
  ['exhausts its memory', 'files_bg.wasm', changed((wasm) => withMemoryLimit(wasm, 32 << 20)), /unreachable/],
  ['makes it spin for ever', 'files.js', whileReading(() => { for (;;); }), /silent for \d seconds/],
  ['makes it throw', 'files.js', whileReading(() => { setTimeout(() => { throw new Error('boom'); }); return new Promise(() => {}); }), /boom/],
  ['meets a program that is missing', 'files_bg.wasm', missing(), /file worker stopped/],
];
/** In the longer form only: each is noticed as one of those is. */
const MORE_FAULTS = [
  ['ends it without a word', 'files.js', whileReading(() => { self.close(); return new Promise(() => {}); }), /silent for \d seconds/],
  ['meets a program whose script is missing', 'files.js', missing(), /file worker stopped/],
  ['meets a program that is cut', 'files_bg.wasm', truncated(100_000), /file worker stopped/],
];

test('whatever a file does to the worker that reads it, the run loses no step', PATIENCE, async (t) => {
  const expects = [/unreachable/, /boom/, /Failed to load/, /wasm/i, /files/];
  const { atelier, site } = await visit(t, TRAINS, { expects });
  await atelier.waitForNumber('step', 200);
  assert.deepEqual(site.asked('files'), {}, 'its program is not fetched before it is needed');
  const trainer = atelier.worker();
  const goesOn = async () => {
    await atelier.goTo('train');
    const step = await atelier.number('step');
    await atelier.waitForNumber('step', step + 50);
    assert.match(await atelier.status(), /^(training|validating)$/);
    assert.equal(atelier.worker(), trainer);
  };

  await atelier.waitForCheckpoint(/_last$|_1$/);
  const [run] = await atelier.runNames();
  const bundle = await atelier.downloadBy(await atelier.menu(atelier.runRow(run), 'run-bundle'));
  // At once: it ends some seconds after its last answer.
  await endsByItself(atelier);
  await goesOn();
  const files = unzip(bundle.bytes);
  const { losses } = JSON.parse(files['metrics.json']).history;
  assert.ok(losses.length >= 200, 'a run in progress is exported as far as it is stored');
  // What compresses far better is refused before it is unpacked. These digits repeat beyond what Deflate looks back for.
  const digits = Array.from({ length: 1 << 17 }, () => Math.random().toFixed(6)).join();
  const inflating = { ...files, 'metrics.json': Buffer.from(`{"history":{"losses":[${Array(40).fill(digits)}]}}`) };
  const file = { name: 'inflating.atelier.zip', bytes: zip(inflating) };
  assert.ok(inflating['metrics.json'].length > 32 << 20 && file.bytes.length < 28 << 20, `it has ${file.bytes.length} bytes`);

  for (const [what, part, fault, says] of NOT_LONG ? FAULTS : [...FAULTS, ...MORE_FAULTS]) {
    await t.test(`a file that ${what}`, async () => {
      site.breakFile(part, fault);
      const chosen = Date.now();
      await atelier.importFile(file);
      const words = await atelier.waitForError(says);
      console.log(`told after ${((Date.now() - chosen) / 1000).toFixed(1)} s: ${words.split('\n')[0]}`);
      assert.match(words, /inflating\.atelier\.zip was not imported/);
      assert.match(words, /checkpoints are untouched, and a run in progress goes on/);
      await gone(atelier, 'the worker is gone, and no other takes up the file');
      assert.deepEqual(await atelier.runNames(), [run]);
      await goesOn();
      site.heal();
      const dismiss = atelier.page.getByText('Dismiss');
      for (let left = await dismiss.count(); left > 0; left -= 1) await dismiss.first().click();
    });
  }

  await atelier.importFile(join(FIXTURES, 'pytorch/state_dict.pt'));
  const imported = await atelier.imported();
  assert.deepEqual(new Set(await atelier.waitForRuns(2)), new Set([run, imported]), 'and the next file is imported');
  await goesOn();
  await atelier.stop();
  await atelier.waitForStatus('stopped');
  const steps = await atelier.number('step');
  assert.equal((await atelier.endOf(`model_${run}_last`)).losses.length, steps, 'the run has the loss of every step');
});

test('an export whose worker dies says so, and the next one comes', PATIENCE, async (t) => {
  const { atelier, site } = await visit(t, 'engine=cpu&batch=64&steps=20&autostart=1');
  await atelier.waitForStatus('done');
  const name = await atelier.waitForCheckpoint(/_last$/);
  site.breakFile('files.js', beginningWith('IDBFactory.prototype.open = () => { for (;;); };'));
  await (await atelier.menu(atelier.checkpointRow(name), 'checkpoint-download')).click();
  const words = await atelier.waitForError(/file was not exported.*silent/);
  assert.match(words, /checkpoints are untouched/);
  site.heal();
  const { fileName } = await atelier.download(name, 'weights');
  assert.equal(fileName, `${name}.safetensors`);
});

test('closing the tab asks while a file is being imported, and no longer once it is', PATIENCE, async (t) => {
  const { atelier, site } = await visit(t, 'engine=cpu');
  await atelier.waitForStatus('ready');
  const program = held();
  site.breakFile('files_bg.wasm', program);
  // Browsers ask only those who have used the page.
  await atelier.hook('place-runs').click();
  await atelier.importFile(join(FIXTURES, 'pytorch/state_dict.pt'));
  const { page } = atelier;
  const [dialog] = await Promise.all([
    page.waitForEvent('dialog'),
    page.close({ runBeforeUnload: true }),
  ]);
  assert.equal(dialog.type(), 'beforeunload');
  await dialog.dismiss();

  program.release();
  await atelier.imported();
  assert.deepEqual(await atelier.leave(), []);
});

/** Waits until the worker for files has ended, because nothing more is asked of it. */
async function endsByItself(atelier) {
  assert.ok(atelier.filesWorker(), 'it is there for the next file');
  await gone(atelier, 'it ends');
  assert.equal(await atelier.errorText(), '', 'without a word');
}

/** Waits until there is no worker for files. */
async function gone(atelier, what) {
  for (let left = 200; left > 0 && atelier.filesWorker(); left -= 1) await sleep(100);
  assert.ok(!atelier.filesWorker(), what);
}
