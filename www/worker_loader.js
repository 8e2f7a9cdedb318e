// Starts a worker's program: the one that this script's address names in its query, or else the one that trains. It tells
// the page that this worker lives, every second, from before the program has arrived: a beat that fails to appear means
// that the worker hangs or is gone (src/page/session/connection).

const BEAT_MS = 1000;
const PROGRAM = new URL(import.meta.url).search.slice(1) || 'worker';

const beat = () => postMessage({ beat: 1 });
beat();
setInterval(beat, BEAT_MS);

try {
  const { default: start } = await import(`./${PROGRAM}.js`);
  await start();
} catch (error) {
  postMessage({ failed: { part: PROGRAM, reason: String(error) } });
}
