// The images that everyone trains on: those of `tests/fixtures/order.json`, one batch after the other.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const PIXELS = 28 * 28;
const FIXTURES = new URL('../../fixtures/', import.meta.url);

export const readFixture = (name) => readFile(new URL(name, FIXTURES));

/** PyTorch's first losses by batch size, for the sizes that are in `pytorch.json`. */
export async function readReference() {
  const others = JSON.parse(await readFile(new URL('../pytorch.json', import.meta.url), 'utf8'));
  return { ...others, 4: JSON.parse(await readFixture('sgd_momentum.json')).losses };
}

/** Images and labels in the order of the fixture, from the site's shards. */
export async function readBatches(site) {
  const order = JSON.parse(await readFixture('order.json')).flat();
  const { train: { shards } } = JSON.parse(await readFile(join(site, 'data/manifest.json'), 'utf8'));
  const files = await Promise.all(shards.map(async ({ file, images }) => {
    const bytes = gunzipSync(await readFile(join(site, 'data', file)));
    return { images, pixels: bytes.subarray(0, images * PIXELS), labels: bytes.subarray(images * PIXELS) };
  }));
  const images = Buffer.alloc(order.length * PIXELS);
  const labels = Buffer.alloc(order.length);
  order.forEach((index, at) => {
    let [file, within] = [0, index];
    while (within >= files[file].images) within -= files[file++].images;
    images.set(files[file].pixels.subarray(within * PIXELS, (within + 1) * PIXELS), at * PIXELS);
    labels[at] = files[file].labels[within];
  });
  return { images, labels };
}
