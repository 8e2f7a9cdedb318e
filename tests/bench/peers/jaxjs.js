// The network in jax-js: PyTorch's layouts as they are, the whole step in one `jit`.

import { blockUntilReady, defaultDevice, init, jit, lax, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import { offer } from './worker.js';

const [RATE, MOMENTUM] = [0.001, 0.9];

// Every use of an array but its last one is a `.ref`: functions own their arguments.
const pool = (x) => lax.reduceWindow(x, np.max, [2, 2], [2, 2]);
const conv = (x, weight, bias) => nn.relu(lax.conv(x, weight, [1, 1], 'VALID').add(bias.reshape([-1, 1, 1])));
const dense = (x, weight, bias) => np.dot(x, weight.transpose()).add(bias);

function logits(p, x) {
  const first = pool(conv(x, p['conv1.weight'], p['conv1.bias']));
  const second = pool(conv(first, p['conv2.weight'], p['conv2.bias'])).reshape([-1, 256]);
  const third = nn.relu(dense(second, p['fc1.weight'], p['fc1.bias']));
  const fourth = nn.relu(dense(third, p['fc2.weight'], p['fc2.bias']));
  return dense(fourth, p['fc3.weight'], p['fc3.bias']);
}

function loss(p, x, oneHot) {
  const [batch] = x.shape;
  return nn.logSoftmax(logits(p, x)).mul(oneHot).sum().mul(-1 / batch);
}

const trainStep = jit((parameters, velocity, x, oneHot) => {
  const [value, gradients] = valueAndGrad(loss)(tree.ref(parameters), x, oneHot);
  const moved = tree.map((v, g) => v.mul(MOMENTUM).add(g), velocity, gradients);
  const updated = tree.map((p, v) => p.sub(v.mul(RATE)), parameters, tree.ref(moved));
  return [updated, moved, value];
});

const state = {};

offer({
  async open(backend) {
    const ready = await init(backend);
    if (!ready.includes(backend)) throw new Error(`jax-js does not open ${backend} here`);
    defaultDevice(backend);
  },

  load(weights) {
    const entries = Object.entries(weights);
    const arrays = (of) => Object.fromEntries(entries.map(([name, tensor]) => [name, of(tensor)]));
    state.parameters = arrays(({ shape, values }) => np.array(values, { shape }));
    state.velocity = arrays(({ shape, values }) => np.array(new Float32Array(values.length), { shape }));
  },

  step({ size, images, oneHot }) {
    const x = np.array(images, { shape: [size, 1, 28, 28] });
    const y = np.array(oneHot, { shape: [size, 10] });
    const [parameters, velocity, value] = trainStep(state.parameters, state.velocity, x, y);
    Object.assign(state, { parameters, velocity });
    return value;
  },

  async read(handles) {
    const losses = await Promise.all(handles.map(async (handle) => (await handle.data())[0]));
    // The last loss is known before the last update: the step ends with the weights.
    await blockUntilReady(state.parameters);
    return losses;
  },
});
