// Optimizers, schedules, augmentation, limits and presets in the form.

import assert from 'node:assert/strict';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { missing, replaced } from './support/server.mjs';
import { pauseStored } from './support/storage.mjs';
import { visit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(120) };

test('another optimizer brings its own fields and PyTorch’s defaults', PATIENCE, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu');
  await atelier.set('optimizer', 'adamw');
  assert.equal(await atelier.hook('momentum-input').count(), 0);
  await atelier.unfold('optimizer');
  const shown = {};
  for (const key of ['lr', 'beta1', 'beta2', 'eps', 'weight-decay']) shown[key] = await atelier.setting(key);
  assert.deepEqual(shown, { lr: '0.001', beta1: '0.9', beta2: '0.999', eps: '1e-8', 'weight-decay': '0.01' });
  await atelier.set('beta2', '1');
  assert.match(await atelier.fieldError('beta2'), /at least 0 and below 1/);
  assert.ok(await atelier.hook('start').isDisabled());
  await atelier.set('beta2', '0.99');
  const { optimizer, beta2, momentum } = await atelier.query();
  assert.deepEqual([optimizer, beta2, momentum], ['adamw', '0.99', undefined]);
});

test('folded settings say what they hold and open where a link brings something', PATIENCE, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&schedule=one-cycle&clip=0.5');
  const open = (section) => atelier.hook(`section-${section}`).evaluate((details) => details.open);
  assert.deepEqual(
    [await open('schedule'), await open('limits'), await open('augmentation'), await open('optimizer')],
    [true, true, false, false],
  );
  assert.match(await atelier.hook('section-schedule').innerText(), /one-cycle/);
  assert.match(await atelier.hook('section-limits').innerText(), /clip gradients at 0\.5/i);
  await atelier.set('clip', 'tight');
  assert.match(await atelier.hook('section-limits').innerText(), /to correct/);
});

test('what the tutorial leaves alone is folded away until something in it differs', PATIENCE, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu');
  const isOpen = (wanted) => atelier.page.waitForFunction(
    (wanted) => document.querySelector('[data-testid=all-settings]')?.open === wanted,
    wanted,
  );
  await isOpen(false);
  assert.match(await atelier.hook('all-settings').locator('> summary').innerText(), /engine cpu/);
  await atelier.set('lr', '0.01');
  await isOpen(false);
  await atelier.hook('preset-quick').click();
  await isOpen(true);
  await atelier.hook('all-settings').locator('> summary').click();
  await isOpen(false);
  await atelier.open('engine=cpu&nesterov=1');
  await isOpen(true);
  await atelier.hook('all-settings').locator('> summary').click();
  await isOpen(false);
  await atelier.set('momentum', '0');
  await isOpen(true);
});

test('the run is offered as a program for PyTorch that follows the form', PATIENCE, async (t) => {
  const { atelier, context } = await visit(t, 'engine=cpu&seed=7');
  const unfold = atelier.hook('pytorch-code-section').locator('summary');
  // What is not drawn yet is hidden, too.
  await unfold.waitFor();
  assert.ok(await atelier.hook('pytorch-code').isHidden());
  await unfold.click();
  const program = atelier.hook('pytorch-code');
  await program.getByText('torch.manual_seed(7)').waitFor();
  assert.match(await program.innerText(), /torch\.optim\.SGD\(model\.parameters\(\), lr=0\.001, momentum=0\.9\)/);
  await atelier.set('optimizer', 'adam');
  await program.getByText('torch.optim.Adam(').waitFor();
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await atelier.hook('pytorch-code-copy').click();
  await atelier.page.getByText('Copied.').waitFor();
  const copied = await atelier.page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied.trim(), (await program.innerText()).trim());
  await atelier.set('batch', '0');
  await program.waitFor({ state: 'detached' });
});

test('augmented samples are shown as each epoch sees them', PATIENCE, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&seed=3');
  await atelier.waitForStatus('ready');
  await atelier.goTo('understand');
  await atelier.hook('sample-grid').locator('canvas').nth(23).waitFor();
  const plain = await samples(atelier);
  assert.equal(plain.length, 24);
  await atelier.unfold('augmentation');
  await atelier.set('shift', '3');
  await atelier.set('flip', true);
  await atelier.goTo('understand');
  await atelier.hook('augmented-note').getByText('epoch 1').waitFor();
  const first = await samplesOtherThan(atelier, plain);
  await atelier.hook('augmented-next').click();
  await atelier.hook('augmented-note').getByText('epoch 2').waitFor();
  await samplesOtherThan(atelier, first);
  await atelier.set('shift', '0');
  await atelier.set('flip', false);
  await atelier.goTo('understand');
  await atelier.hook('sample-grid').locator('canvas').nth(23).waitFor();
  await atelier.hook('augmented-note').waitFor({ state: 'detached' });
  assert.deepEqual(await samples(atelier), plain, 'switched off, the samples are as published');
});

test('a run with patience ends early and says so', PATIENCE, async (t) => {
  // At this learning rate no weight changes, so the loss never falls.
  const { atelier } = await visit(t, 'engine=cpu&batch=4096&epochs=50&lr=1e-12&momentum=0&patience=1&autostart=1');
  await atelier.waitForStatus('done', seconds(100));
  await atelier.page.getByText(/Stopped early at step/).waitFor();
  assert.equal(await atelier.number('epoch'), 2);
  await atelier.waitForStored();
  const rows = await atelier.checkpointNames();
  assert.ok(rows.some((name) => /_last$/.test(name)) && rows.length === 2, `${rows}`);
});

