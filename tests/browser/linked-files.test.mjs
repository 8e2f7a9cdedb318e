// Files that a link asks for: nothing is loaded before a click that names the address, and nothing from other sites.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { serveSite } from './support/server.mjs';
import { visit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(60) };
const LONG = { timeout: seconds(180), skip: !process.env.ATELIER_LONG };
const fixture = (name) => readFileSync(fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url)));
const sum = (bytes) => createHash('sha256').update(bytes).digest('hex');
const WEIGHTS = fixture('init.safetensors');
const BATCHES = Buffer.from(JSON.stringify([[1, 2, 3, 4], [5, 6, 7, 8]]));
const RUN = 'engine=cpu&batch=4&epochs=1&steps=2&autostart=1';
const FILES = 'init=given/init.safetensors&order=given/order.json';

/** A file of the site that notes with which cookies it was asked for. */
function noting(bytes, asked) {
  return (response) => {
    asked.push(response.req.headers.cookie);
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes.length });
    response.end(bytes);
  };
}

/** The site with both files; `asked` grows with each request for one of them. */
function give(site) {
  const asked = [];
  site.breakFile('given/init.safetensors', noting(WEIGHTS, asked));
  site.breakFile('given/order.json', noting(BATCHES, asked));
  return asked;
}

test('a link that starts by itself loads each file after a click that names its address, and says where they came from', PATIENCE, async (t) => {
  const { atelier, context, site } = await visit(t, 'engine=cpu');
  const asked = give(site);
  await context.addCookies([{ name: 'who', value: 'me', url: site.url() }]);
  await atelier.open(`${RUN}&${FILES}`);
  await atelier.waitForStatus('ready');
  const load = atelier.hook('given-load');
  const addresses = ['given/init.safetensors', 'given/order.json'].map((file) => `${site.url()}${file}`);
  assert.deepEqual(await load.allInnerTexts(), addresses.map((address) => `Load ${address}`));
  assert.match(await atelier.hook('given').innerText(), /initial weights from this site, 64 MB at most/);
  assert.ok(await atelier.hook('start').isDisabled(), 'a run without them would be another one');
  await load.first().click();
  await atelier.page.getByText(`starts with initial weights: ${addresses[0]}`).waitFor();
  assert.deepEqual(asked, [], 'nothing is loaded before the run');
  await load.click();
  await atelier.waitForStatus('done');
  assert.deepEqual(asked, [undefined, undefined], 'each was asked for once, without cookies');

  const run = (await atelier.waitForCheckpoint(/_last$/)).match(/\d{8}_\d{6}/)[0];
  const details = await (await atelier.openRun(run)).innerText();
  const origins = [
    `initial weights from ${addresses[0]} (SHA-256 ${sum(WEIGHTS)})`,
    `batches from ${addresses[1]} (SHA-256 ${sum(BATCHES)})`,
  ];
  for (const origin of origins) assert.ok(details.includes(origin), `${origin}: ${details}`);
  const archive = await atelier.downloadBy(await atelier.menu(atelier.runRow(run), 'run-bundle'));

  const { atelier: other } = await visit(t);
  await other.importFile({ name: archive.fileName, bytes: archive.bytes });
  const imported = await (await other.openRun(await other.imported())).innerText();
  for (const origin of origins) assert.ok(imported.includes(origin), `${origin}, imported: ${imported}`);
});

test('another site is never asked: a chosen file takes the place of its file', PATIENCE, async (t) => {
  const elsewhere = await serveSite();
  t.after(() => elsewhere.close());
  const address = `${elsewhere.url()}weights.safetensors`;
  const { atelier, site } = await visit(t, `${RUN}&init=${encodeURIComponent(address)}&lang=zh`);
  await atelier.waitForStatus('ready');
  assert.equal(await atelier.hook('given-load').count(), 0);
  assert.ok((await atelier.hook('given').innerText()).includes(`从 ${address} 加载初始权重`));
  await atelier.hook('given-weights-input').setInputFiles({
    name: 'mine.safetensors', mimeType: 'application/octet-stream', buffer: WEIGHTS,
  });
  await atelier.waitForStatus('done');
  assert.deepEqual(elsewhere.requests, []);
  const run = (await atelier.waitForCheckpoint(/_last$/)).match(/\d{8}_\d{6}/)[0];
  const details = await (await atelier.openRun(run)).innerText();
  assert.ok(details.includes(`初始权重来自 mine.safetensors（SHA-256 ${sum(WEIGHTS)}）`), details);
  assert.ok(site.requests.length > 0, 'the server notes what it is asked');
});

const REFUSED = [
  {
    what: 'leads to another site',
    gives: (elsewhere) => (response) => {
      response.writeHead(302, { location: `${elsewhere.url()}weights.safetensors` });
      response.end();
    },
    says: /redirects to other sites are not followed/,
  },
  {
    what: 'is too large',
    gives: () => noting(Buffer.alloc((64 << 20) + 1), []),
    says: /larger than/,
  },
  { what: 'drips', long: true, gives: () => dripping, says: /had not arrived after 60 seconds/ },
];

/** A byte every second: never silent, never done. */
async function dripping(response) {
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  const timer = setInterval(() => response.write('x'), 1000);
  response.on('close', () => clearInterval(timer));
}

for (const { what, long, gives, says } of REFUSED) {
  test(`a file of the site that ${what} starts nothing, and another can be chosen`, long ? LONG : PATIENCE, async (t) => {
    const elsewhere = await serveSite();
    t.after(() => elsewhere.close());
    const { atelier, site } = await visit(t, `${RUN}&init=weights.safetensors`, { expects: [/weights\.safetensors|Failed to fetch|ERR_/] });
    site.breakFile('weights.safetensors', gives(elsewhere));
    await atelier.waitForStatus('ready');
    await atelier.hook('given-load').click();
    await atelier.waitForError(says);
    assert.equal(await atelier.number('step'), undefined);
    assert.deepEqual(elsewhere.requests, []);
    await atelier.hook('given-weights-input').setInputFiles({
      name: 'mine.safetensors', mimeType: 'application/octet-stream', buffer: WEIGHTS,
    });
    await atelier.start();
    await atelier.waitForStatus('done');
  });
}
