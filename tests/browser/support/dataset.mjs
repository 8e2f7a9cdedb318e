// The real data set, read from the site's own shards.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DIST } from './server.mjs';

const PIXELS = 28 * 28;

export async function readManifest() {
  return JSON.parse(await readFile(join(DIST, 'data/manifest.json'), 'utf8'));
}

/** The images of a split's first shards (all shards if no number is given), with the names of their labels. */
export async function readImages(split, shards = Infinity) {
  const manifest = await readManifest();
  const read = manifest[split].shards.slice(0, shards).map(async ({ file, images }) => {
    const bytes = gunzipSync(await readFile(join(DIST, 'data', file)));
    return Array.from({ length: images }, (_, i) => ({
      pixels: bytes.subarray(i * PIXELS, (i + 1) * PIXELS),
      name: manifest.class_names[bytes[images * PIXELS + i]],
    }));
  });
  return (await Promise.all(read)).flat();
}

/** This many test images of each class, the first ones in the file. */
export async function testImagesOfEachClass(count) {
  const seen = {};
  const images = await readImages('test');
  return images.filter(({ name }) => {
    seen[name] = (seen[name] ?? 0) + 1;
    return seen[name] <= count;
  });
}