test('a run that diverges names its step and leaves its last good checkpoint as it was', PATIENCE, async (t) => {
  // Clipping does not affect the decay: every step makes the weights larger by a twentieth, until one overflows.
  const { atelier } = await visit(t, 'engine=cpu&batch=64&lr=2.05&momentum=0&weight-decay=1&clip=1e-6&autostart=1');
  await atelier.pauseAt(5);
  const name = await atelier.waitForCheckpoint(/_last$/);
  await pauseStored(atelier.page, name.match(/\d{8}_\d{6}/)[0]);
  const good = await atelier.download(name, 'full');
  await atelier.pause();
  await atelier.waitForError(/has diverged: the loss of step \d+ is (NaN|inf)/);
  assert.deepEqual(await atelier.checkpointNames(), [name]);
  const kept = await atelier.download(name, 'full');
  assert.ok(kept.bytes.equals(good.bytes), 'not a byte of it has changed');
  const weights = Object.values(kept.tensors).flatMap(({ values }) => [...values]);
  assert.ok(weights.length > 44_426 && weights.every(Number.isFinite));
});

test('a run that diverges at once says the same everywhere, and claims no checkpoint', PATIENCE, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=4&lr=10&momentum=0&weight-decay=1&clip=1e-6&autostart=1');
  const words = await atelier.waitForError(/has diverged: the loss of step \d+ is (NaN|inf)/);
  const step = Number(words.match(/the loss of step (\d+)/)[1]);
  assert.match(words, new RegExp(`losses up to step ${step - 1} are kept, but no checkpoint`));
  await atelier.waitForStatus('failed');
  assert.equal(await atelier.number('step'), step - 1, 'the steps before it are shown');
  const [run] = await atelier.waitForRuns(1);
  await atelier.waitForRunState(run, 'failed');
  assert.match(await atelier.runRow(run).innerText(), new RegExp(`failed after step ${step - 1}\\b`));
  assert.deepEqual(await atelier.checkpointNames(), []);
  // Once all of the data has arrived, the run must still have ended with an error.
  await atelier.goTo('understand');
  await atelier.hook('data-progress').filter({ hasText: /each verified/ }).waitFor();
  assert.equal(await atelier.status(), 'failed');
});

test('a run of so many steps ends with a validation', PATIENCE, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=16&steps=30&autostart=1');
  await atelier.waitForStatus('done');
  assert.equal(await atelier.number('step'), 30);
  assert.ok(await atelier.number('valid-loss') > 0);
});

test('a preset fills the form and leaves engine and seed', PATIENCE, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&seed=9');
  await atelier.hook('preset-quick').click();
  assert.equal(await atelier.setting('optimizer'), 'adamw');
  assert.equal(await atelier.hook('preset-quick').getAttribute('aria-pressed'), 'true');
  const link = await atelier.query();
  assert.deepEqual([link.engine, link.seed, link.schedule], ['cpu', '9', 'one-cycle']);
  await atelier.open('preset=quick&engine=cpu&seed=9');
  assert.equal(await atelier.hook('preset-quick').getAttribute('aria-pressed'), 'true');
  await atelier.hook('preset-tutorial').click();
  assert.equal(await atelier.setting('momentum'), '0.9');
});

test('files that a link names and that cannot be used start nothing', PATIENCE, async (t) => {
  const { atelier, site } = await visit(t, 'engine=cpu&init=gone.safetensors&autostart=1', {
    expects: [/404/],
  });
  await atelier.agreeToFiles();
  await atelier.waitForError(/gone\.safetensors.*cannot be used.*does not have it/);
  await atelier.page.getByText(/starts with initial weights: .*gone\.safetensors\./).waitFor();
  assert.equal(await atelier.number('step'), undefined);
  for (const [body, why] of [['garbage', /not a list/i], ['[[70000]]', /image 70000/], ['[]', /no batches/]]) {
    site.breakFile('order.json', replaced(body));
    await atelier.open('engine=cpu&order=order.json&autostart=1');
    await atelier.agreeToFiles();
    await atelier.waitForError(why);
  }
  site.breakFile('order.json', missing());
  await atelier.hook('given-remove').click();
  assert.equal((await atelier.query()).order, undefined);
  await atelier.start();
  await atelier.waitForNumber('step', 5);
});

/** The pixels of every sample shown. */
function samples(atelier) {
  return atelier.hook('sample-grid').locator('canvas').evaluateAll((canvases) => canvases.map((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, 28, 28);
    return Array.from({ length: 784 }, (_, at) => data[4 * at]).join();
  }));
}

async function samplesOtherThan(atelier, before) {
  for (let wait = 0; wait < 100; wait += 1) {
    const now = await samples(atelier);
    if (now.length === before.length && now.every((image, at) => image !== before[at] || wait > 20)
      && now.some((image, at) => image !== before[at])) return now;
    await atelier.page.waitForTimeout(50);
  }
  throw new Error('the samples stayed as they were');
}
