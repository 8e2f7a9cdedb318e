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

const fixture = (name) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const BATCHES = [[1, 2, 3, 4], [5, 6, 7, 8]];

/** Stores corrections for the pages that are opened from now on. */
const correct = (page, lines) => page.evaluate((text) => localStorage.setItem('atelier.corrections', text), lines.join('\n'));

/** Unfolds the code in a run's details. */
async function unfoldCode(atelier, run) {
  const row = await atelier.openRun(run);
  await row.getByTestId('pytorch-code-section').locator('summary').click();
  await row.getByTestId('pytorch-code').getByText('torch.optim').waitFor();
  assert.equal(await atelier.hook('pytorch-code').count(), 1, 'no other code is in the document');
  return row;
}

/** The arrays in a file for an exact script, as bytes. */
const arraysIn = (bytes) => Object.entries(unzip(bytes)).filter(([name]) => name.includes('/data/')).map(([, array]) => Buffer.from(array));
const integers = (...numbers) => Buffer.from(Int32Array.from(numbers).buffer);

test("the code of a stored run is that run's, whatever form, link and corrections say by now", { timeout: seconds(240) }, async (t) => {
  const { atelier, site } = await visit(t, 'engine=cpu');
  const { page } = atelier;
  const weights = await readFile(fixture('init.safetensors'));
  const files = { 'given/init.safetensors': weights, 'given/order.json': Buffer.from(JSON.stringify(BATCHES)) };
  const give = (name, bytes) => site.breakFile(name, (response) => {
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes.length });
    response.end(bytes);
  });
  for (const [name, bytes] of Object.entries(files)) give(name, bytes);
  await correct(page, ['train 2 -', 'train 7 3']);
  await atelier.open('engine=cpu&batch=4&epochs=1&steps=2&lr=0.03&autostart=1&init=given/init.safetensors&order=given/order.json');
  await atelier.agreeToFiles();
  await atelier.waitForStatus('done');
  const [run] = await atelier.waitForRuns(1);
  await atelier.waitForCheckpoint(/_last$/);

  await correct(page, ['train 5 -']);
  await atelier.open('engine=cpu&batch=64&optimizer=adam');
  await atelier.waitForStatus('ready');
  await atelier.goTo('runs');
  const row = await unfoldCode(atelier, run);
  const script = await row.getByTestId('pytorch-code').innerText();
  assert.match(script, /MAX_STEPS = 2\n/);
  assert.match(script, /SGD\(model\.parameters\(\), lr=0\.03, momentum=0\.9\)/);
  assert.equal(
    (await row.getByTestId('command-code').innerText()).trim(),
    'train --engine cpu --epochs 1 --steps 2 --lr 0.03 --init init.safetensors --order order.json --corrections atelier-corrections.json'
  );
  await saveShot(t, page, 'details-light.png', { fullPage: true });
  const corrections = await atelier.downloadBy(row.getByTestId('pytorch-corrections'));
  assert.equal(corrections.fileName, 'atelier-corrections.json');
  assert.deepEqual(JSON.parse(corrections.bytes).corrections, [
    { split: 'train', index: 2, label: null }, { split: 'train', index: 7, label: 3 },
  ]);

  await row.getByTestId('pytorch-exact').check();
  await row.getByTestId('pytorch-code').getByText('exported["corrections"]').waitFor();
  const exact = arraysIn((await atelier.downloadBy(row.getByTestId('pytorch-exact-file'))).bytes);
  // Image 2 is left out, so those after it move up by one.
  const lists = [integers(1, 2, 3, 4, 5, 6, 7), integers(3, 4), integers(0, 2, -1, 0, 7, 3)];
  for (const list of lists) assert.ok(exact.some((found) => found.equals(list)), `${list.toString('hex')} is missing`);
  const floats = exact.filter((found) => !lists.some((list) => list.equals(found)));
  assert.equal(floats.length, 10);
  for (const array of floats) assert.ok(weights.includes(array), 'they are the weights of the file');

  give('given/init.safetensors', Buffer.from(weights).fill(0, weights.length - 4));
  await row.getByTestId('pytorch-exact-file').click();
  await atelier.waitForError(/given\/init\.safetensors cannot be used: it has changed since the run began/);

  // The place where it is trained shows the same while it shows this run.
  await row.getByTestId('run-open').click();
  // Until then, both places have such a section.
  await atelier.hook('run-details').waitFor({ state: 'detached' });
  await atelier.hook('pytorch-code-section').locator('summary').click();
  await atelier.hook('pytorch-code').getByText('MAX_STEPS = 2').waitFor();
  assert.equal(await atelier.hook('pytorch-code').count(), 1);
});

