// A data set of the visitor's own: added from a folder, a ZIP file or IDX files, trained on, kept, deleted; and bad files.

import assert from 'node:assert/strict';
import test from 'node:test';
import { CLASSES, added, folderOf, idxPair, listed, openSettings, picture, pictures, sets, zipOf } from './support/own-set.mjs';
import { seconds } from './support/patience.mjs';
import { visit } from './support/visit.mjs';

test('a folder of pictures by class is trained on, kept over a reload, and deleted', { timeout: seconds(300) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=8&epochs=12&lr=0.01&momentum=0.9&seed=3');
  await openSettings(atelier);
  const extra = { name: 'shapes/bar/notes.txt', bytes: Buffer.from('not a picture') };
  await atelier.hook('classes-folder').setInputFiles(await folderOf(t, [...pictures(), extra]));
  await added(atelier);
  assert.match(await atelier.hook('own-data-state').innerText(), /Added shapes: 84 images of 3 classes\. One file was left out:/);
  assert.match(await atelier.hook('own-data-skipped').innerText(), /notes\.txt: it is not a PNG/);
  await listed(atelier, 'shapes, 3 classes');
  assert.deepEqual(await sets(atelier), ['Fashion-MNIST', 'shapes, 3 classes']);

  await atelier.waitForStatus('ready');
  await atelier.start();
  await atelier.waitForStatus('done', seconds(120));
  const accuracy = await atelier.number('valid-accuracy');
  assert.ok(accuracy >= 0.8, `accuracy ${accuracy}`);
  assert.equal(await atelier.hook('loss-log').count(), 1);
  assert.equal(await atelier.hook('reference-toggle').count(), 0, 'PyTorch has no results for these images');

  // The network has three classes, with their own names.
  await atelier.upload(picture('ring', 3));
  // Until then the answer may be that of the followed image, which goes with it.
  await atelier.hook('followed-image').waitFor({ state: 'detached' });
  await atelier.page.locator('[data-testid=prediction-bar][data-label=ring].class-bar-top').waitFor();
  assert.equal(await atelier.hook('prediction-top').innerText(), 'ring');
  assert.deepEqual(Object.keys(await atelier.probabilities()), CLASSES);
  await atelier.hook('test-image').click();
  await atelier.page.waitForFunction((names) =>
    names.some((name) => document.querySelector('[data-testid=test-label]').innerText.includes(`labelled ${name}`)), CLASSES);

  await atelier.page.reload();
  // The run is shown again.
  await atelier.waitForStatus('done', seconds(60));
  await openSettings(atelier);
  assert.match(await atelier.hook('data-set-select').locator('option:checked').innerText(), /shapes/);
  await atelier.goTo('understand');
  assert.match(await atelier.hook('split-sizes').innerText(), /72 training images, 12 test images, 3 classes/);
  await atelier.goTo('runs');
  await atelier.hook('run-row').first().waitFor();
  await atelier.goTo('train');

  await atelier.hook('data-set-delete').click();
  await atelier.page.waitForFunction(() => document.querySelectorAll('[data-testid=data-set-select] option').length === 1);
  await atelier.goTo('understand');
  await atelier.hook('split-sizes').filter({ hasText: '60,000 training images' }).waitFor();
});

test('a ZIP file and IDX files are data sets, too, and stand beside each other', { timeout: seconds(180) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu');
  await openSettings(atelier);
  await atelier.hook('classes-input').setInputFiles([{ name: 'shapes.zip', mimeType: 'application/zip', buffer: zipOf(pictures()) }]);
  await added(atelier);
  await listed(atelier, 'shapes, 3 classes');
  assert.deepEqual(await sets(atelier), ['Fashion-MNIST', 'shapes, 3 classes']);
  const images = Buffer.alloc(30 * 784, (_, at) => at);
  for (let at = 0; at < images.length; at += 1) images[at] = (at * 31 + Math.floor(at / 784) * 17) % 256;
  const labels = Array.from({ length: 30 }, (_, at) => at % 5);
  await atelier.hook('classes-input').setInputFiles(idxPair('mine', images, labels));
  await atelier.page.waitForFunction(() => /5 classes/.test(document.querySelector('[data-testid=own-data-state]').innerText));
  await atelier.page.waitForFunction(() => document.querySelectorAll('[data-testid=data-set-select] option').length === 3);
});

test('files that are no data set are refused with their reason, and nothing changes', { timeout: seconds(120) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu');
  await atelier.waitForStatus('ready', seconds(60));
  await openSettings(atelier);
  const only = pictures().filter(({ name }) => name.includes('/bar/'));
  for (const files of [
    [{ name: 'one.zip', mimeType: 'application/zip', buffer: zipOf(only) }],
    [{ name: 'broken.zip', mimeType: 'application/zip', buffer: zipOf(pictures()).subarray(0, 2000) }],
    [{ name: 'a-images-idx3-ubyte', mimeType: 'application/octet-stream', buffer: Buffer.from([0, 0, 8, 3, 255, 255, 255, 255]) }],
    [{ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('nothing') }],
    'a text that is dropped',
  ]) {
    if (typeof files === 'string') await dropText(atelier, files);
    else await atelier.hook('classes-input').setInputFiles(files);
    const notice = atelier.hook('error-message').locator('> *').first();
    await notice.waitFor();
    t.diagnostic(`${files[0].name ?? files}: ${await notice.innerText()}`);
    await notice.getByRole('button', { name: 'Dismiss' }).click();
    assert.deepEqual(await sets(atelier), ['Fashion-MNIST']);
  }
});

/** Drops a text where files belong. */
const dropText = (atelier, text) => atelier.hook('classes-drop').evaluate((zone, text) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.setData('text/plain', text);
  zone.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
}, text);
