// The pictures as they should be, in `tests/browser/pictures`: compared with, or renewed where they differ.

import { mkdtemp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { difference } from './compare.mjs';
import { decode, encode } from './palette.mjs';
import { reportOf } from './report.mjs';

const FOLDER = fileURLToPath(new URL('../../pictures/', import.meta.url));
/** Says which browser took the pictures: another version may draw controls differently. */
const TAKEN_WITH = 'taken-with.txt';

export class Album {
  /** What differed so far. */
  #found = [];
  #report;

  /** With `renews`, pictures that differ are replaced; either way a report shows how they differ. */
  constructor({ folder = FOLDER, renews = false } = {}) {
    this.folder = folder;
    this.renews = renews;
  }

  /** Which browser took the pictures. */
  async takenWith() {
    return (await readFile(join(this.folder, TAKEN_WITH), 'utf8').catch(() => 'an unknown browser')).trim();
  }

  /** The picture of this name; `undefined` if there is none. */
  async expected(name) {
    const file = await readFile(join(this.folder, name)).catch(() => undefined);
    return file && decode(file);
  }

  /** Compares a picture that a browser took with the one of its name; returns what differs, in a line, or `undefined`. */
  async check(name, actual, browser) {
    const expected = await this.expected(name);
    const differs = expected ? difference(expected, actual) : { why: 'there was no such picture' };
    if (!differs) return undefined;
    const file = encode(actual);
    const before = expected && await readFile(join(this.folder, name));
    this.#found.push({ name, why: differs.why, before, now: file, drawn: differs.drawn });
    if (this.renews) {
      const lost = difference(decode(file), actual);
      if (lost) throw new Error(`${name} has too many colours for a palette: ${lost.why}`);
      await mkdir(this.folder, { recursive: true });
      await writeFile(join(this.folder, name), file);
      await writeFile(join(this.folder, TAKEN_WITH), `${browser}\n`);
    }
    return `${name}: ${differs.why}`;
  }

  /** The names of pictures that nothing takes any more; removed if this renews. */
  async leftOver(names) {
    const files = await readdir(this.folder).catch(() => []);
    const others = files.filter((file) => file !== TAKEN_WITH && !names.includes(file));
    if (this.renews) for (const file of others) await rm(join(this.folder, file));
    return others;
  }

  /** Writes the report of everything that differed so far, and returns its path. */
  async report() {
    this.#report ??= join(process.env.ATELIER_SHOTS ?? await mkdtemp(join(tmpdir(), 'atelier-')), 'pictures.html');
    await writeFile(this.#report, reportOf(this.#found));
    return this.#report;
  }
}
