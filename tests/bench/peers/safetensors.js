// Weights as PyTorch names and lays them out: eight bytes of header length, a JSON header, raw floats.

export function parseSafetensors(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const data = bytes.subarray(8 + length);
  const tensors = Object.entries(header).filter(([name]) => name !== '__metadata__');
  return Object.fromEntries(tensors.map(([name, { shape, data_offsets: [from, to] }]) => {
    // A copy, because a view of floats must start at a multiple of four.
    return [name, { shape, values: new Float32Array(data.slice(from, to).buffer) }];
  }));
}
