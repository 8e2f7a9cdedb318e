// What a screen reader gets, compared with what is committed in `snapshots/`.

import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../snapshots/', import.meta.url));

const CLASSES = [
  'T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot', 'Ankle Boot',
  'T恤/上衣', '裤子', '套头衫', '连衣裙', '外套', '凉鞋', '衬衫', '运动鞋', '包', '短靴',
];

/** Without what differs from visit to visit: numbers with their units, names of adapters, classes that stand alone. */
function masked(tree) {
  return tree
    // A program for PyTorch, which has tests of its own.
    .replace(/- code: .*/g, '- code: CODE')
    .replace(/SwiftShader[^"\n]*?\)/g, 'ADAPTER)')
    .replace(/sha256 [0-9a-f]+|SHA-256[:：]? ?[0-9a-f]{6,}/gi, 'SHA-256 #')
    .replace(/(?<!level=)\d[\d,.]*(?:e[+-]?\d+)?/g, '#')
    .replace(/#(?:[/:]#)+/g, '#')
    .replace(/# ?(?:[AP]M|[KMG]?B|kB|ms|s|min|h|毫秒|秒|分钟|分|小时)(?![\w])/g, '#')
    .replace(/# #/g, '#')
    .split('\n')
    .map((line) => (CLASSES.some((name) => line.trim() === `- paragraph: ${name}`) ? line.replace(/:.*/, ': CLASS') : line))
    .join('\n');
}

/** Fails unless this part of the page is told as the snapshot says; `ATELIER_RENEW=1` renews it instead. */
export async function assertToldAs(name, locator) {
  const tree = `${masked(await locator.ariaSnapshot())}\n`;
  const path = `${FOLDER}${name}.yml`;
  if (process.env.ATELIER_RENEW) {
    await mkdir(FOLDER, { recursive: true });
    return writeFile(path, tree);
  }
  const expected = await readFile(path, 'utf8').catch(() => '');
  assert.equal(tree, expected, `${name}: if the change is meant, renew the snapshots with ATELIER_RENEW=1`);
}
