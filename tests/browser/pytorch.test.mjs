// Both engines' losses, step by step, compared with PyTorch's in float64 as docs/faithfulness.md says.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { added } from './support/server.mjs';
import { prepareVisit } from './support/visit.mjs';

const STEPS = 50;
/** Steps in which rounding has not grown yet, and how far each loss of these may be from PyTorch's, relative. */
const FIRST = 10;
const FIRST_APART = 1e-5;
/** A run has strayed if a loss is farther than this from PyTorch's. */
const STRAYED = 1e-3;
/** Four units in the last place of a loss: medians that are closer are the same. */
const RESOLUTION = 1e-6;
const fixture = (name) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url));

/** Settings by the reference that they belong to, in the order in which they must be entered. */
const REFERENCES = {
  sgd_momentum: {},
  sgd: { lr: 0.01, momentum: 0 },
  sgd_nesterov_decay: { lr: 0.005, momentum: 0.9, nesterov: true, 'weight-decay': 0.0005 },
  asgd: { optimizer: 'asgd' },
  adagrad: { optimizer: 'adagrad' },
  adam: { optimizer: 'adam' },
  adamw: { optimizer: 'adamw' },
  rmsprop: { optimizer: 'rmsprop', lr: 0.0005 },
};

/** The settings in each run's checkpoint: all that apply. */
const EVERY_RUN = {
  schedule: 'constant', 'warm-up': '0', clip: '', patience: '', shift: '0', flip: '0', erase: '0',
  'keep-every': '', keep: '5', 'weight-decay': '0',
};
const SGD = { ...EVERY_RUN, optimizer: 'sgd', momentum: '0.9', dampening: '0', nesterov: '0' };
const ADAM = { ...EVERY_RUN, beta1: '0.9', beta2: '0.999', eps: '1e-8', lr: '0.001' };
const SAID = {
  sgd_momentum: { ...SGD, lr: '0.001' },
  sgd: { ...SGD, lr: '0.01', momentum: '0' },
  sgd_nesterov_decay: { ...SGD, lr: '0.005', nesterov: '1', 'weight-decay': '0.0005' },
  asgd: {
    ...EVERY_RUN, optimizer: 'asgd', lr: '0.01', lambd: '0.0001', alpha: '0.75', t0: '1000000', averaged: '0',
  },
  adagrad: { ...EVERY_RUN, optimizer: 'adagrad', lr: '0.01', 'lr-decay': '0', eps: '1e-10' },
  adam: { ...ADAM, optimizer: 'adam' },
  adamw: { ...ADAM, optimizer: 'adamw', 'weight-decay': '0.01' },
  rmsprop: {
    ...EVERY_RUN, optimizer: 'rmsprop', lr: '0.0005', alpha: '0.99', eps: '1e-8', momentum: '0', centered: '0',
  },
};

const PYTORCHS = JSON.parse(fixture('given.json')).runs;

const median = (numbers) => {
  const sorted = numbers.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
};

for (const engine of ['webgpu', 'cpu']) {
  test(`on ${engine}, every optimizer follows PyTorch over ${STEPS} steps`, { timeout: seconds(400) }, async (t) => {
    const { site, openTab } = await prepareVisit(t);
    for (const file of ['init.safetensors', 'order.json']) site.breakFile(`reference/${file}`, added(fixture(file)));
    // One tab for all: its worker compiles the GPU's programs once.
    const atelier = await openTab();
    const given = 'init=reference/init.safetensors&order=reference/order.json';
    const steps = engine === 'cpu' ? `&steps=${STEPS}` : '';
    await atelier.open(`engine=${engine}&epochs=1${steps}&${given}`);
    await atelier.agreeToFiles();
    await atelier.waitForStatus('ready');
    await atelier.unfold('optimizer');
    const apart = {};
    for (const [name, settings] of Object.entries(REFERENCES)) {
      for (const [key, value] of Object.entries(settings)) await atelier.set(key, value);
      if (engine === 'cpu') {
        await atelier.timeUntilStatus('start', 'done');
      } else {
        // Not to its end: on a software adapter, validating takes far longer than these steps.
        await atelier.start();
        await atelier.waitForStatus('training');
        await atelier.waitForNumber('step', STEPS);
        await atelier.stop();
        await atelier.waitForStatus('stopped');
      }
      await atelier.waitForStored();
      const run = await atelier.waitForCheckpoint(/_last$/);
      const { tensors, metadata } = await atelier.download(run, 'full');
      const losses = tensors['history.losses'].values;
      const { engine: used, batch, epochs, steps: most, seed, ...own } = JSON.parse(metadata.atelier).config;
      assert.equal(used, engine);
      assert.deepEqual(own, SAID[name], 'the run had the settings of the reference');
      const { losses: all } = PYTORCHS.find(({ optimizer }) => optimizer === name);
      const expected = all.slice(0, STEPS);
      assert.ok(losses.length >= STEPS);
      const distances = expected.map((loss, step) => Math.abs(loss - losses[step]));
      for (const [step, distance] of distances.slice(0, FIRST).entries()) {
        assert.ok(distance <= FIRST_APART * expected[step], `${name}, step ${step}: ${losses[step]}, not ${expected[step]}`);
      }
      apart[name] = Math.max(...distances);
    }
    const ours = Object.values(apart);
    const theirs = PYTORCHS.map((run) => Math.max(...Object.values(run.apart[60])));
    const strayed = (distances) => distances.filter((distance) => distance > STRAYED).length;
    assert.ok(strayed(ours) <= strayed(theirs), `${strayed(ours)} runs strayed, ${strayed(theirs)} of PyTorch's`);
    assert.ok(median(ours) <= median(theirs) + RESOLUTION, `the median is ${median(ours)}, PyTorch's ${median(theirs)}`);
    const shown = Object.entries(apart).map(([name, value]) => `${name} ${value.toExponential(1)}`);
    t.diagnostic(`largest differences: ${shown.join(', ')}`);
  });
}
