// Further builds of the site, and what its service worker has kept.

import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DIST } from './server.mjs';

const hash = (bytes, kind = 'sha256', digits = 'hex') => createHash(kind).update(bytes).digest(digits);

/** The build's name and its list of files, as they stand in front of the service worker. */
export async function listed(dist = DIST) {
  const script = await readFile(join(dist, 'service-worker.js'), 'utf8');
  const [, build, files] = script.match(/^const BUILD = (.*);\nconst FILES = (.*);\n/);
  return { build: JSON.parse(build), files: JSON.parse(files), script };
}

/**
 * A folder with the next build: the same site with another style sheet and another manifest of the images, under names
 * and in a table that fit. It is removed after the test.
 */
export async function nextBuild(test) {
  const dist = await mkdtemp(join(tmpdir(), 'atelier-build-'));
  test.after(() => rm(dist, { recursive: true }));
  const shared = ['data', 'source'];
  await cp(DIST, dist, { recursive: true, filter: (path) => !shared.some((folder) => path === join(DIST, folder)) });
  await symlink(join(DIST, 'source'), join(dist, 'source'));
  await mkdir(join(dist, 'data'));
  for (const name of await readdir(join(DIST, 'data'))) await symlink(join(DIST, 'data', name), join(dist, 'data', name));
  const images = await readFile(join(DIST, 'data/manifest.json'));
  const nextImages = Buffer.from(`${images}\n`);
  await rm(join(dist, 'data/manifest.json'));
  await writeFile(join(dist, 'data/manifest.json'), nextImages);

  const { build, files, script } = await listed();
  const old = Object.keys(files).find((name) => name.startsWith('styles-'));
  const sheet = Buffer.from(`${await readFile(join(dist, old))}\n:root { --next-build: 1; }\n`);
  const name = old.replace(/-[0-9a-f]{8,16}/, `-${hash(sheet).slice(0, 16)}`);
  await rename(join(dist, old), join(dist, name));
  await writeFile(join(dist, name), sheet);

  const next = hash(build).slice(0, 16);
  const document = (await readFile(join(dist, 'index.html'), 'utf8'))
    .replaceAll(old, name)
    .replaceAll(build, next)
    .replaceAll(hash(images), hash(nextImages))
    .replaceAll(hash(await readFile(join(DIST, old)), 'sha384', 'base64'), hash(sheet, 'sha384', 'base64'));
  await writeFile(join(dist, 'index.html'), document);
  delete files[old];
  Object.assign(files, { [name]: [hash(sheet)], 'index.html': [hash(document)] });
  const rest = script.split('\n').slice(2).join('\n');
  const head = `const BUILD = ${JSON.stringify(next)};\nconst FILES = ${JSON.stringify(files)};\n`;
  await writeFile(join(dist, 'service-worker.js'), head + rest);
  return { dist, build: next, sheet: name, oldSheet: old };
}

/** Waits until an asynchronous function of the page returns something true; it gets this argument. */
export const until = ({ page }, look, argument) => page.evaluate(async ([look, argument]) => {
  const holds = new Function(`return (${look})`)();
  while (!(await holds(argument))) await new Promise((resolve) => { setTimeout(resolve, 50); });
}, [look.toString(), argument]);

/** Waits until the service worker is active; whatever it keeps is complete then. */
export const keptForOffline = (atelier) => until(atelier, async () =>
  (await navigator.serviceWorker.getRegistration())?.active?.state === 'activated');

/** The build that the page belongs to. */
export const buildOf = ({ page }) => page.evaluate(() => JSON.parse(document.getElementById('build').textContent).build);

/** The names of the kept files of each build, by the build's name. */
export const kept = ({ page }) => page.evaluate(async () => {
  const scope = new URL('./', document.baseURI).href;
  const prefix = `atelier-build ${scope} `;
  const builds = {};
  for (const name of (await caches.keys()).filter((name) => name.startsWith(prefix))) {
    const cache = await caches.open(name);
    const urls = (await cache.keys()).map(({ url }) => url.slice(scope.length));
    builds[name.slice(prefix.length)] = urls.map((name) => name || 'index.html').sort();
  }
  return builds;
});
