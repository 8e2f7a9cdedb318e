// Runs all tests, three files at a time; those that another browser would disturb, or that would disturb it, run by
// themselves afterwards. Such a file says so in a line that begins with "// Runs alone:". The last lines say which files
// took longest, and name what failed.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = import.meta.dirname;
const files = readdirSync(folder).filter((name) => name.endsWith('.test.mjs')).sort();
const runsAlone = (name) => /^\/\/ Runs alone:/m.test(readFileSync(join(folder, name), 'utf8'));
const notes = mkdtempSync(join(tmpdir(), 'atelier-tests-'));

/** This many keep two cores busy. */
const AT_ONCE = 3;
const SLOWEST = 20;

/** Runs these files, so many at a time, and notes what failed and how long it took; true if all tests passed. */
function run(names, atOnce, notes) {
  console.log(`# ${names.length} files, ${atOnce} at a time`);
  const reporters = [
    ['tap', 'stdout'],
    ['./support/failures.mjs', `${notes}.failed`],
    ['./support/durations.mjs', `${notes}.durations`],
  ]
    .flatMap(([reporter, destination]) => [`--test-reporter=${reporter}`, `--test-reporter-destination=${destination}`]);
  const node = ['--test', `--test-concurrency=${atOnce}`, ...reporters, ...names];
  return spawnSync(process.execPath, node, { cwd: folder, stdio: 'inherit' }).status === 0;
}

const [together, alone] = [join(notes, 'together'), join(notes, 'alone')];
const haveAllPassed = [
  run(files.filter((name) => !runsAlone(name)), AT_ONCE, together),
  run(files.filter(runsAlone), 1, alone),
].every(Boolean);
const read = (kind) => [together, alone]
  .map((notes) => `${notes}.${kind}`)
  .filter(existsSync)
  .map((file) => readFileSync(file, 'utf8'))
  .join('');
const slowest = read('durations').split('\n').filter(Boolean).sort((a, b) => parseFloat(b) - parseFloat(a));
console.log(`# the ${SLOWEST} slowest files:\n${slowest.slice(0, SLOWEST).join('\n')}`);
if (!haveAllPassed) {
  console.log(`# failed:\n${read('failed')}`);
  process.exitCode = 1;
}
rmSync(notes, { recursive: true });
