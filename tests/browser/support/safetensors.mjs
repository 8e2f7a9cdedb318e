// Reads a safetensors file: eight bytes of header length, a JSON header, raw little-endian data.

export function parseSafetensors(bytes) {
  const length = Number(bytes.readBigUInt64LE(0));
  const { __metadata__: metadata = {}, ...entries } =
    JSON.parse(bytes.subarray(8, 8 + length).toString('utf8'));
  const data = bytes.subarray(8 + length);
  const tensors = Object.entries(entries).map(([name, { dtype, shape, data_offsets: [from, to] }]) => {
    // A copy, because a view of floats must start at a multiple of four.
    const values = new Float32Array(new Uint8Array(data.subarray(from, to)).buffer);
    return [name, { dtype, shape, values }];
  });
  return { metadata, tensors: Object.fromEntries(tensors), dataBytes: data.length };
}

/** PyTorch's state dict of the tutorial's `GarmentClassifier`. */
export const STATE_DICT = {
  'conv1.weight': [6, 1, 5, 5],
  'conv1.bias': [6],
  'conv2.weight': [16, 6, 5, 5],
  'conv2.bias': [16],
  'fc1.weight': [120, 256],
  'fc1.bias': [120],
  'fc2.weight': [84, 120],
  'fc2.bias': [84],
  'fc3.weight': [10, 84],
  'fc3.bias': [10],
};
