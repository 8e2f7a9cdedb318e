// Text from files, links, storage and other tabs is shown as text, wherever it is shown, and to a limit.

import assert from 'node:assert/strict';
import test from 'node:test';
import { unzip, zip } from './support/archive.mjs';
import { seconds } from './support/patience.mjs';
import { withDatabase } from './support/storage.mjs';
import { prepareVisit } from './support/visit.mjs';

const INJECTIONS = [
  '<img src=x onerror="globalThis.injected=1">',
  '"><svg onload=globalThis.injected=1>',
  '</script><script>globalThis.injected=1</script>',
  "'-globalThis.injected-'<b>bold</b>",
  'javascript:globalThis.injected=1',
];
const [IMG, SVG, SCRIPT, QUOTES, ADDRESS] = INJECTIONS;
const TURNED = 'gnp.\u202exe\u2066\u202d.';
const LENGTHY = 'A'.repeat(100_000);
const QUICK = 'engine=cpu&batch=512&epochs=1&steps=20&lr=0.05';

test('text from outside is text, wherever it is shown', { timeout: seconds(240) }, async (t) => {
  const { openTab } = await prepareVisit(t);
  const atelier = await openTab();
  const { page } = atelier;
  const dialogs = [];
  page.on('dialog', (dialog) => { dialogs.push(dialog.message()); dialog.dismiss(); });
  await page.addInitScript(() => {
    // Once per document, whatever is added to it later.
    globalThis.foreign = [];
    const isForeign = (element) => element.matches('img:not([src*=samples]), iframe, object, embed, svg[onload], [onerror], [onload], [onclick], [href^="javascript:" i], b')
      || (element.matches('script') && /injected/.test(element.textContent));
    new MutationObserver((changes) => changes.forEach(({ addedNodes }) => addedNodes.forEach((node) => {
      if (node.nodeType !== Node.ELEMENT_NODE) return;
      globalThis.foreign.push(...[node, ...node.querySelectorAll('*')].filter(isForeign).map(({ outerHTML }) => outerHTML.slice(0, 200)));
    }))).observe(document, { childList: true, subtree: true });
  });
  const isText = async (where) => {
    const { foreign, injected, wide } = await page.evaluate(() => ({
      foreign: globalThis.foreign,
      injected: globalThis.injected,
      wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    }));
    assert.deepEqual(foreign, [], where);
    assert.equal(injected, undefined, where);
    assert.deepEqual(dialogs, [], where);
    assert.ok(wide <= 1, `${where} is ${wide} pixels wider than the window`);
    const text = await page.evaluate(() => document.body.innerText);
    assert.ok(!/[\u202a-\u202e\u2066-\u2069]/.test(text), `the direction turns: ${where}`);
    assert.ok(!/A{5000}/.test(text), `there is no limit: ${where}`);
  };

  await atelier.open(`${QUICK}&autostart=1`);
  await atelier.waitForStatus('done', seconds(60));
  const [run] = await atelier.runNames();
  await atelier.waitForRunState(run, 'completed');
  await atelier.openRun(run);
  const { bytes } = await atelier.downloadBy(await atelier.menu(atelier.runRow(run), 'run-bundle'));
  const files = unzip(bytes);
  const made = JSON.parse(files['run.json']);
  /** The archive of the run with these labels; all other texts in it are hostile as well. */
  const bundleOf = (second, labels) => {
    const record = {
      ...made.record,
      run: `20260102_03040${second}`,
      engine: `${IMG}${TURNED}${LENGTHY}`,
      state: { Failed: { why: `${SCRIPT}${TURNED}${LENGTHY}` } },
      given: [{ part: 'Weights', from: `${ADDRESS}${SVG}${TURNED}${LENGTHY}`, sha256: '0f'.repeat(32) }],
    };
    const checkpoints = made.checkpoints.map((checkpoint) => ({ ...checkpoint, label: `${SVG}${TURNED}${LENGTHY}` }));
    const described = { ...made, record, labels: { ...made.labels, ...labels }, checkpoints };
    return zip({ ...files, 'run.json': Buffer.from(JSON.stringify(described)) });
  };
  const labelled = (title) => ({
    title: `${title}${TURNED}${LENGTHY}`,
    note: `${INJECTIONS.join('\n')}${TURNED}${LENGTHY}`,
    tags: [...INJECTIONS, TURNED, LENGTHY],
  });

  await t.test('from the archive of a run', { timeout: seconds(120) }, async () => {
    for (const [second, title] of INJECTIONS.entries()) {
      const name = `${title.replaceAll('/', ':')}${TURNED}.atelier.zip`;
      await atelier.importFile({ name, bytes: bundleOf(second, labelled(title)) });
      await atelier.waitForRuns(second + 2);
      assert.equal(await atelier.imported(), `20260102_03040${second}`);
      await isText(`imported as ${title}`);
    }
    for (const [second, title] of INJECTIONS.entries()) {
      const imported = `20260102_03040${second}`;
      const row = atelier.runRow(imported);
      const shown = await row.getByTestId('run-name').innerText();
      assert.ok(shown.startsWith(`${title}gnp.xe.A`) && shown.endsWith('A…') && shown.length === 80, shown);
      const details = await atelier.openRun(imported);
      const about = await details.innerText();
      for (const text of [IMG, `Imported from ${title.replaceAll('/', ':').slice(0, 20)}`, ADDRESS, SCRIPT]) {
        assert.ok(about.includes(text), `${text} in ${about.slice(0, 900)}`);
      }
      assert.equal((await details.getByTestId('run-note-input').inputValue()).length, 4000);
      await row.getByTestId('run-select').check();
      await isText(`the details of ${title}`);
    }
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=compare-training] .plot path').length === 5);
    await isText('the comparison');
    for (const tag of INJECTIONS) {
      const cut = tag.length > 24 ? `${tag.slice(0, 23)}…` : tag;
      await atelier.hook('library-kind').selectOption(`tag:${cut}`);
      await isText(`the tag ${cut}`);
    }
    await atelier.hook('library-kind').selectOption('all');
    await atelier.hook('library-search').fill(SVG);
    await isText('the search');
    await atelier.hook('library-search').fill('');
    await atelier.hook('language-select').selectOption('zh');
    await page.getByText('测试图像').first().waitFor({ state: 'attached' });
    await isText('Chinese');
    await atelier.hook('language-select').selectOption('en');
  });

  await t.test('to the names of downloaded files and the cells of tables', { timeout: seconds(60) }, async () => {
    const imported = '20260102_030401';
    await atelier.openRun(imported);
    const row = atelier.runRow(imported);
    const buttons = ['run-bundle', 'run-checkpoints', 'run-tensorboard', 'run-csv', 'run-json'];
    const downloads = {};
    for (const button of buttons) downloads[button] = await atelier.downloadBy(await atelier.menu(row, button));
    const checkpoint = row.getByTestId('checkpoint-row').first();
    for (const button of ['checkpoint-download', 'checkpoint-download-full', 'checkpoint-onnx']) {
      downloads[button] = await atelier.downloadBy(await atelier.menu(checkpoint, button));
    }
    for (const [button, { fileName }] of Object.entries(downloads)) {
      assert.match(fileName, /^[A-Za-z0-9][\w.-]*\.(zip|csv|json|safetensors|onnx)$/, button);
      assert.ok(fileName.length < 120, fileName);
    }
    for (const name of Object.keys(unzip(downloads['run-tensorboard'].bytes))) {
      assert.match(name, /^svg-onload-globalThis-injected-1[\w-]*_20260102_030401\/[\w. /]+$/, name);
    }
    const title = await row.getByTestId('run-title-input');
    await title.fill('=HYPERLINK("https://evil.example","open")');
    await title.blur();
    await row.getByTestId('run-name').filter({ hasText: '=HYPERLINK' }).waitFor();
    const { bytes } = await atelier.downloadBy(await atelier.menu(row, 'run-csv'));
    const lines = bytes.toString().trim().split('\n').slice(1);
    assert.ok(lines.length >= 20);
    for (const line of lines) {
      assert.match(line, /^20260102_030401,"'=HYPERLINK\(""https:\/\/evil\.example"",""open""\)",[\w/. ]+,\d+,\d+,[\d.]+,[-\d.e]+$/);
    }
    const json = JSON.parse(downloads['run-json'].bytes);
    assert.ok(json.runs[0].labels.title.startsWith(SVG));
  });

  await t.test('in a run that is shown, classifies, is resumed in vain and is deleted', { timeout: seconds(60) }, async () => {
    const imported = '20260102_030400';
    await atelier.openRun(imported);
    const row = atelier.runRow(imported);
    const checkpoint = row.getByTestId('checkpoint-row').first();
    await checkpoint.getByTestId('checkpoint-load').click();
    await atelier.goTo('train');
    await atelier.hook('test-image').click();
    await atelier.waitForOtherProbabilities({});
    await isText('an answer by its checkpoint');
    await atelier.goTo('runs');
    await row.getByTestId('run-open').click();
    await page.waitForFunction(() => location.hash.startsWith('#/train/'));
    await isText('the run');
    await atelier.goTo('runs');
    await (await atelier.menu(row, 'run-delete')).click();
    await atelier.hook('undo-bar').filter({ hasText: '<img src=x' }).waitFor();
    await isText('what can be undone');
  });

  await t.test('from the name of a file that is refused', { timeout: seconds(60) }, async () => {
    for (const title of INJECTIONS) {
      const name = `${title.replaceAll('/', ':')}${TURNED}.pt`;
      await atelier.importFile({ name, bytes: Buffer.from('none') });
      await atelier.waitForError(/was not imported/);
      await isText(`refused: ${name}`);
      await page.getByText('Dismiss').first().click();
    }
  });

  await t.test('from a link', { timeout: seconds(90) }, async () => {
    const pairs = [
      ...INJECTIONS.flatMap((text) => [[text, '1'], ['optimizer', text], ['lr', text], ['bench', text]]),
      ['engine', TURNED], [TURNED, LENGTHY.slice(0, 4000)], ['init', ADDRESS], ['order', `${SVG}${TURNED}`], ['lang', 'en'],
    ];
    for (const place of ['', `#/train/${encodeURIComponent(IMG)}`, `#/${IMG}`]) {
      await page.goto('about:blank');
      await page.goto(`${atelier.site.url(new URLSearchParams(pairs).toString())}${place}`);
      await atelier.waitForError(/Part of the link was not understood/);
      await atelier.hook('given').waitFor({ state: 'attached' });
      await isText(`the link with ${place}`);
      await atelier.unfoldAll();
      assert.ok((await atelier.setting('lr')).length < 2100);
      await isText('the form');
    }
  });

  await t.test('from storage and from other tabs', { timeout: seconds(60) }, async () => {
    await withDatabase(page, (database, [imported, injection, lengthy]) => new Promise((resolve, reject) => {
      const transaction = database.transaction(['runs', 'labels', 'checkpoints'], 'readwrite');
      const runs = transaction.objectStore('runs');
      runs.get(imported).onsuccess = ({ target: { result } }) => {
        const record = { ...JSON.parse(result), engine: `${injection}\u202e${lengthy}`, origin: { Imported: { file: `${injection}\u202e${lengthy}` } } };
        runs.put(JSON.stringify(record), imported);
      };
      const labels = transaction.objectStore('labels');
      labels.put(JSON.stringify({ title: `${injection}\u202e${lengthy}`, note: lengthy, tags: [injection, lengthy], deleted_at_ms: null }), imported);
      transaction.oncomplete = () => resolve();
      transaction.onerror = () => reject(transaction.error);
    }), ['20260102_030402', IMG, LENGTHY]);
    await page.evaluate(([injection, lengthy]) => {
      for (const key of ['atelier.measurements', 'atelier-theme', 'atelier-language']) localStorage.setItem(key, injection + lengthy);
      const channel = new BroadcastChannel('atelier-library');
      for (const message of [injection, lengthy, '', 7, { run: injection }, [injection]]) channel.postMessage(message);
      channel.close();
    }, [SVG, LENGTHY]);
    await atelier.open('engine=cpu');
    await atelier.waitForStatus('ready');
    const row = atelier.runRow('20260102_030402');
    await atelier.goTo('runs');
    await row.waitFor();
    const shown = await row.getByTestId('run-name').innerText();
    assert.ok(shown.startsWith(`${IMG}A`) && shown.length === 80, shown);
    const about = await (await atelier.openRun('20260102_030402')).innerText();
    assert.ok(about.includes(IMG) && about.length < 9_000, `${about.length} letters`);
    await isText('the run of another build');
    await page.evaluate(([injection, lengthy]) => {
      const channel = new BroadcastChannel('atelier-library');
      for (const message of [injection, lengthy, '', 7, { run: injection }, [injection]]) channel.postMessage(message);
      channel.close();
    }, [SVG, LENGTHY]);
    await atelier.waitForRuns(5);
    await isText('messages of another tab');
    assert.equal(await atelier.errorText(), '');
  });
});
