// Starts the training worker's program. It tells the page that this worker lives, every second, from before the program
// has arrived: a beat that fails to appear means that the worker hangs or is gone (src/page/session/connection).

const BEAT_MS = 1000;

const beat = () => postMessage({ beat: 1 });
beat();
setInterval(beat, BEAT_MS);

// The build's finishing step replaces these names.
const SCRIPT = './worker.js';
const WASM = './worker_bg.wasm';

const file = (name) => ({ part: name.slice(2), address: new URL(name, import.meta.url).href });
try {
  const { load } = await import('./loader.js');
  const start = await load({ script: file(SCRIPT), wasm: file(WASM) }, (loading) => postMessage({ loading }));
  await start();
} catch (error) {
  postMessage({ failed: { part: error.part ?? 'worker', reason: String(error.message ?? error) } });
}
