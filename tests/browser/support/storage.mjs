// Inspects and damages the library's database from outside the page.

import { eventually } from './eventually.mjs';

/** A script that leaves a worker without IndexedDB. */
export const NO_DATABASE = "Object.defineProperty(globalThis, 'indexedDB', { value: undefined });";

/**
 * A script after which the worker's storage can fall silent: whatever it asks of IndexedDB then happens, but it is never
 * told so. `silence(page, true)` begins it, `silence(page, false)` ends it; what was asked meanwhile stays unanswered.
 */
export const silenceable = (atOnce = false) => `{
  let silent = ${atOnce};
  new BroadcastChannel('silence').onmessage = ({ data }) => { silent = data; };
  const muted = (target) => {
    for (const type of ['success', 'complete', 'abort', 'error']) {
      // Before any other listener, and before those of the transaction's requests.
      target.addEventListener(type, (event) => { if (silent) event.stopImmediatePropagation(); }, true);
    }
    return target;
  };
  for (const [made, method] of [[IDBDatabase, 'transaction'], [IDBFactory, 'open']]) {
    const original = made.prototype[method];
    made.prototype[method] = function (...rest) { return muted(original.apply(this, rest)); };
  }
}`;

export const silence = (page, silent) => page.evaluate((silent) => {
  new BroadcastChannel('silence').postMessage(silent);
}, silent);

/** A script after which every write is aborted while `aborting(page, true)` holds. */
export const ABORTABLE = `{
  let aborting = false;
  new BroadcastChannel('aborting').onmessage = ({ data }) => { aborting = data; };
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (...rest) {
    const request = put.apply(this, rest);
    if (aborting) this.transaction.abort();
    return request;
  };
}`;

export const aborting = (page, on) => page.evaluate((on) => {
  new BroadcastChannel('aborting').postMessage(on);
}, on);

/** Holds all stores of the library in a transaction that does not end, so that no other begins, until `release(page)`. */
export const hold = (page) => page.evaluate(() => new Promise((resolve, reject) => {
  const request = indexedDB.open('atelier');
  request.onerror = () => reject(request.error);
  request.onsuccess = () => {
    const database = request.result;
    const transaction = database.transaction([...database.objectStoreNames], 'readwrite');
    globalThis.held = { database, released: false };
    const again = () => {
      resolve();
      if (globalThis.held.released) database.close();
      else transaction.objectStore('runs').get('').onsuccess = again;
    };
    transaction.objectStore('runs').get('').onsuccess = again;
  };
}));

export const release = (page) => page.evaluate(() => { globalThis.held.released = true; });

/** Runs a function on the open database, in the page. It gets the database and this argument. */
export function withDatabase(page, work, argument) {
  return page.evaluate(
    async ([work, argument]) => {
      // Before anything is waited for: later, the page's policy refuses it.
      const perform = new Function(`return (${work})`)();
      const request = indexedDB.open('atelier');
      const database = await new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      try {
        return await perform(database, argument);
      } finally {
        database.close();
      }
    },
    [work.toString(), argument],
  );
}

/** All values of a store by key. */
export const everything = (page, store) => withDatabase(page, (database, store) =>
  new Promise((resolve, reject) => {
    const transaction = database.transaction(store);
    const objects = transaction.objectStore(store);
    const [keys, values] = [objects.getAllKeys(), objects.getAll()];
    transaction.oncomplete = () => resolve(Object.fromEntries(keys.result.map((key, at) => {
      const value = values.result[at];
      return [key, typeof value === 'string' ? JSON.parse(value) : value.length];
    })));
    transaction.onerror = () => reject(transaction.error);
  }), store);

/** Waits until the pause of a run is stored, and before it the run's newest state: the status comes earlier. */
export const pauseStored = (page, run) =>
  eventually(() => everything(page, 'runs'), (runs) => runs[run]?.state === 'Paused');

/** Makes the database as an earlier build left it: stores of texts, or of bytes as arrays, by key. */
export const storeDatabase = (page, version, stores) => page.evaluate(([version, stores]) => new Promise((resolve, reject) => {
  const request = indexedDB.open('atelier', version);
  request.onupgradeneeded = () => Object.keys(stores).forEach((name) => request.result.createObjectStore(name));
  request.onerror = () => reject(request.error);
  request.onsuccess = () => {
    const transaction = request.result.transaction(Object.keys(stores), 'readwrite');
    for (const [store, entries] of Object.entries(stores)) {
      for (const [key, value] of Object.entries(entries)) {
        transaction.objectStore(store).put(typeof value === 'string' ? value : new Uint8Array(value), key);
      }
    }
    transaction.oncomplete = () => { request.result.close(); resolve(); };
    transaction.onerror = () => reject(transaction.error);
  };
}), [version, stores]);

/** Alters a byte in the middle of a checkpoint's file. */
export const damage = (page, checkpoint) => withDatabase(page, (database, checkpoint) =>
  new Promise((resolve, reject) => {
    const transaction = database.transaction('files', 'readwrite');
    const files = transaction.objectStore('files');
    files.get(checkpoint).onsuccess = ({ target: { result: bytes } }) => {
      bytes[bytes.length >> 1] ^= 1;
      files.put(bytes, checkpoint);
    };
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error);
  }), checkpoint);

/** Deletes the whole database, as a browser's "clear site data" does. */
export const deleteDatabase = (page) => page.evaluate(() => new Promise((resolve, reject) => {
  const request = indexedDB.deleteDatabase('atelier');
  request.onsuccess = () => resolve();
  request.onerror = () => reject(request.error);
}));
