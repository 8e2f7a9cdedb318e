// Drawing, bringing and taking pictures, and what a trained network makes of them.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { readImages, readManifest, testImagesOfEachClass } from './support/dataset.mjs';
import { seconds } from './support/patience.mjs';
import { photoOf } from './support/picture.mjs';
import { visit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(90) };
// On the CPU the same settings give the same weights, so these answers are the same on every machine.
const SETTINGS = 'engine=cpu&batch=32&epochs=1&lr=0.01&momentum=0.9&seed=42';

const LEFT_LEG = [[0.4, 0.1], [0.36, 0.9]];
const RIGHT_LEG = [[0.6, 0.1], [0.64, 0.9]];
const WAIST = [[0.38, 0.1], [0.62, 0.1]];

let atelier;

before(async () => {
  ({ atelier } = await visit({ after }, `${SETTINGS}&autostart=1`));
  await atelier.waitForStatus('done', seconds(150));
  const accuracy = await atelier.number('valid-accuracy');
  assert.ok(accuracy >= 0.75, `the network to test with has accuracy ${accuracy}`);
}, { timeout: seconds(180) });

async function clearPad() {
  if (await atelier.hook('clear').isEnabled()) await atelier.hook('clear').click();
  await atelier.page.waitForFunction(() => document.querySelector('[data-testid=prediction-bar]').dataset.probability === '');
}

test('a drawn trouser is a trouser, with ten probabilities that add up', PATIENCE, async () => {
  await clearPad();
  await atelier.hook('brush-size').fill('72');
  for (const stroke of [WAIST, LEFT_LEG, RIGHT_LEG]) await atelier.draw(stroke);
  await atelier.page.waitForFunction(() => document.querySelector('[data-testid=prediction-top]').innerText === 'Trouser');
  const shares = await atelier.probabilities();
  const { class_names: names } = await readManifest();
  assert.deepEqual(Object.keys(shares), names);
  const sum = Object.values(shares).reduce((sum, share) => sum + share, 0);
  assert.ok(Math.abs(sum - 1) < 1e-4, `the probabilities add up to ${sum}`);
  assert.equal(Math.max(...Object.values(shares)), shares.Trouser);
});

test('undo takes back a stroke, clear takes everything, undo brings it back', PATIENCE, async () => {
  await clearPad();
  await atelier.draw(LEFT_LEG);
  const one = await atelier.waitForOtherProbabilities({});
  const seen = await atelier.garment();
  await atelier.draw(RIGHT_LEG);
  const two = await atelier.waitForOtherProbabilities(one);
  await atelier.hook('undo').click();
  assert.deepEqual(await atelier.waitForOtherProbabilities(two), one);
  assert.deepEqual(await atelier.garment(), seen);

  await clearPad();
  assert.deepEqual(await atelier.garment(), new Array(784).fill(0));
  assert.deepEqual(await atelier.probabilities(), {});
  assert.doesNotMatch(await atelier.predictionTop(), /[a-z]/i, 'no class is named');
  await atelier.hook('undo').click();
  assert.deepEqual(await atelier.waitForOtherProbabilities({}), one);
});

for (const background of ['black', 'white']) {
  test(`an uploaded garment on ${background} is known`, PATIENCE, async (t) => {
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

test('a picture that is pasted or dropped counts like an uploaded one', PATIENCE, async () => {
  const [shoe] = (await testImagesOfEachClass(1)).filter(({ name }) => name === 'Ankle Boot');
  const picture = photoOf(shoe.pixels, 'white');
  const answers = [];
  for (const bring of [() => atelier.upload(picture), () => atelier.bring('paste', picture), () => atelier.bring('drop', picture)]) {
    await clearPad();
    await bring();
    answers.push(await atelier.waitForOtherProbabilities({}));
  }
  assert.deepEqual(answers[1], answers[0]);
  assert.deepEqual(answers[2], answers[0]);
});

test('a file that is no picture is refused in words', PATIENCE, async () => {
  await clearPad();
  const file = { name: 'notes.png', mimeType: 'image/png', buffer: Buffer.from('not a picture') };
  await atelier.hook('upload-input').setInputFiles(file);
  await atelier.page.getByText(/notes\.png cannot be read as a picture/).waitFor();
  assert.deepEqual(await atelier.probabilities(), {});
});

test('a test image comes with its true name', PATIENCE, async () => {
  await clearPad();
  await atelier.hook('test-image').click();
  await atelier.waitForOtherProbabilities({});
  const words = await atelier.hook('test-label').innerText();
  const [, index, name] = /^Test image (\d+) is: ([^,.]+)/.exec(words) ?? assert.fail(words);
  const truth = (await readImages('test'))[index];
  assert.equal(name, truth.name);
  assert.deepEqual(await atelier.garment(), [...truth.pixels]);
});

test('while a run trains, the answer follows its weights', PATIENCE, async () => {
  await clearPad();
  await atelier.draw(LEFT_LEG);
  let shares = await atelier.waitForOtherProbabilities({});
  await atelier.set('epochs', 3);
  await atelier.start();
  await atelier.waitForNumber('step', 20);
  for (let change = 0; change < 3; change += 1) {
    shares = await atelier.waitForOtherProbabilities(shares);
    assert.equal(await atelier.status(), 'training');
  }
  await atelier.page.getByText(/by this run, step \d+/).waitFor();
  await atelier.stop();
  await atelier.waitForStatus('ready');
});
