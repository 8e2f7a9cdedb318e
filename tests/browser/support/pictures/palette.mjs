// Pictures as small PNG files: a palette of 256 colours, of which the plain surfaces keep theirs to the bit.

import { PNG } from 'pngjs';
import { pngFile } from '../picture.mjs';

const COLOURS = 256;
const INDEXED = 3;

/** A PNG file's width, height and pixels (`data`, four bytes each: red, green, blue, opacity). */
export const decode = (file) => PNG.sync.read(file);

/** A PNG file with a palette. If the picture has more colours, rare ones become the nearest of the palette. */
export function encode({ width, height, data }) {
  const pixels = Uint32Array.from({ length: width * height }, (_, at) => data.readUIntBE(4 * at, 3));
  const palette = paletteOf(pixels);
  const indices = new Map(palette.map((colour, at) => [colour, at]));
  const rows = Buffer.alloc((width + 1) * height);
  pixels.forEach((colour, at) => {
    let index = indices.get(colour);
    if (index === undefined) {
      index = nearest(palette, colour);
      indices.set(colour, index);
    }
    // Each row begins with the number of its filter: none.
    rows[at + Math.floor(at / width) + 1] = index;
  });
  const colours = Buffer.from(palette.flatMap(channels));
  return pngFile({ width, height, type: INDEXED, rows, palette: colours });
}

const channels = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];

/** The most frequent colour of each part of the colour space, so that none is far away, then the most frequent ones. */
function paletteOf(pixels) {
  const counts = new Map();
  for (const colour of pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const byFrequency = [...counts.keys()].sort((one, other) => counts.get(other) - counts.get(one) || one - other);
  if (byFrequency.length <= COLOURS) return byFrequency;
  const parts = new Map();
  for (const colour of byFrequency) {
    const part = colour & 0xe0e0e0;
    if (!parts.has(part)) parts.set(part, colour);
  }
  // Surfaces first: nothing that covers a thousandth of the picture may change its colour.
  const surfaces = byFrequency.filter((colour) => counts.get(colour) > pixels.length / 1000);
  return [...new Set([...surfaces, ...parts.values(), ...byFrequency])].slice(0, COLOURS);
}

function nearest(palette, colour) {
  const [red, green, blue] = channels(colour);
  const far = (other) => {
    const [r, g, b] = channels(other);
    return (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
  };
  let [best, least] = [0, Infinity];
  palette.forEach((other, at) => {
    const distance = far(other);
    if (distance < least) [best, least] = [at, distance];
  });
  return best;
}
