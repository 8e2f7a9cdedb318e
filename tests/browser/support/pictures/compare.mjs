// Whether two pictures show the same.

import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';

/**
 * How far apart the colours of a pixel may lie, as a share of the distance from black to white: seven of 255 shades of grey.
 * The palette moves at most 7 pixels of a square by 0.02, measured on all pictures; and if a graphics card's rasteriser
 * draws the page's first view in place of the processor's, as on another machine, 6 pixels of a square are farther apart.
 */
const THRESHOLD = 0.025;
/** A change is local, and noise is spread: what counts is the most changed square of this side. */
const SQUARE = 32;
/** So many pixels of a square may differ. */
const MOST = 10;

/**
 * What differs between the expected picture and the actual one: `undefined`, or why, with a picture of the difference
 * unless the sizes differ. Anti-aliasing is no difference.
 */
export function difference(expected, actual) {
  const { width, height } = expected;
  if (width !== actual.width || height !== actual.height) {
    return { why: `${actual.width}×${actual.height} pixels instead of ${width}×${height}` };
  }
  if (expected.data.equals(actual.data)) return undefined;
  const count = (output, options) =>
    pixelmatch(expected.data, actual.data, output, width, height, { threshold: THRESHOLD, ...options });
  const worst = count(undefined, { windowSize: SQUARE });
  if (worst <= MOST) return undefined;
  const drawn = new PNG({ width, height });
  const all = count(drawn.data, { alpha: 0.2 });
  return { why: `${all} pixels differ, ${worst} of them in a square of ${SQUARE}`, drawn: PNG.sync.write(drawn) };
}
