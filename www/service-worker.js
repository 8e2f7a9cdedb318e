// Keeps this build, so that Atelier opens, trains and classifies without a network. docs/offline.md says what is kept
// where and how an update goes.
//
// `cargo xtask build` puts the build's name, the SHA-256 of each of its files and the policy of its documents in front of
// this script (xtask/src/site/offline.rs). A file with two is kept compressed, and some servers unpack it on the way.
/* global BUILD, FILES, POLICY */

// Caches belong to the origin, on which there may be an Atelier in another folder.
const PREFIX = `atelier-build ${registration.scope} `;
// Also the name of the lock that every open page of this build holds (offline.js).
const CACHE = PREFIX + BUILD;
const PAGE = 'index.html';
// As in xtask/src/site/offline.rs. The training worker keeps the images itself, by their checksums.
const IMAGES = 'data/';

// Not every server sends the page under its file's name.
const addressOf = (name) => new URL(name === PAGE ? './' : name, registration.scope).href;

// What the host says with its files, and holds for the kept ones as well. docs/hosting.md names them.
const HANDED_ON = [
  'content-type', 'content-security-policy', 'cross-origin-embedder-policy', 'cross-origin-opener-policy',
  'cross-origin-resource-policy', 'permissions-policy', 'referrer-policy', 'x-content-type-options', 'x-frame-options',
];
const CSP = 'content-security-policy';

/** The headers of an answer with these: the document's policy beside them, since a worker has none but its script's. */
function guarded(headers) {
  const all = new Headers(headers);
  all.append(CSP, POLICY);
  return all;
}

/**
 * What comes from the network past the cache. Scripts get the policy, for a worker has no other. Documents have their own, which
 * may be another build's, or none of ours.
 */
const guard = ({ destination }, answer) => (
  answer.type === 'basic' && answer.ok && !answer.redirected && ['script', 'worker', 'sharedworker'].includes(destination)
    ? new Response(answer.body, { status: answer.status, statusText: answer.statusText, headers: guarded(answer.headers) })
    : answer
);

const hash = async (bytes) => {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
};

/** A file of this build from the network. Fails on any other bytes, as those of the next build. */
async function download(name) {
  let problem;
  // What the page has just fetched is in the browser's own cache, unless that has an older file of this name.
  for (const cache of ['default', 'reload']) {
    const response = await fetch(addressOf(name), { cache });
    const bytes = await response.arrayBuffer();
    if (response.ok && FILES[name].includes(await hash(bytes))) {
      const headers = [...response.headers].filter(([name]) => HANDED_ON.includes(name));
      return new Response(bytes, { headers: guarded([...headers, ['content-length', bytes.byteLength]]) });
    }
    problem = `${name}: status ${response.status}, ${bytes.byteLength} bytes that are not of the build ${BUILD}`;
  }
  throw new Error(problem);
}

/** The build's files that the cache lacks: all at first, later those that the browser has deleted. */
async function missing(cache) {
  const kept = new Set((await cache.keys()).map(({ url }) => url));
  return Object.keys(FILES).filter((name) => !kept.has(addressOf(name)));
}

/** Fetches what the cache lacks. What has arrived stays, so that a second attempt is shorter. */
async function complete() {
  const cache = await caches.open(CACHE);
  const fetched = (await missing(cache)).map(async (name) => cache.put(addressOf(name), await download(name)));
  // All of them, so that nothing is still being written after this has failed.
  const failed = (await Promise.allSettled(fetched)).find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
}

/** Deletes other builds' caches, unless a page of theirs is open or a newer build waits for its turn. */
async function removeOthers() {
  if (!navigator.locks || registration.installing || registration.waiting) return;
  const open = (await clients.matchAll({ type: 'window', includeUncontrolled: true }))
    .filter(({ url }) => ['', PAGE].includes(url.slice(registration.scope.length).split(/[?#]/)[0]) && url.startsWith(registration.scope));
  const { held } = await navigator.locks.query();
  // A page that still loads holds no lock yet.
  if (held.filter(({ name }) => name === CACHE).length < open.length) return;
  const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(others.map((name) => caches.delete(name)));
}

/** The build's cache, unless it has been deleted: to open it would make one anew (www/delete.js). */
const opened = async () => ((await caches.has(CACHE)) ? caches.open(CACHE) : undefined);

/** The page. With a gap in the cache it comes from the network, so that it never needs a file that is nowhere. */
async function page(request) {
  const cache = await opened();
  const kept = await cache?.match(addressOf(PAGE));
  if (kept && (await missing(cache)).length === 0) return kept;
  try {
    const fetched = await fetch(request);
    return fetched.ok || !kept ? fetched : kept;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

/**
 * Any other file. One that this build does not have may be an earlier build's, of which a page is still open; a query, as in
 * the address of a worker's script, makes no other file.
 */
async function file(request, name) {
  if (!Object.hasOwn(FILES, name)) return (await caches.match(request, { ignoreSearch: true })) ?? guard(request, await fetch(request));
  const cache = await opened();
  const kept = await cache?.match(addressOf(name));
  if (kept) return kept;
  try {
    const fetched = await download(name);
    // A full disk costs only the copy.
    await cache?.put(addressOf(name), fetched.clone()).catch(() => {});
    return fetched;
  } catch {
    // The page hears what the server says.
    return guard(request, await fetch(request));
  }
}

/**
 * The page that deletes everything: the server's, so that it helps even if this script is wrong, or the copy where the server
 * has none any more. Whatever else is navigated to is the server's as well.
 */
async function fresh(request, name) {
  const answer = await fetch(request).catch(() => {});
  const isGood = answer && (answer.ok || answer.type === 'opaqueredirect' || !Object.hasOwn(FILES, name));
  return isGood ? answer : file(request, name);
}

/** What the network has, where the browser's storage fails: it then serves nobody. */
const respond = (event, answer) => event.respondWith(answer.catch(async () => guard(event.request, await fetch(event.request))));

addEventListener('install', (event) => event.waitUntil(complete()));

addEventListener('activate', (event) => event.waitUntil(clients.claim()));

addEventListener('message', (event) => {
  if (event.data === 'build') event.ports[0]?.postMessage(BUILD);
  if (event.data === 'activate') event.waitUntil(skipWaiting());
  // What could not be fetched is tried again at the next visit.
  if (event.data === 'tidy') event.waitUntil(complete().catch(() => {}).then(removeOthers));
});

addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || request.headers.has('range')) return;
  if (!request.url.startsWith(registration.scope)) return;
  const name = request.url.slice(registration.scope.length).split(/[?#]/)[0];
  if (name === '' || name === PAGE) respond(event, page(request));
  else if (request.mode === 'navigate') respond(event, fresh(request, name));
  else if (!name.startsWith(IMAGES)) respond(event, file(request, name));
});
