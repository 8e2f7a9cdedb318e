// Pictures of the page for people to look at.

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The picture in the README; recreated on request. */
export const README_PICTURE = fileURLToPath(new URL('../../../docs/screenshot.png', import.meta.url));

/** Saves a picture in a temporary folder, or in `ATELIER_SHOTS`, and prints its path. */
export async function saveShot(test, page, name, options = {}) {
  const folder = process.env.ATELIER_SHOTS ?? await mkdtemp(join(tmpdir(), 'atelier-'));
  const path = join(folder, name);
  const picture = await page.screenshot({ path, ...options });
  test.diagnostic(`picture: ${path}`);
  return picture;
}
