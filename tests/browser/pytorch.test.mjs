// WebGPU's losses, step by step, compared with PyTorch's (tests/fixtures/README.md).

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { added } from './support/server.mjs';
import { prepareVisit } from './support/visit.mjs';

const STEPS = 50;
const TOLERANCE = 1e-3;
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
      const run = await atelier.waitForCheckpoint(/_last$/);
      const { tensors, metadata } = await atelier.download(run, 'full');
      const losses = tensors['history.losses'].values;
      const { engine: used, batch, epochs, steps: most, seed, ...own } = JSON.parse(metadata.atelier).config;
      assert.equal(used, engine);
      assert.deepEqual(own, SAID[name], 'the run had the settings of the reference');
      const expected = JSON.parse(fixture(`${name}.json`)).losses.slice(0, STEPS);
      assert.ok(losses.length >= STEPS);
      apart[name] = Math.max(...expected.map((loss, step) => Math.abs(loss - losses[step])));
      assert.ok(apart[name] < TOLERANCE, `${name} differs by ${apart[name]}`);
    }
    const shown = Object.entries(apart).map(([name, value]) => `${name} ${value.toExponential(1)}`);
    t.diagnostic(`largest differences: ${shown.join(', ')}`);
  });
}
