// A page that does not arrive, or dies later: the visitor is told what happened, what was kept, and what helps.

import assert from 'node:assert/strict';
import test from 'node:test';
import { seconds } from './support/patience.mjs';
import { altered, broken, held, missing, pageInstead, plainName, replaced, slow, truncated, unavailable } from './support/server.mjs';
import { prepareVisit } from './support/visit.mjs';

const PATIENCE = { timeout: seconds(90) };
const EXPECTED = [/Failed to load resource/, /wasm/i, /MIME type/, /module script/, /preload/, /SyntaxError/, /Unexpected/];

/** Shorter limits than those of visitors, in milliseconds: for all tests, for what hangs and for what drips. */
const LIMITS = { pauses: [50] };
const STALL = { ...LIMITS, stall: seconds(0.8) };
const TOTAL = { ...LIMITS, total: seconds(4) };

/** The failure as the visitor sees it. */
async function failureOf({ page }) {
  const failure = page.getByTestId('failure');
  await failure.waitFor();
  return failure.innerText();
}

/** A visit with these limits until `lift` is called, for pages that are opened from then on. */
async function prepare(t, options = {}, limits = LIMITS) {
  const prepared = await prepareVisit(t, { expects: EXPECTED, ...options });
  const script = await prepared.context.addInitScript((limits) => { globalThis.atelierLimits = limits; }, limits);
  return { ...prepared, lift: () => script.dispose() };
}

const FAULTS = [
  ['program is missing', 'page_bg.wasm', missing(), /server did not give a part.*page_bg\.wasm: missing \(HTTP 404\)/s],
  ['program is refused with 500', 'page_bg.wasm', unavailable(Infinity), /server did not give a part.*HTTP 503/s],
  ['program is cut', 'page_bg.wasm', truncated(100_000), /part of it arrived damaged.*page_bg\.wasm: damaged/s],
  ['program is altered', 'page_bg.wasm', altered(200_000), /part of it arrived damaged/],
  ['program is something else', 'page_bg.wasm', replaced('hello'), /part of it arrived damaged.*no WebAssembly/s],
  ['program is a log-in page', 'page_bg.wasm', pageInstead(), /server did not give a part.*page_bg\.wasm: page/s],
  ['program hangs', 'page_bg.wasm', held(), /a part of it did not arrive.*page_bg\.wasm: stalled/s, STALL],
  ['program stops in the middle', 'page_bg.wasm', slow(2, 60_000), /a part of it did not arrive.*page_bg\.wasm: stalled/s, STALL],
  ['program drips', 'page_bg.wasm', slow(1000, 300), /a part of it did not arrive.*page_bg\.wasm: slow/s, TOTAL],
  ['line breaks every time', 'page_bg.wasm', broken(Infinity), /a part of it did not arrive.*page_bg\.wasm: network/s],
  ['script is missing', 'page.js', missing(), /server did not give a part.*page\.js: missing/s],
  ['script is damaged', 'page.js', replaced('('), /part of it arrived damaged.*page\.js: damaged/s],
  ['script hangs', 'page.js', held(), /a part of it did not arrive.*page\.js: stalled/s, STALL],
  ['loader is missing', 'page_loader.js', missing(), /server did not give a part.*page_loader/s],
  ['loader hangs', 'page_loader.js', held(), /a part of it did not arrive.*page_loader\.js/s, STALL],
  ['loader waits for its module', 'loader.js', held(), /a part of it did not arrive.*loader\.js: stalled/s, STALL],
  ['loader lacks its module', 'loader.js', missing(), /a part of it did not arrive/],
];

for (const [what, file, fault, words, limits] of FAULTS) {
  test(`a page whose ${what} says so in the first view, and comes after the repair`, PATIENCE, async (t) => {
    const { site, openTab, lift } = await prepare(t, {}, limits);
    site.breakFile(file, fault);
    const atelier = await openTab();
    await atelier.page.goto(site.url('engine=cpu'), { waitUntil: 'commit' });
    const told = await failureOf(atelier);
    assert.match(told, words);
    assert.match(told, /runs and checkpoints are kept in this browser/);
    assert.doesNotMatch(told, /保存/, 'one language');
    site.heal();
    await lift();
    await atelier.hook('reload-page').click();
    await atelier.hook('place-train').waitFor();
    assert.ok(await atelier.page.getByTestId('failure').isHidden());
    fault.release?.();
  });
}