test('where a run does not tell how it began, no exact script is offered, and the reason is', { timeout: seconds(240) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=4&epochs=1&steps=2&autostart=1&init=https%3A%2F%2Felsewhere.example%2Finit');
  const { page } = atelier;
  await atelier.hook('given-weights-input').setInputFiles(fixture('init.safetensors'));
  await atelier.waitForStatus('done');
  const [run] = await atelier.waitForRuns(1);
  const last = await atelier.waitForCheckpoint(/_last$/);
  await atelier.goTo('runs');
  const refused = async (run, reason) => {
    const row = await unfoldCode(atelier, run);
    await row.getByText(reason).waitFor();
    assert.ok(await row.getByTestId('pytorch-exact').isDisabled());
    assert.equal(await row.getByTestId('pytorch-exact-file').count(), 0);
    assert.match(await row.getByTestId('pytorch-code').innerText(), /shuffle=True/);
  };
  await refused(run, /it began with the weights in init\.safetensors, which the library does not keep/);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 390, height: 844 });
  await atelier.hook('language-select').selectOption('zh');
  await page.getByText('以 init.safetensors 中的权重开始').waitFor();
  await saveShot(t, page, 'details-dark-narrow-zh.png', { fullPage: true });
  await atelier.hook('language-select').selectOption('en');
  await page.setViewportSize({ width: 1280, height: 860 });

  await atelier.openRun(run);
  const { bytes, fileName } = await atelier.download(last, 'full');
  await atelier.importFile({ name: fileName, bytes });
  await refused(await atelier.imported(), /imported from a checkpoint, which does not say/);
});

/** What the script wrote: its file of events and its weights. */
async function written() {
  const names = await readdir(RUN);
  const read = (ending) => readFile(join(RUN, names.find((name) => ending.test(name))));
  return { events: await read(/tfevents/), weights: await read(/\.pt$/) };
}

const file = (name, buffer) => ({ name, mimeType: 'application/octet-stream', buffer });

/** The masked checksum of TensorBoard's records. */
function sumOf(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0x82f63b78 : 0);
  }
  sum = ~sum >>> 0;
  const masked = Buffer.alloc(4);
  masked.writeUInt32LE((((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0);
  return masked;
}

/** Events with one more text after the first record. */
function withText(events, tag, text) {
  const field = (number, bytes) => Buffer.concat([Buffer.from([number << 3 | 2, bytes.length & 0x7f | 0x80, bytes.length >> 7]), bytes]);
  const value = Buffer.concat([field(1, Buffer.from(`${tag}/text_summary`)), field(8, field(8, Buffer.from(text)))]);
  const event = field(5, field(1, value));
  const length = Buffer.alloc(8);
  length.writeUInt32LE(event.length);
  const first = 16 + events.readUInt32LE(0);
  return Buffer.concat([events.subarray(0, first), length, sumOf(length), event, sumOf(event), events.subarray(first)]);
}

test("a script's run on classes of one's own comes back with its data set", { timeout: seconds(120) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu');
  await atelier.waitForStatus('ready');
  await atelier.goTo('runs');
  const { events, weights } = await written();
  const own = (classes) => JSON.stringify({ name: 'hats', sha256: 'ab'.repeat(32), class_names: classes });
  const ten = Array.from({ length: 10 }, (_, at) => `hat ${at}`);
  const chosen = (text) => [file('events.out.tfevents.1', withText(events, 'atelier/data', text)), file('model_1_2.pt', weights)];
  for (const [text, reason] of [[own(ten.slice(3)), /model_1_2\.pt/], ['{}', /does not say which data set/]]) {
    await atelier.hook('import-input').setInputFiles(chosen(text));
    await atelier.waitForError(reason);
    for (const dismiss of await atelier.page.getByText('Dismiss').all()) await dismiss.click();
  }
  assert.deepEqual(await atelier.runNames(), []);
  await atelier.hook('import-input').setInputFiles(chosen(own(ten)));
  const run = await atelier.imported();
  const row = await unfoldCode(atelier, run);
  assert.match(await row.getByTestId('pytorch-code').innerText(), /DATA_SET = .*hat 9/);
  const { bytes } = await atelier.downloadBy(await atelier.menu(row, 'run-json'));
  assert.deepEqual(JSON.parse(bytes).runs[0].record.data.class_names, ten);
  await atelier.waitForCheckpoint(new RegExp(`model_${run}_2`));
});

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

  // PyTorch's random numbers are not known here.
  await unfoldCode(atelier, theirs);
  await page.getByText('PyTorch has drawn its weights and order').waitFor();
  assert.ok(await atelier.hook('pytorch-exact').isDisabled());
  await unfoldCode(atelier, ours);
  assert.ok(await atelier.hook('pytorch-exact').isEnabled());
  for (const run of [ours, theirs]) await atelier.runRow(run).getByTestId('run-select').check();
  await page.waitForFunction(() => document.querySelectorAll('[data-testid=compare-training] .plot path').length === 2);
  await saveShot(t, page, 'compare.png', { fullPage: true });

  await atelier.openRun(theirs);
  const best = await atelier.waitForCheckpoint(new RegExp(`model_${theirs}_2`));
  await atelier.checkpointRow(best).getByTestId('checkpoint-load').click();
  await atelier.goTo('train');
  await atelier.hook('test-image').click();
  await page.getByText(/, by .*\(/).waitFor();
});

test('events that are no run of the script are refused with their reason, and nothing changes', { timeout: seconds(120) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu');
  await atelier.waitForStatus('ready');
  await atelier.goTo('runs');
  const { events, weights } = await written();
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
