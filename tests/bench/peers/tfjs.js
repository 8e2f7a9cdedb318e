// The network in TensorFlow.js: images as NHWC, kernels as HWIO.

import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-webgpu';
import { offer } from './worker.js';

const [RATE, MOMENTUM] = [0.001, 0.9];
const state = {};

/** PyTorch's [out, in, height, width] as [height, width, in, out]. */
const kernel = ({ shape, values }) => tf.tidy(() => tf.tensor(values, shape).transpose([2, 3, 1, 0]));
/** PyTorch's [out, in] as [in, out]. */
const matrix = ({ shape, values }) => tf.tidy(() => tf.tensor(values, shape).transpose());
/** The first dense layer's inputs lie as [channel, height, width] in PyTorch, as [height, width, channel] here. */
const afterFlattening = ({ shape: [out], values }) =>
  tf.tidy(() => tf.tensor(values, [out, 16, 4, 4]).transpose([2, 3, 1, 0]).reshape([256, out]));
const vector = ({ shape, values }) => tf.tensor(values, shape);

const LAYOUTS = {
  'conv1.weight': kernel,
  'conv2.weight': kernel,
  'fc1.weight': afterFlattening,
  'fc2.weight': matrix,
  'fc3.weight': matrix,
};

function loss(images, oneHot) {
  const p = state.parameters;
  const conv = (x, name) => x.conv2d(p[`${name}.weight`], 1, 'valid').add(p[`${name}.bias`]).relu().maxPool(2, 2, 'valid');
  const dense = (x, name) => x.matMul(p[`${name}.weight`]).add(p[`${name}.bias`]);
  const flat = conv(conv(images, 'conv1'), 'conv2').reshape([-1, 256]);
  const logits = dense(dense(dense(flat, 'fc1').relu(), 'fc2').relu(), 'fc3');
  return tf.losses.softmaxCrossEntropy(oneHot, logits);
}

offer({
  async open(backend) {
    if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js does not open ${backend} here`);
    await tf.ready();
    if (tf.getBackend() !== backend) throw new Error(`TensorFlow.js fell back to ${tf.getBackend()}`);
  },

  load(weights) {
    const made = Object.entries(weights).map(([name, tensor]) => {
      const value = (LAYOUTS[name] ?? vector)(tensor);
      return [name, tf.variable(value, true)];
    });
    state.parameters = Object.fromEntries(made);
    state.optimizer = tf.train.momentum(RATE, MOMENTUM);
  },

  step({ size, images, oneHot }) {
    return tf.tidy(() => {
      const x = tf.tensor4d(images, [size, 28, 28, 1]);
      const y = tf.tensor2d(oneHot, [size, 10]);
      return state.optimizer.minimize(() => loss(x, y), true);
    });
  },

  async read(handles) {
    const losses = await Promise.all(handles.map(async (handle) => (await handle.data())[0]));
    // The last loss is known before the last update: the step ends with the weights.
    await state.parameters['fc3.bias'].data();
    handles.forEach((handle) => handle.dispose());
    return losses;
  },
});