test('a failure is told in Chinese', PATIENCE, async (t) => {
  const { site, openTab } = await prepare(t, { locale: 'zh-CN' });
  site.breakFile('page_bg.wasm', missing());
  const atelier = await openTab();
  await atelier.page.goto(site.url(), { waitUntil: 'commit' });
  const told = await failureOf(atelier);
  assert.match(told, /服务器没有提供.*仍保存在此浏览器中.*重试/s);
  assert.doesNotMatch(told, /could not|Try again/);
});

test('a busy server and a line that breaks once delay the page, and nothing is said', PATIENCE, async (t) => {
  for (const fault of [unavailable(1), broken(1)]) {
    const { site, openTab } = await prepare(t);
    site.breakFile('page_bg.wasm', fault);
    const atelier = await openTab();
    await atelier.open('engine=cpu');
    await atelier.hook('place-train').waitFor();
    assert.ok(await atelier.page.getByTestId('failure').isHidden());
  }
});

test('a host that delivers compressed files decompressed is understood', PATIENCE, async (t) => {
  const { site, openTab } = await prepare(t);
  // Named as the encoding of the answer, so that the browser unpacks it before the loader sees it.
  for (const file of ['page_bg.wasm', 'worker_bg.wasm']) {
    site.breakFile(file, (response, { bytes }) => {
      response.writeHead(200, { 'content-type': 'application/wasm', 'content-encoding': 'gzip', 'content-length': bytes.length });
      response.end(bytes);
    });
  }
  const atelier = await openTab();
  await atelier.open('engine=cpu');
  await atelier.waitForStatus('ready');
});

for (const [what, script] of [
  ['without SIMD', () => { WebAssembly.Module = class { constructor() { throw new WebAssembly.CompileError('simd'); } }; }],
  ['without WebAssembly', () => { delete globalThis.WebAssembly; }],
  ['that cannot unpack gzip', () => { delete globalThis.DecompressionStream; }],
  // Safari before 15.4.
  ['that lacks newer functions, too,', () => { delete globalThis.DecompressionStream; delete Object.hasOwn; }],
  // Firefox before 114.
  ['without modules as workers', () => {
    globalThis.Worker = class extends Worker { constructor(address) { super(address); } };
  }],
]) {
  test(`a browser ${what} is told which browsers can run Atelier`, PATIENCE, async (t) => {
    // A worker that cannot be a module fails without a message.
    const { site, openTab } = await prepare(t, { expects: [...EXPECTED, /^uncaught: $/] });
    const atelier = await openTab();
    await atelier.page.addInitScript(script);
    await atelier.page.goto(site.url(), { waitUntil: 'commit' });
    const told = await failureOf(atelier);
    assert.match(told, /cannot run Atelier.*Chrome, Edge, Firefox or Safari/s);
    assert.doesNotMatch(told, /server|arrive/, 'nothing else is blamed');
  });
}

test('a page that panics later says so, with a report to copy, and a reload brings it back', PATIENCE, async (t) => {
  const { context, openTab } = await prepare(t, { expects: [...EXPECTED, /panicked/, /uncaught/, /unreachable/] });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const atelier = await openTab();
  const { page } = atelier;
  await atelier.open('engine=cpu');
  await atelier.waitForStatus('ready');
  // The framework takes for granted that an element can be made.
  await page.evaluate(() => {
    const refuse = () => { throw new Error('refused'); };
    for (const name of ['insertBefore', 'appendChild', 'cloneNode']) Node.prototype[name] = refuse;
    for (const name of ['append', 'before']) Element.prototype[name] = refuse;
  });
  await atelier.hook('place-runs').click();
  assert.match(await failureOf(atelier), /The page has crashed.*kept in this browser.*resumed from its newest checkpoint/s);
  await atelier.hook('report-copy').click();
  const report = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(report, /^Atelier [0-9a-f]{16}\ncrash: .*panicked/s);
  assert.match(report, /Chrome\/\d+/);
  await atelier.hook('reload-page').click();
  await atelier.waitForStatus('ready');
});

test('files of the site have a hash in their names, and only wasm that is compressed is fetched', PATIENCE, async (t) => {
  const { site, openTab } = await prepare(t);
  const atelier = await openTab();
  const fetched = [];
  atelier.page.context().on('request', (request) => fetched.push(new URL(request.url()).pathname.split('/').slice(3).join('/')));
  await atelier.open('engine=cpu');
  await atelier.waitForStatus('ready');
  const bare = fetched.filter((name) => plainName(name) === name && /\.(js|css|wasm|png|gz)$/.test(name));
  assert.deepEqual(bare, []);
  assert.ok(site.requests.includes('worker_bg.wasm'));
});
