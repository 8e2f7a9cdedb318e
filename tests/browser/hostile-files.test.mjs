// Files made to do harm: each is refused with its reason, and everything that was there is there afterwards.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { unzip, zip } from './support/archive.mjs';
import { T_SHIRT } from './support/drawings.mjs';
import { animatedGif, archive, inflating, plainly, pngHeader, safetensors, whitePng } from './support/hostile.mjs';
import { seconds } from './support/patience.mjs';
import { addedAtPeak } from './support/peak.mjs';
import { everything } from './support/storage.mjs';
import { visit } from './support/visit.mjs';

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));
const STORES = ['runs', 'labels', 'blocks', 'checkpoints', 'files'];
/** What the tab may need for a moment beyond what it had: far less than any of these files claims to hold. */
const MOST_ADDED = 300 << 20;
const TRAINED = 'engine=cpu&batch=64&epochs=1&steps=200&lr=0.01&momentum=0.9&seed=42&autostart=1';
const LONG = Boolean(process.env.ATELIER_LONG);

const weightsOf = (bytes) => {
  const length = Number(bytes.readBigUInt64LE(0));
  return { header: JSON.parse(bytes.subarray(8, 8 + length)), data: bytes.subarray(8 + length) };
};

/** Files for the library: a name, bytes, and what the message says. */
async function hostileImports(bundle) {
  const files = unzip(bundle);
  const run = files['run.json'];
  const metrics = files['metrics.json'];
  const nested = (count) => Buffer.from('['.repeat(count) + ']'.repeat(count));
  const checkpoint = Object.keys(files).find((name) => name.endsWith('.safetensors'));
  const altered = Buffer.from(files[checkpoint]);
  altered[altered.length >> 1] ^= 1;
  const weights = await readFile(join(FIXTURES, 'sgd.safetensors'));
  const { header, data } = weightsOf(weights);
  const name = '<img src=x onerror=alert(1)>\u202e'.repeat(40_000);
  const named = { ...header, [name]: { dtype: 'F32', shape: [0], data_offsets: [data.length, data.length] } };
  const shaped = { ...header, 'fc3.bias': { ...header['fc3.bias'], shape: [2 ** 40, 2 ** 40] } };
  const bomb = { name: 'metrics.json', ...inflating('0,', 2048) };
  const claimed = { dtype: 'F32', shape: [2 ** 40], data_offsets: [0, 2 ** 42] };
  const far = safetensors({ 'fc3.bias': claimed });
  far.writeBigUInt64LE(1n << 40n);
  const later = { format: `${'A'.repeat(1 << 20)}`, version: 1 };
  return [
    ['bomb.atelier.zip', archive([plainly('run.json', run), bomb]), /would unpack to more data than any run has/],
    ['liar.atelier.zip', archive([plainly('run.json', run), { ...bomb, size: 100 }]), /would unpack to more data|cannot be unpacked/],
    ['manifest.atelier.zip', archive([{ ...bomb, name: 'run.json' }]), /would unpack to more data than any run has/],
    ['entries.zip', archive([plainly('a', Buffer.from('a'))], LONG ? 65_000 : 20_000), /would unpack to more data than any run has/],
    ['nested.atelier.zip', zip({ 'run.json': nested(1 << 20) }), /run\.json cannot be read \(/],
    ['nested2.atelier.zip', zip({ 'run.json': run, 'metrics.json': nested(1 << 20) }), /metrics\.json cannot be read \(/],
    ['nested.safetensors', safetensors(`{"a":${nested(1 << 20)}}`), /not a complete safetensors file/],
    ['format.atelier.zip', zip({ 'run.json': Buffer.from(JSON.stringify(later)) }), /it is "A+…" version 1/],
    ['changed.atelier.zip', zip({ ...files, [checkpoint]: altered }), /in it is damaged: its checksum differs/],
    ['short.atelier.zip', bundle.subarray(0, bundle.length - 100), /not a complete archive/],
    ['alone.atelier.zip', zip({ 'run.json': run, 'metrics.json': metrics }), /it lacks checkpoints\//],
    ['cut.checkpoint.safetensors', files[checkpoint].subarray(0, -5), /not a complete safetensors file/],
    ['far.safetensors', far, /not a complete safetensors file/],
    ['shape.safetensors', safetensors(shaped, data.length), /not a complete safetensors file/],
    ['named.safetensors', safetensors(named, data.length), /it contains <img src=x.*…, which is not part of the network/],
    ['evil.pt', await readFile(join(FIXTURES, 'pytorch/evil.pt')), /does not belong in a state dict/],
    ['empty.pt', Buffer.alloc(0), /neither a safetensors file/],
    ['text.zip', Buffer.from('PK\x03\x04 is how an archive begins'), /not a complete archive/],
  ];
}

test('what is made to do harm is refused with its reason, and all that was there stays', { timeout: seconds(300) }, async (t) => {
  const { atelier, browser } = await visit(t, TRAINED, { ownBrowser: true });
  const { page } = atelier;
  const dialogs = [];
  page.on('dialog', (dialog) => { dialogs.push(dialog.message()); dialog.dismiss(); });
  await atelier.waitForStatus('done', seconds(60));
  const [run] = await atelier.runNames();
  await atelier.waitForRunState(run, 'completed');
  await atelier.openRun(run);
  await atelier.waitForCheckpoint(/_last$/);
  const { bytes: bundle } = await atelier.downloadBy(await atelier.menu(atelier.runRow(run), 'run-bundle'));
  await atelier.goTo('train');
  for (const stroke of T_SHIRT) await atelier.draw(stroke);
  await atelier.hook('followed-image').waitFor({ state: 'detached' });
  const answer = await atelier.settledProbabilities();
  const garment = await atelier.garment();
  const trainer = atelier.worker();
  const before = await contents(page);
  const isAsBefore = async (what) => {
    await atelier.goTo('train');
    assert.deepEqual(await atelier.garment(), garment, `the drawing after ${what}`);
    assert.deepEqual(await atelier.probabilities(), answer, `the answer after ${what}`);
    assert.equal(atelier.worker(), trainer, `the worker after ${what}`);
    assert.deepEqual(dialogs, []);
  };

  await t.test('by the library', { timeout: seconds(120) }, async (t) => {
    const files = await hostileImports(bundle);
    for (const [, bytes] of files) assert.ok(bytes.length < 8 << 20, `${bytes.length} bytes`);
    const added = await addedAtPeak(browser, async () => {
      for (const [name, bytes, reason] of files) {
        await atelier.importFile({ name, bytes });
        const words = await atelier.waitForError(reason, seconds(30)).catch((error) => { throw new Error(name, { cause: error }); });
        assert.ok(words.startsWith(`${name} was not imported`), words.slice(0, 400));
        assert.match(words, /The library is unchanged\./);
        assert.ok(words.length < 1_500, `${name} is told in ${words.length} letters`);
        assert.ok(!/[\u202a-\u202e\u2066-\u2069]/.test(words));
        assert.ok(atelier.filesWorker(), 'the worker that read it lives');
        await page.getByText('Dismiss').first().click();
      }
    });
    t.diagnostic(`added at its peak: ${added === null ? 'unknown' : `${(added / 1e6).toFixed(0)} MB`}`);
    assert.ok(added === null || added < MOST_ADDED, `${added} bytes were added`);
    assert.deepEqual(await contents(page), before);
    assert.deepEqual(await atelier.runNames(), [run]);
    await isAsBefore('the imports');
  });

  await t.test('by the pad, from its header and before it is decoded', { timeout: seconds(120) }, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'atelier-'));
    t.after(() => rm(folder, { recursive: true }));
    const tooLarge = join(folder, 'bytes.png');
    await writeFile(tooLarge, whitePng(1, 1, 50_000_000));
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>';
    const refused = [
      ['text.png', Buffer.from('no picture at all'), /text\.png cannot be read as a picture: it is not a PNG, JPEG/],
      ['script.svg', Buffer.from(svg), /script\.svg cannot be read as a picture: it is not/],
      ['called.png', Buffer.from(svg), /called\.png cannot be read as a picture: it is not/],
      ['empty.png', Buffer.alloc(0), /empty\.png cannot be read as a picture: it is not/],
      ['square.png', whitePng(12_000, 12_000), /at 12000×12000 pixels it is too large.*40 MB, 64 million pixels/],
      ['absurd.png', pngHeader(65_535, 65_535), /at 65535×65535 pixels it is too large/],
      ['most.png', pngHeader(0xffffffff, 0xffffffff), /at 4294967295×4294967295 pixels/],
      ['zero.png', pngHeader(0, 7), /it has no pixels/],
      ['cut.png', whitePng(50, 50).subarray(0, 20), /it is incomplete or damaged/],
      ['<img src=x onerror=alert(1)>\u202egnp.png', Buffer.from('-'), /<img src=x onerror=alert\(1\)>gnp\.png cannot be read/],
    ];
    await atelier.goTo('train');
    await page.evaluate(() => {
      globalThis.decoded = 0;
      const { createImageBitmap } = globalThis;
      globalThis.createImageBitmap = (...rest) => { globalThis.decoded += 1; return createImageBitmap(...rest); };
    });
    const complaint = page.locator('.complaint');
    const added = await addedAtPeak(browser, async () => {
      for (const [name, bytes, reason] of refused) {
        for (const how of ['upload', 'paste', 'drop']) {
          await bring(atelier, how, name, bytes);
          await complaint.filter({ hasText: reason }).waitFor();
          assert.match(await complaint.innerText(), /The pad is as it was\. Choose/);
          await isAsBefore(`${name}, ${how}`);
          // So that the next complaint is another one.
          await bring(atelier, how, 'other.png', Buffer.from('-'));
          await complaint.filter({ hasText: /other\.png/ }).waitFor();
        }
      }
      await atelier.hook('upload-input').setInputFiles(tooLarge);
      await complaint.filter({ hasText: /bytes\.png cannot be read as a picture: it has more than 40 MB/ }).waitFor();
    });
    t.diagnostic(`added at its peak: ${added === null ? 'unknown' : `${(added / 1e6).toFixed(0)} MB`}`);
    assert.ok(added === null || added < MOST_ADDED, `${added} bytes were added`);
    assert.equal(await page.evaluate(() => globalThis.decoded), 0, 'nothing was decoded');
    await isAsBefore('the pictures');
  });

  await t.test('but for pictures that are merely strange, which come and go', { timeout: seconds(60) }, async () => {
    const complaint = page.locator('.complaint');
    /** Waits until the pad shows the drawing, or something else. */
    const shows = (isDrawing, options) => page.waitForFunction(([before, isDrawing]) => {
      const { data } = document.querySelector('[data-testid=garment-preview]').getContext('2d').getImageData(0, 0, 28, 28);
      return before.every((grey, at) => data[4 * at] === grey) === isDrawing;
    }, [garment, isDrawing], options);
    await bring(atelier, 'upload', 'animated.gif', animatedGif(64));
    await shows(false);
    // Until its garment is found, a picture has none.
    await atelier.waitForOtherGarment(new Array(784).fill(0));
    const square = await atelier.garment();
    const middle = square.filter((_, at) => Math.abs((at % 28) - 13.5) < 9 && Math.abs(at / 28 - 14) < 9);
    assert.ok(Math.min(...middle) > 200, `its first picture is a square: ${square}`);
    assert.equal(await complaint.innerText(), '');
    // The picture goes, then the drawing comes back.
    const undo = atelier.hook('undo');
    const isBack = () => shows(true, { timeout: seconds(5) }).then(() => true, () => false);
    let back = false;
    while (!back && await undo.isEnabled()) {
      await undo.click();
      back = await isBack();
    }
    assert.ok(back, 'the drawing is still there');
    await bring(atelier, 'upload', 'dot.png', whitePng(1, 1));
    await complaint.filter({ hasText: /No garment stands out/ }).waitFor();
    assert.equal(await page.evaluate(() => globalThis.decoded), 2);
    assert.equal(atelier.worker(), trainer);
    assert.deepEqual(dialogs, []);
  });
});

async function contents(page) {
  const stores = await Promise.all(STORES.map(async (store) => [store, await everything(page, store)]));
  return Object.fromEntries(stores);
}

/** Chooses, pastes or drops a file. */
async function bring(atelier, how, name, bytes) {
  if (how === 'upload') {
    await atelier.hook('upload-input').setInputFiles({ name, mimeType: 'image/png', buffer: bytes });
    return;
  }
  await atelier.page.evaluate(
    ([how, name, base64]) => {
      const transfer = new DataTransfer();
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([bytes], name, { type: 'image/png' }));
      const options = { bubbles: true, cancelable: true };
      if (how === 'paste') {
        document.dispatchEvent(new ClipboardEvent(how, { ...options, clipboardData: transfer }));
      } else {
        document.querySelector('[data-testid=draw-canvas]')
          .dispatchEvent(new DragEvent(how, { ...options, dataTransfer: transfer }));
      }
    },
    [how, name, bytes.toString('base64')],
  );
}
