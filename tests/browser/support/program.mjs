// Finds a browser's program.

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The program that this environment variable names, or the first of these names that is on the path. */
export function findProgram(variable, names, missing) {
  if (process.env[variable]) return process.env[variable];
  const folders = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter)];
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
  if (!found) throw new Error(missing);
  return found;
}

/** Chromium or Chrome. */
export const findChromium = () => findProgram(
  'CHROMIUM',
  ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser'],
  'no Chromium found; set CHROMIUM to the path of Chromium or Chrome',
);
