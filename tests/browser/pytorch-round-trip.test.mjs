// A run as code for PyTorch and the terminal, and what PyTorch made of it back in the library.

import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { unzip } from './support/archive.mjs';
import { seconds } from './support/patience.mjs';
import { saveShot } from './support/shots.mjs';
import { visit } from './support/visit.mjs';

/** What an exact script wrote for the run of `QUERY`; `tests/pytorch_code.rs` makes it. */
const RUN = fileURLToPath(new URL('../fixtures/pytorch/run/', import.meta.url));
const QUERY = 'engine=cpu&batch=4096&epochs=2&lr=0.05&seed=9';

test('a run is offered as a script, as a notebook and as a command, exact if wanted', { timeout: seconds(120) }, async (t) => {
  const { atelier } = await visit(t, `${QUERY}&clip=0.5`);
  const { page } = atelier;
  await atelier.hook('pytorch-code-section').locator('summary').click();
  const code = atelier.hook('pytorch-code');
  await code.getByText('max_norm=0.5').waitFor();
  const command = atelier.hook('command-code');
  assert.equal((await command.innerText()).trim(), 'train --engine cpu --batch 4096 --epochs 2 --lr 0.05 --clip 0.5 --seed 9');
  assert.equal(await atelier.hook('pytorch-exact-file').count(), 0);
  await saveShot(t, page, 'code-light.png', { fullPage: true });
  const plain = await atelier.downloadBy(atelier.hook('pytorch-download'));
  assert.equal(plain.fileName, 'atelier.py');
  assert.equal(plain.bytes.toString().trim(), (await code.innerText()).trim());
  assert.match(plain.bytes.toString(), /shuffle=True/);

  await atelier.hook('pytorch-exact').check();
  await code.getByText('atelier-exact.pt').first().waitFor();
  const script = (await atelier.downloadBy(atelier.hook('pytorch-download'))).bytes.toString();
  assert.match(script, /torch\.load\("atelier-exact\.pt", weights_only=True\)/);
  const { fileName, bytes } = await atelier.downloadBy(atelier.hook('pytorch-notebook'));
  assert.equal(fileName, 'atelier.ipynb');
  const notebook = JSON.parse(bytes);
  assert.deepEqual([notebook.nbformat, notebook.nbformat_minor], [4, 5]);
  const cells = notebook.cells.filter(({ cell_type: type }) => type === 'code').map(({ source }) => source.join(''));
  assert.equal(`${cells.join('\n\n\n')}\n`, script, 'the cells are the script');
  const exact = await atelier.downloadBy(atelier.hook('pytorch-exact-file'));
  assert.equal(exact.fileName, 'atelier-exact.pt');
  const files = unzip(exact.bytes);
  const sizes = Object.entries(files).filter(([name]) => name.includes('/data/')).map(([, { length }]) => length);
  assert.equal(sizes.length, 12, 'ten arrays of weights, the order and the sizes of the batches');
  assert.ok(sizes.includes(4 * 2 * 60_000) && sizes.includes(4 * 15));

  await atelier.unfold('augmentation');
  await atelier.set('flip', true);
  await page.getByText('its draws differ').waitFor();
  await code.getByText('RandomHorizontalFlip').waitFor();
  await atelier.set('flip', false);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 390, height: 844 });
  await atelier.hook('language-select').selectOption('zh');
  await atelier.hook('command-code').scrollIntoViewIfNeeded();
  await saveShot(t, page, 'code-dark-narrow-zh.png', { fullPage: true });
});

test("what the script wrote becomes a run that lies beside the page's own", { timeout: seconds(240) }, async (t) => {
  const { atelier } = await visit(t, `${QUERY}&autostart=1`);
  const { page } = atelier;
  await atelier.waitForStatus('done', seconds(150));
  const [ours] = await atelier.waitForRuns(1);
  await atelier.goTo('runs');
  const files = (await readdir(RUN)).map((name) => join(RUN, name));
  assert.equal(files.length, 2, 'events and weights');
  await atelier.hook('import-input').setInputFiles(files);
  const theirs = await atelier.imported();
  await atelier.waitForRuns(2);
  await atelier.openRun(theirs);
  const row = atelier.runRow(theirs);
  assert.match(await row.getByTestId('run-details').innerText(), /PyTorch 2\.\S+ \(cpu\).*Trained by a script in PyTorch/s);
  assert.equal(await row.getByTestId('branch').count() + await row.getByTestId('resume').count(), 0, 'it cannot go on');
  const measured = async (run) => {
    const { bytes } = await atelier.downloadBy(await atelier.menu(await atelier.openRun(run), 'run-json'));
    return JSON.parse(bytes).runs[0];
  };
  const [one, other] = [await measured(ours), await measured(theirs)];
  assert.deepEqual(other.record.config, one.record.config);
  const [near, far] = [one.metrics.history, other.metrics.history];
  assert.equal(far.losses.length, 30);
  far.losses.forEach((loss, at) => {
    assert.ok(Math.abs(loss - near.losses[at]) < 1e-3, `step ${at + 1}: ${loss}, ${near.losses[at]}`);
  });
  assert.deepEqual(far.epochs.map(({ epoch, step }) => [epoch, step]), [[1, 15], [2, 30]]);
  far.epochs.forEach(({ valid_loss: loss }, at) => assert.ok(Math.abs(loss - near.epochs[at].valid_loss) < 1e-3));

  for (const run of [ours, theirs]) await atelier.runRow(run).getByTestId('run-select').check();
  await page.waitForFunction(() => document.querySelectorAll('[data-testid=compare-training] .plot path').length === 2);
  await saveShot(t, page, 'compare.png', { fullPage: true });

  const best = await atelier.waitForCheckpoint(new RegExp(`model_${theirs}_2`));
  await atelier.openRun(theirs);
  await atelier.checkpointRow(best).getByTestId('checkpoint-load').click();
  await atelier.goTo('train');
  await atelier.hook('test-image').click();
  await page.getByText(/, by .*\(/).waitFor();
});

test('events that are no run of the script are refused with their reason, and nothing changes', { timeout: seconds(120) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu');
  await atelier.waitForStatus('ready');
  await atelier.goTo('runs');
  const names = await readdir(RUN);
  const read = async (ending) => readFile(join(RUN, names.find((name) => ending.test(name))));
  const [events, weights] = [await read(/tfevents/), await read(/\.pt$/)];
  const file = (name, buffer) => ({ name, mimeType: 'application/octet-stream', buffer });
  const damaged = Buffer.from(events);
  damaged[events.length - 20] ^= 1;
  const refusals = [
    [[file('events.out.tfevents.1', damaged)], /checksum of the record at byte/],
    [[file('events.out.tfevents.2', events), file('model_20260102_030405_9.pt', weights)], /after epoch 9.*2 epochs/],
    [[file('events.out.tfevents.3', events), file('model_1.pt', weights.subarray(0, 90_000))], /model_1\.pt/],
    [[file('events.out.tfevents.4', weights), file('model_2.pt', weights)], /does not hold the settings/],
  ];
  for (const [files, reason] of refusals) {
    await atelier.hook('import-input').setInputFiles(files);
    await atelier.waitForError(reason);
    for (const dismiss of await atelier.page.getByText('Dismiss').all()) await dismiss.click();
  }
  assert.deepEqual(await atelier.runNames(), []);
});
