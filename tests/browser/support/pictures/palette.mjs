// Pictures as small PNG files: a palette of 256 colours, of which the plain surfaces keep theirs to the bit.

import { PNG } from 'pngjs';
import { pngFile } from '../picture.mjs';

const COLOURS = 256;
const INDEXED = 3;

/** A PNG file's width, height and pixels (`data`, four bytes each: red, green, blue, opacity). */
export const decode = (file) => PNG.sync.read(file);

/** A PNG file with a palette. If the picture has more colours, rare ones become the nearest of the palette. */
export function encode({ width, height, data }) {
  const pixels = new Uint32Array(width * height);
  for (let at = 0; at < pixels.length; at += 1) pixels[at] = data.readUIntBE(4 * at, 3);
  const { palette, indices } = paletteOf(pixels);
  const rows = Buffer.alloc((width + 1) * height);
  for (let at = 0; at < pixels.length; at += 1) {
    // Each row begins with the number of its filter: none.
    rows[at + Math.floor(at / width) + 1] = indices.get(pixels[at]);
  }
  const bytes = palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]);
  return pngFile({ width, height, type: INDEXED, rows, palette: Buffer.from(bytes) });
}

/** The palette, and for every colour of the picture its place in it. */
function paletteOf(pixels) {
  const counts = new Map();
  for (const colour of pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const colours = [...counts.keys()].sort((one, other) => counts.get(other) - counts.get(one) || one - other);
  if (colours.length <= COLOURS) return { palette: colours, indices: new Map(colours.map((colour, at) => [colour, at])) };

  // Surfaces keep their colour. Then, again and again, the colour that is farthest from the palette so far joins it, so that
  // no colour is moved far.
  const points = colours.map(perceived);
  // A colour of a few pixels may be moved farther than one of many.
  const weights = colours.map((colour) => Math.min(1, 0.5 + counts.get(colour) / 16));
  const far = new Float64Array(colours.length).fill(Infinity);
  const nearest = new Uint16Array(colours.length);
  const palette = [];
  const join = (chosen) => {
    points.forEach((point, at) => {
      const distance = apart(point, points[chosen]) * weights[at];
      if (distance < far[at]) [far[at], nearest[at]] = [distance, palette.length];
    });
    palette.push(colours[chosen]);
  };
  const surfaces = colours.filter((colour) => counts.get(colour) > pixels.length / 1000).length;
  for (let at = 0; at < Math.min(surfaces, COLOURS / 2); at += 1) join(at);
  while (palette.length < COLOURS) join(far.reduce((best, distance, at) => (distance > far[best] ? at : best), 0));
  return { palette, indices: new Map(colours.map((colour, at) => [colour, nearest[at]])) };
}

/** A colour in OKLab, in which distances are those that people see (https://bottosson.github.io/posts/oklab). */
function perceived(colour) {
  const [red, green, blue] = [colour >> 16, (colour >> 8) & 255, colour & 255].map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const long = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const middle = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const short = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return [
    0.2104542553 * long + 0.793617785 * middle - 0.0040720468 * short,
    1.9779984951 * long - 2.428592205 * middle + 0.4505937099 * short,
    0.0259040371 * long + 0.7827717662 * middle - 0.808675766 * short,
  ];
}

/** As `pixelmatch` measures it. */
const apart = ([l, a, b], [l2, a2, b2]) => Math.abs(l - l2) + Math.hypot(a - a2, b - b2);
