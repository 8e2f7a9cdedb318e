// Starts the training worker's program. It tells the page that this worker lives, every second, from before the program
// has arrived: a beat that fails to appear means that the worker hangs or is gone (src/page/session/connection).

const BEAT_MS = 1000;

const beat = () => postMessage({ beat: 1 });
beat();
setInterval(beat, BEAT_MS);

try {
  const { default: start } = await import('./worker.js');
  await start();
} catch (error) {
  postMessage({ failed: { part: 'worker', reason: String(error) } });
}
