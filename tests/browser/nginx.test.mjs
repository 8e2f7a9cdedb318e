// The container's server (`container/nginx.conf`), by nginx itself where it is installed: the headers that docs/hosting.md recommends, on every
// kind of file, at the root and in a subfolder; and the page works there.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { DIST } from './support/server.mjs';
import { startBrowser } from './support/browser.mjs';
import { recommendedHeaders } from './support/headers.mjs';

const CONF = new URL('../../container/nginx.conf', import.meta.url);
const NGINX = ['/usr/sbin/nginx', 'nginx'].find((program) => spawnSync(program, ['-v']).status === 0);
const SKIP = NGINX ? false : 'nginx is not installed';

const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
};

/** Starts nginx with the container's configuration on a free port; `root` stands for /srv/atelier. */
async function serve(t, root) {
  const folder = await mkdtemp(join(tmpdir(), 'atelier-nginx-'));
  const port = await freePort();
  const conf = (await readFile(CONF, 'utf8'))
    .replace('listen 8080;', `listen 127.0.0.1:${port};`)
    .replace('root /srv/atelier;', `root ${root};`);
  assert.ok(conf.includes(String(port)) && conf.includes(root), 'the configuration names port and root as the test expects');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder};`).join('\n');
  await writeFile(join(folder, 'nginx.conf'), `daemon off; pid ${folder}/pid; error_log stderr; worker_processes 1;
events {}
http { include /etc/nginx/mime.types; access_log off; ${temporary}
${conf}
}`);
  const nginx = spawn(NGINX, ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  nginx.stderr.on('data', (part) => { said += part; });
  t.after(async () => {
    nginx.kill('SIGQUIT');
    if (nginx.exitCode === null) await once(nginx, 'exit');
    await rm(folder, { recursive: true });
  });
  const site = `http://127.0.0.1:${port}/`;
  for (;;) {
    if (nginx.exitCode !== null) throw new Error(`nginx ended: ${said}`);
    if (await fetch(site).then(() => true, () => false)) return site;
    await wait(50);
  }
}

/** A folder with the site at `courses/atelier/`. */
async function below(t) {
  const root = await mkdtemp(join(tmpdir(), 'atelier-root-'));
  t.after(() => rm(root, { recursive: true }));
  // If this runs as root, nginx's worker is a user of its own.
  await chmod(root, 0o755);
  await mkdir(join(root, 'courses'));
  await symlink(resolve(DIST), join(root, 'courses', 'atelier'));
  return root;
}

for (const [where, path] of [['at the root', ''], ['in a subfolder', 'courses/atelier/']]) {
  test(`${where}, every file comes with the recommended headers`, { skip: SKIP }, async (t) => {
    const site = (await serve(t, path ? await below(t) : resolve(DIST))) + path;
    const recommended = await recommendedHeaders();
    const names = (await readdir(DIST, { withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);
    const shard = (await readdir(join(DIST, 'data'))).find((name) => name.startsWith('train-'));
    // Only a site that is finished has its documentation.
    const documents = await readdir(join(DIST, 'docs'), { withFileTypes: true }).catch(() => []);
    const docs = documents.filter((entry) => entry.isFile()).map(({ name }) => `docs/${name}`);
    if (docs.length > 0) docs.push('docs/');
    const all = new Set([...names, ...docs]);
    for (const name of ['', ...names, ...docs, `data/${shard}`, 'data/manifest.json', 'icons/atelier.svg', 'nothing.js']) {
      const answer = await fetch(site + name, { method: 'HEAD' });
      assert.equal(answer.status, name === 'nothing.js' ? 404 : 200, name);
      const expected = new Map([['Cache-Control', 'no-cache'], ...recommended(name)]);
      for (const [header, value] of expected) assert.equal(answer.headers.get(header), value, `${header} of ${name}`);
      if (/\.gz$/.test(name)) assert.equal(answer.headers.get('content-encoding'), null, name);
      if (all.has(`${name}.gz`)) assert.equal(answer.headers.get('content-encoding'), 'gzip', name);
      if (/^docs\/(?:.*\.html)?$/.test(name)) assert.match(answer.headers.get('content-type'), /^text\/html/, name);
      if (/\.js$/.test(name) && answer.ok) assert.match(answer.headers.get('content-type'), /javascript/, name);
      if (/\.webmanifest$/.test(name)) assert.equal(answer.headers.get('content-type'), 'application/manifest+json');
    }
  });

  test(`${where}, the page opens and loads its images`, { skip: SKIP }, async (t) => {
    const site = (await serve(t, path ? await below(t) : resolve(DIST))) + path;
    const browser = await startBrowser();
    t.after(() => browser.close());
    const page = await browser.newPage();
    const errors = [];
    page.on('console', (message) => { if (message.type() === 'error') errors.push(message.text()); });
    await page.goto(`${site}?engine=cpu&batch=64&steps=20&autostart=1`);
    await page.locator('[data-testid="status"][data-status="done"]').waitFor({ timeout: 120_000 });
    assert.deepEqual(errors, []);
    const documentation = await fetch(`${site}docs/`);
    if (documentation.ok) {
      await page.goto(`${site}docs/`);
      assert.match(await page.title(), /Atelier/);
      assert.deepEqual(errors, [], 'the documentation works under the same headers');
    }
  });
}
