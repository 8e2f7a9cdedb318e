// Whether what a library holds fits together, read from its database and not through Atelier.

import { withDatabase } from './storage.mjs';

/** Steps in a block of metrics (src/library/blocks.rs). */
const BLOCK = 4096;

/**
 * What is wrong with the library, in sentences: checkpoints whose file is missing or not what was written, files without a
 * checkpoint, checkpoints and blocks without a run, runs without the blocks up to their newest checkpoint. `checkpoints` is
 * how many were verified, `bytes` what their files hold.
 */
export const checkLibrary = (page) => withDatabase(page, check, BLOCK);

async function check(database, block) {
  const wrong = [];
  const stores = ['runs', 'blocks', 'checkpoints', 'files'];
  const transaction = database.transaction(stores);
  const [runs, blocks, checkpoints, files] = stores.map((name) => transaction.objectStore(name));
  const got = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const [names, records, blockKeys, entries, fileNames] = await Promise.all([
    got(runs.getAllKeys()), got(runs.getAll()), got(blocks.getAllKeys()), got(checkpoints.getAll()), got(files.getAllKeys()),
  ]);
  const record = new Map(names.map((name, at) => [name, JSON.parse(records[at])]));
  const hasBlock = new Set(blockKeys);
  const summaries = entries.map((entry) => JSON.parse(entry));
  const known = new Set(summaries.map(({ name }) => name));
  fileNames.filter((name) => !known.has(name)).forEach((name) => wrong.push(`the file ${name} has no checkpoint`));
  blockKeys.filter((key) => !record.has(key.split('/')[0])).forEach((key) => wrong.push(`the block ${key} has no run`));
  let bytes = 0;
  // One by one, since together they may not fit into memory.
  for (const { name, run, step, sha256 } of summaries) {
    const again = database.transaction('files');
    const file = await got(again.objectStore('files').get(name));
    if (!record.has(run)) wrong.push(`${name} has no run`);
    if (!file) {
      wrong.push(`${name} has no file`);
      continue;
    }
    bytes += file.length;
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', file));
    const hex = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    if (hex !== sha256) wrong.push(`${name} is damaged`);
    for (let at = 0; at * block < step; at += 1) {
      const key = `${run}/${String(at).padStart(6, '0')}`;
      if (!hasBlock.has(key)) wrong.push(`${name} has no block ${key}`);
    }
  }
  for (const [name, { steps }] of record) {
    const newest = summaries.filter(({ run }) => run === name).reduce((most, { step }) => Math.max(most, step), 0);
    if (steps < newest) wrong.push(`the run ${name} has ${steps} steps and a checkpoint of step ${newest}`);
  }
  return { wrong, runs: names.length, checkpoints: summaries.length, bytes };
}

/** The checksum of every checkpoint by its name. */
export const checksums = (page) => withDatabase(page, (database) => new Promise((resolve, reject) => {
  const request = database.transaction('checkpoints').objectStore('checkpoints').getAll();
  request.onsuccess = () => resolve(Object.fromEntries(request.result.map((entry) => {
    const { name, sha256 } = JSON.parse(entry);
    return [name, sha256];
  })));
  request.onerror = () => reject(request.error);
}));

/** Copies a run with its curves and checkpoints under the names of earlier days, as that many runs of their own. */
export const copyRun = (page, run, copies) => withDatabase(page, copy, { run, copies });

async function copy(database, { run, copies }) {
  const stores = ['runs', 'blocks', 'checkpoints', 'files'];
  const got = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const read = database.transaction(stores);
  const store = (transaction, name) => transaction.objectStore(name);
  const within = (prefix) => IDBKeyRange.bound(prefix, `${prefix}~`);
  const [record, blockKeys, blocks, entries, fileNames, files] = await Promise.all([
    got(store(read, 'runs').get(run)),
    got(store(read, 'blocks').getAllKeys(within(`${run}/`))),
    got(store(read, 'blocks').getAll(within(`${run}/`))),
    got(store(read, 'checkpoints').getAll(within(`model_${run}_`))),
    got(store(read, 'files').getAllKeys(within(`model_${run}_`))),
    got(store(read, 'files').getAll(within(`model_${run}_`))),
  ]);
  // A checkpoint's file names its run in its first kilobytes.
  const inFile = (bytes, name) => {
    const changed = bytes.slice();
    const head = new TextDecoder('latin1').decode(bytes.subarray(0, 65_536));
    for (let at = head.indexOf(run); at >= 0; at = head.indexOf(run, at + 1)) {
      changed.set(new TextEncoder().encode(name), at);
    }
    return changed;
  };
  for (let copied = 0; copied < copies; copied += 1) {
    const day = new Date(Date.UTC(2020, 0, 1 + copied)).toISOString().slice(0, 10).replaceAll('-', '');
    const name = `${day}_000000`;
    const renamed = new Map();
    for (const [at, file] of files.entries()) {
      const bytes = inFile(file, name);
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      const sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      renamed.set(fileNames[at], { bytes, sha256 });
    }
    const transaction = database.transaction(stores, 'readwrite');
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    store(transaction, 'runs').put(record.replaceAll(run, name), name);
    blockKeys.forEach((key, at) => store(transaction, 'blocks').put(blocks[at], key.replace(run, name)));
    for (const entry of entries) {
      const summary = JSON.parse(entry);
      const { bytes, sha256 } = renamed.get(summary.name);
      const put = { ...JSON.parse(entry.replaceAll(run, name)), sha256 };
      store(transaction, 'checkpoints').put(JSON.stringify(put), put.name);
      store(transaction, 'files').put(bytes, put.name);
    }
    await done;
  }
}
