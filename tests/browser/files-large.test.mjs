// Files as large as they may be, in the long form of the tests (ATELIER_LONG=1).

import assert from 'node:assert/strict';
import test from 'node:test';
import { unzip, zip } from './support/archive.mjs';
import { seconds } from './support/patience.mjs';
import { visit } from './support/visit.mjs';

const LONG = { timeout: seconds(600), skip: !process.env.ATELIER_LONG };
const STEPS = 4_000_000;

test('a small file that would unpack to 500 MB is refused by its index, and costs the run no step', LONG, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=16&epochs=1000&lr=0.01&seed=3&autostart=1');
  await atelier.waitForCheckpoint(/_last$|_1$/);
  const trainer = atelier.worker();
  const [run] = await atelier.runNames();
  const files = await exported(atelier, run);
  const zeros = Buffer.alloc(500_000_000, '0,');
  const metrics = Buffer.concat([Buffer.from('{"history":{"losses":['), zeros, Buffer.from('0],"reports":[],"epochs":[]},"timeline":{"marks":[]}}')]);
  const bytes = zip({ 'run.json': withoutCheckpoints(files), 'metrics.json': metrics });
  assert.ok(bytes.length < 1 << 20, `it has ${bytes.length} bytes`);
  await atelier.importFile({ name: 'small.atelier.zip', bytes });
  const words = await atelier.waitForError(/small\.atelier\.zip was not imported/, seconds(300));
  console.log(words.split('\n')[0]);
  assert.match(words, /would unpack to more/);
  await atelier.goTo('train');
  const step = await atelier.number('step');
  await atelier.waitForNumber('step', step + 50);
  assert.ok(atelier.page.workers().includes(trainer), 'the worker that trains is the same');
  assert.deepEqual(await atelier.runNames(), [run]);
});

test(`a run of ${STEPS} steps comes and goes, and its worker is not taken for dead`, LONG, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=64&steps=20&autostart=1');
  await atelier.waitForStatus('done');
  const [run] = await atelier.runNames();
  await atelier.waitForRunState(run, 'completed');
  const files = await exported(atelier, run);
  const metrics = JSON.parse(files['metrics.json']);
  const losses = Array.from({ length: STEPS }, (_, step) => Math.fround(0.3 + ((step * 7919) % 10007) / 20011));
  metrics.history = { losses, reports: [], epochs: [] };
  const bytes = zip({ 'run.json': withoutCheckpoints(files), 'metrics.json': Buffer.from(JSON.stringify(metrics)) });
  const spent = async (what, act) => {
    const begun = Date.now();
    const result = await Promise.race([
      act(),
      atelier.waitForError(/./, seconds(500)).then((words) => { throw new Error(words); }),
    ]);
    console.log(`${what}: ${((Date.now() - begun) / 1000).toFixed(1)} s`);
    return result;
  };
  const state = atelier.hook('import-state').filter({ hasText: /Imported as/ });
  await spent('import', async () => {
    await atelier.importFile({ name: 'long.atelier.zip', bytes });
    await state.waitFor({ timeout: seconds(300) });
  });
  const row = atelier.runRow(await state.getAttribute('data-run'));
  const table = await spent('table', async () => atelier.downloadBy(await atelier.menu(row, 'run-csv')));
  assert.ok(table.bytes.length > 40 * STEPS);
  const again = await spent('export', async () => atelier.downloadBy(await atelier.menu(row, 'run-bundle')));
  // They are stored as float32.
  const came = JSON.parse(unzip(again.bytes)['metrics.json']).history.losses;
  assert.ok(came.length === losses.length && came.every((loss, at) => Math.fround(loss) === Math.fround(losses[at])));
});

/** The files of a run's exported archive. */
async function exported(atelier, run) {
  return unzip((await atelier.downloadBy(await atelier.menu(atelier.runRow(run), 'run-bundle'))).bytes);
}

/** The description of a run, without its checkpoints. */
function withoutCheckpoints(files) {
  return Buffer.from(JSON.stringify({ ...JSON.parse(files['run.json']), checkpoints: [] }));
}
