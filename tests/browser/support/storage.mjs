// Inspects and damages the library's database from outside the page.

/** A script that leaves a worker without IndexedDB. */
export const NO_DATABASE = "Object.defineProperty(globalThis, 'indexedDB', { value: undefined });";

/** Runs a function on the open database, in the page. It gets the database and this argument. */
export function withDatabase(page, work, argument) {
  return page.evaluate(
    async ([work, argument]) => {
      const request = indexedDB.open('atelier');
      const database = await new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      try {
        return await new Function(`return (${work})`)()(database, argument);
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
