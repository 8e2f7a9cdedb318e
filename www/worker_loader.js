// Starts a worker's program: the one that this script's address names in its query, or else the one that trains. With
// `compiled` in the query, several workers share one module. It tells
// the page that this worker lives, every second, from before the program has arrived: a beat that fails to appear means
// that the worker hangs or is gone (src/page/session/connection).

const BEAT_MS = 1000;
const MODULE_WITHIN_MS = 30_000;
const [PROGRAM, ...HOW] = (new URL(import.meta.url).search.slice(1) || 'worker').split('&');

const beat = () => postMessage({ beat: 1 });
beat();
setInterval(beat, BEAT_MS);

// The build's finishing step replaces these names.
const PROGRAMS = {
  worker: ['./worker.js', './worker_bg.wasm'],
  files: ['./files.js', './files_bg.wasm'],
  insight: ['./insight_worker.js', './insight_worker_bg.wasm'],
};

const file = (name) => ({ part: name.slice(2), address: new URL(name, import.meta.url).href });
const late = new Promise((_, reject) => {
  setTimeout(() => reject(new Error('loader.js: stalled')), globalThis.atelierLimits?.stall ?? 20_000);
});
// A module that another worker has compiled. Without one, or if none comes for a while, the worker compiles its own, and the
// page gets that for the others.
const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });
const given = new Promise((resolve) => { addEventListener('message', ({ data }) => resolve(data.module), { once: true }); });
const isShared = HOW.includes('compiled');
try {
  const { load } = await Promise.race([import('./loader.js'), late]);
  const [script, wasm] = PROGRAMS[PROGRAM].map(file);
  const module = isShared ? await Promise.race([given, pause(MODULE_WITHIN_MS)]) : undefined;
  const { start, compiled } = await load({ script, wasm, module }, (loading) => postMessage({ loading }));
  if (isShared && !module) postMessage({ module: compiled });
  await start();
} catch (error) {
  postMessage({ failed: { part: error.part ?? PROGRAM, reason: String(error.message ?? error) } });
}
