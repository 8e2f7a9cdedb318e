// Deletes everything that Atelier has stored in this browser, once the visitor has answered (delete.html).

const scope = new URL('./', location.href).href;
const isOurs = (name) => /^atelier(?:[-. ]|$)/.test(name);
const PATIENCE_MS = 5000;
/** How long a run that has just ended may take to write its record, for which it keeps its lock. */
const ENDING_MS = 2000;

/** Storage that the browser denies holds nothing. */
const attempt = async (work, otherwise) => {
  try {
    return (await work()) ?? otherwise;
  } catch {
    return otherwise;
  }
};

// As www/first-view.js chooses it.
const code = [
  new URLSearchParams(location.search).get('lang'),
  await attempt(() => localStorage.getItem('atelier-language')),
  ...navigator.languages.map((tag) => tag.split('-')[0].toLowerCase()),
].find((code) => ['en', 'zh'].includes(code));
document.documentElement.lang = code === 'zh' ? 'zh-Hans' : 'en';

const confirm = document.querySelector('[data-testid=delete-confirm]');
const show = (state) => {
  for (const text of document.querySelectorAll('[data-state]')) text.hidden = text.dataset.state !== state;
};

const locks = async () => {
  const { held = [] } = await attempt(() => navigator.locks.query(), {});
  return held.map(({ name }) => name);
};
document.getElementById('no-locks').hidden = Boolean(navigator.locks);

// What is stored. Caches belong to the origin, on which there may be an Atelier in another folder: its copy for use
// without a network stays, the images and runs are common to both.
const databases = async () => (await attempt(() => indexedDB.databases(), [{ name: 'atelier' }]))
  .map(({ name }) => name).filter(isOurs);
const cacheNames = async () => (await attempt(() => caches.keys(), []))
  .filter((name) => (name.startsWith('atelier-build ') ? name.startsWith(`atelier-build ${scope} `) : isOurs(name)));
const keys = () => attempt(() => Object.keys(localStorage).filter(isOurs), []);
const registrations = async () => (await attempt(() => navigator.serviceWorker.getRegistrations(), []))
  .filter((registration) => registration.scope === scope);

const settled = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** How many runs and checkpoints there are. */
async function count() {
  if (!(await databases()).includes('atelier')) return;
  const request = indexedDB.open('atelier');
  // There was none, and this would make one.
  request.onupgradeneeded = () => request.transaction.abort();
  const database = await settled(request);
  // An open connection would block the deletion.
  database.onversionchange = () => database.close();
  try {
    for (const store of ['runs', 'checkpoints']) {
      if (!database.objectStoreNames.contains(store)) continue;
      const counted = await settled(database.transaction(store).objectStore(store).count());
      for (const place of document.querySelectorAll(`[data-count=${store}]`)) place.textContent = counted;
    }
  } finally {
    database.close();
  }
}

/** Waits so long for locks with such names to be released; whether they were. */
async function goes(isSuch, milliseconds) {
  const until = Date.now() + milliseconds;
  while ((await locks()).some(isSuch)) {
    if (Date.now() >= until) return false;
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  return true;
}

/** Waits until every page of Atelier has gone, as far as locks tell, but not for ever. */
async function othersHaveLeft() {
  new BroadcastChannel('atelier-delete').postMessage('leave');
  await goes((name) => name.startsWith(`atelier-build ${scope} `), PATIENCE_MS);
}

/** Leaves one sentence, and the way back to Atelier. */
function end(state) {
  document.getElementById('question').hidden = true;
  document.getElementById('again').hidden = false;
  show(state);
}

async function remove() {
  confirm.disabled = true;
  show();
  if (!(await goes((name) => name.startsWith('atelier-run-'), ENDING_MS))) {
    confirm.disabled = false;
    return show('busy');
  }
  await attempt(othersHaveLeft);
  // First, since it would put files into its cache again.
  for (const registration of await registrations()) await attempt(() => registration.unregister());
  for (const name of await databases()) {
    const request = indexedDB.deleteDatabase(name);
    request.onblocked = () => show('blocked');
    await attempt(() => settled(request));
  }
  for (const name of await cacheNames()) await attempt(() => caches.delete(name));
  for (const key of await keys()) await attempt(() => localStorage.removeItem(key));
  await attempt(() => Object.keys(sessionStorage).filter(isOurs).forEach((key) => sessionStorage.removeItem(key)));

  const isKnown = await attempt(() => Boolean(indexedDB.databases), false);
  const left = [
    ...(isKnown ? await databases() : []), ...(await cacheNames()), ...(await keys()),
    ...(await registrations()).map(() => 'service worker'),
  ];
  for (const place of document.querySelectorAll('.rest')) place.textContent = left.join(', ');
  confirm.disabled = false;
  if (left.length) show('left');
  else end('done');
}

confirm.addEventListener('click', remove);
confirm.disabled = false;
document.getElementById('incomplete').remove();
// www/offline.js brought this tab here.
if (location.hash === '#elsewhere') end('elsewhere');
else await attempt(count);
