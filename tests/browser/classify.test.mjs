// Drawing and uploading pictures, and how a trained network classifies them.

import assert from 'node:assert/strict';
import test from 'node:test';
import { readImages, readManifest, testImagesOfEachClass } from './support/dataset.mjs';
import { BAG, BOOT, LEFT_LEG, RIGHT_LEG, TROUSER } from './support/drawings.mjs';
import { seconds } from './support/patience.mjs';
import { photoOf } from './support/picture.mjs';
import { visit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(90) };
// On the CPU, the same settings give the same weights, so the predictions are the same on every machine.
const SETTINGS = 'engine=cpu&batch=32&epochs=1&lr=0.01&momentum=0.9&seed=42';

test('a network trained for an epoch', { timeout: seconds(400) }, async (t) => {
  const { atelier } = await visit(t, `${SETTINGS}&autostart=1`);
  await atelier.waitForStatus('done', seconds(150));
  const accuracy = await atelier.number('valid-accuracy');
  assert.ok(accuracy >= 0.75, `the network to test with has accuracy ${accuracy}`);

  await t.test('calls a drawn trouser a trouser, with ten probabilities that add up', PATIENCE, async () => {
    await atelier.hook('brush-size').fill('72');
    await drawAll(atelier, TROUSER);
    await atelier.hook('prediction-top').filter({ hasText: 'Trouser' }).waitFor();
    const shares = await atelier.probabilities();
    const { class_names: names } = await readManifest();
    assert.deepEqual(Object.keys(shares), names);
    const sum = Object.values(shares).reduce((sum, share) => sum + share, 0);
    assert.ok(Math.abs(sum - 1) < 1e-4, `the probabilities add up to ${sum}`);
    assert.equal(Math.max(...Object.values(shares)), shares.Trouser);
  });

  await t.test('knows garments drawn as outlines', PATIENCE, async () => {
    await atelier.hook('brush-size').fill('28');
    for (const [drawing, name] of [[BAG, 'Bag'], [BOOT, 'Ankle Boot']]) {
      await clearPad(atelier);
      await drawAll(atelier, drawing);
      await atelier.hook('prediction-top').filter({ hasText: name }).waitFor();
    }
  });

  await t.test('sees a single dot', PATIENCE, async () => {
    await clearPad(atelier);
    await atelier.hook('draw-canvas').click();
    await atelier.waitForOtherProbabilities({}, seconds(10));
    assert.ok(Math.max(...await atelier.garment()) > 100);
  });

  await t.test('forgets a stroke with undo and everything with clear, which undo brings back', PATIENCE, async () => {
    await clearPad(atelier);
    await atelier.draw(LEFT_LEG);
    const one = await atelier.settledProbabilities();
    const seen = await atelier.garment();
    await atelier.draw(RIGHT_LEG);
    await atelier.waitForOtherProbabilities(one);
    const two = await atelier.settledProbabilities();
    await atelier.hook('undo').click();
    assert.deepEqual(await atelier.waitForOtherProbabilities(two), one);
    assert.deepEqual(await atelier.garment(), seen);

    await clearPad(atelier);
    assert.deepEqual(await atelier.garment(), new Array(784).fill(0));
    assert.doesNotMatch(await atelier.predictionTop(), /[a-z]/i, 'no class is named');
    await atelier.hook('undo').click();
    assert.deepEqual(await atelier.waitForOtherProbabilities({}), one);
  });

  for (const background of ['black', 'white']) {
    await t.test(`knows uploaded garments on ${background}`, PATIENCE, async (t) => {
      const images = await testImagesOfEachClass(2);
      const wrong = [];
      let before = await atelier.probabilities();
      for (const { pixels, name } of images) {
        await atelier.upload(photoOf(pixels, background));
        before = await atelier.waitForOtherProbabilities(before);
        const top = await atelier.predictionTop();
        if (top !== name) wrong.push(`${name} is called ${top}`);
      }
      t.diagnostic(`${images.length - wrong.length} of ${images.length} right; ${wrong.join(', ')}`);
      assert.ok(wrong.length <= images.length * 0.3, `${wrong.length} of ${images.length} are wrong`);
    });
  }

  await t.test('sees the same in a picture that is uploaded, pasted or dropped', PATIENCE, async () => {
    const [shoe] = (await testImagesOfEachClass(1)).filter(({ name }) => name === 'Ankle Boot');
    const picture = photoOf(shoe.pixels, 'white');
    const ways = [
      () => atelier.upload(picture),
      () => atelier.bring('paste', picture),
      () => atelier.bring('drop', picture),
    ];
    const answers = [];
    for (const bring of ways) {
      await clearPad(atelier);
      await bring();
      answers.push(await atelier.waitForOtherProbabilities({}));
    }
    assert.deepEqual(answers[1], answers[0]);
    assert.deepEqual(answers[2], answers[0]);
  });

  await t.test('gets no file that is no picture', PATIENCE, async () => {
    await clearPad(atelier);
    const file = { name: 'notes.png', mimeType: 'image/png', buffer: Buffer.from('not a picture') };
    await atelier.hook('upload-input').setInputFiles(file);
    await atelier.page.getByText(/notes\.png cannot be read as a picture/).waitFor();
    assert.deepEqual(await atelier.probabilities(), {});
  });

  await t.test('gets a test image as it is, and the page says what it truly shows', PATIENCE, async () => {
    await atelier.hook('test-image').click();
    await atelier.waitForOtherProbabilities({});
    const words = await atelier.hook('test-label').innerText();
    const [, index, name] = /^Test image (\d+) is labelled ([^,;.]+)/.exec(words) ?? assert.fail(words);
    const truth = (await readImages('test'))[index];
    assert.equal(name, truth.name);
    assert.deepEqual(await atelier.garment(), [...truth.pixels]);
  });

  await t.test('gives way to the newest weights while another run trains', PATIENCE, async () => {
    await clearPad(atelier);
    await atelier.draw(LEFT_LEG);
    let shares = await atelier.waitForOtherProbabilities({});
    await atelier.set('epochs', 3);
    await atelier.start();
    // Until then, the step is the previous run's.
    await atelier.waitForStatus('training');
    await atelier.waitForNumber('step', 20);
    for (let change = 0; change < 3; change += 1) {
      shares = await atelier.waitForOtherProbabilities(shares);
      assert.match(await atelier.status(), /^(training|validating)$/);
    }
    await atelier.page.getByText(/by this run, step \d+/).waitFor();
    await atelier.stop();
    await atelier.waitForStatus('stopped');
  });
});

test('a run classifies a test image while the pad is empty', { timeout: seconds(240) }, async (t) => {
  const { atelier } = await visit(t, 'engine=cpu&batch=64&epochs=100&lr=0.01');
  await atelier.waitForStatus('ready');
  assert.equal(await atelier.hook('followed-image').count(), 0);
  assert.deepEqual(await atelier.probabilities(), {});

  await atelier.start();
  const followed = atelier.hook('followed-image');
  await followed.waitFor();
  assert.match(await followed.innerText(), /^Test image \d+, labelled \S/);
  const first = await atelier.waitForOtherProbabilities({});
  await atelier.waitForOtherProbabilities(first);
  assert.ok(Math.max(...await atelier.garment()) > 0);

  await atelier.draw([[0.4, 0.1], [0.36, 0.9]]);
  await followed.waitFor({ state: 'detached' });
  await atelier.hook('clear').click();
  await followed.waitFor();
  await atelier.waitForOtherProbabilities({});

  await atelier.stop();
  await atelier.waitForStatus('stopped');
  await followed.waitFor();
  await atelier.hook('clear').click();
  await followed.waitFor({ state: 'detached' });
  await atelier.waitForNoProbabilities();
});

async function drawAll(atelier, strokes) {
  for (const stroke of strokes) await atelier.draw(stroke);
}

async function clearPad(atelier) {
  if (await atelier.hook('clear').isEnabled()) await atelier.hook('clear').click();
  await atelier.waitForNoProbabilities();
}
