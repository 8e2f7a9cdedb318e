// Fetches programs (wasm, and the script that wasm-bindgen makes for it), for the page and its workers. Nothing here waits
// for ever: a transfer that delivers nothing for a while is given up, and so is one that takes too long as a whole. The
// data has the same limits (src/dataset/fetch).

/** Limits in milliseconds. Tests set shorter ones, in `atelierLimits`. */
const LIMITS = { stall: 20_000, total: 300_000, pauses: [500, 2000], ...globalThis.atelierLimits };

/** So many compressed bytes are unpacked in one task of the page's thread. */
const PIECE = 24 * 1024;

/** Why a file did not arrive. `cause` is one word; `detail` is a status, or the browser's own words. */
export class LoadError extends Error {
  constructor(part, cause, detail = '') {
    super(`${part}: ${cause}${detail && ` (${detail})`}`);
    Object.assign(this, { part, cause, detail });
  }

  /** Whether trying again may help. */
  get mayPass() {
    return ['network', 'stalled', 'damaged', 'busy'].includes(this.cause);
  }
}

const isGzip = (head) => head[0] === 0x1f && head[1] === 0x8b;
const isWasm = (head) => head[0] === 0 && head[1] === 0x61 && head[2] === 0x73 && head[3] === 0x6d;

/** A failed answer's cause; undefined if it is a file. */
function causeOf(response) {
  const { status } = response;
  if (status === 404) return 'missing';
  if (status >= 500 || status === 429 || status === 408) return 'busy';
  if (!response.ok) return 'status';
  // Servers for single-page sites and networks that want a log-in give a page in place of a file.
  return /^text\/html/i.test(response.headers.get('content-type') ?? '') ? 'page' : undefined;
}

/**
 * Requests a file. Returns its first bytes, and a stream of its content, which is decompressed if the first bytes are
 * gzip's: some hosts deliver compressed files decompressed.
 *
 * `heard({ bytes, total })` is told how much has arrived; `total` is 0 if the server does not say. `blame` turns the error of a stage after this one into what
 * caused it.
 */
async function open(part, address, { until, again, heard = () => {} }) {
  const abort = new AbortController();
  let failure;
  let timer;
  const fail = (cause, detail) => {
    failure ??= new LoadError(part, cause, detail);
    return failure;
  };
  const inTime = async (promise) => {
    const left = until - performance.now();
    const cause = left < LIMITS.stall ? 'slow' : 'stalled';
    timer = setTimeout(() => {
      fail(cause);
      abort.abort();
    }, Math.max(0, Math.min(left, LIMITS.stall)));
    try {
      return await promise;
    } catch (error) {
      throw fail('network', error?.message ?? String(error));
    } finally {
      clearTimeout(timer);
    }
  };

  // A copy in the browser's own cache might be the damaged one that caused this attempt.
  const cache = again ? 'reload' : 'default';
  const response = await inTime(fetch(address, { cache, signal: abort.signal }));
  const cause = causeOf(response);
  if (cause) {
    abort.abort();
    throw fail(cause, cause === 'page' ? '' : `HTTP ${response.status}`);
  }
  const reader = response.body?.getReader();
  if (!reader) throw fail('empty');
  // An encoded answer's length is not that of what arrives.
  const total = response.headers.has('content-encoding') ? 0 : Number(response.headers.get('content-length') ?? 0);
  let bytes = 0;
  const read = async () => {
    const { done, value } = await inTime(reader.read());
    if (done) return undefined;
    bytes += value.length;
    heard({ bytes, total });
    return value;
  };
  let head = new Uint8Array();
  while (head.length < 4) {
    const piece = await read();
    if (!piece) break;
    const longer = new Uint8Array(head.length + piece.length);
    longer.set(head);
    longer.set(piece, head.length);
    head = longer;
  }
  const compressed = isGzip(head);
  // A task of its own for each piece that is unpacked on the page's thread; a worker has nobody to hold up.
  const inPieces = compressed && globalThis.document;
  let rest = head;
  let stream = new ReadableStream({
    async pull(controller) {
      try {
        const whole = rest ?? (await read());
        if (!whole) {
          controller.close();
          return;
        }
        const piece = inPieces ? whole.subarray(0, PIECE) : whole;
        rest = piece.length < whole.length ? whole.subarray(piece.length) : undefined;
        if (inPieces) await nextTask();
        controller.enqueue(piece);
      } catch (error) {
        controller.error(error);
      }
    },
    cancel: () => abort.abort(),
  });
  if (compressed) stream = stream.pipeThrough(new DecompressionStream('gzip'));
  const blame = (error) => failure ?? (error instanceof LoadError ? error : fail('damaged', error?.message ?? String(error)));
  return { head, compressed, stream, blame, abort: () => abort.abort() };
}

/** Goes on in the next task. A timer would come some milliseconds later, and much later in a hidden tab. */
const nextTask = () => new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    resolve();
  };
  port2.postMessage(undefined);
});

const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

/** Tries again after failures that may pass. */
async function tried(attempt) {
  const until = performance.now() + LIMITS.total;
  for (let times = 0; ; times += 1) {
    try {
      return await attempt({ until, again: times > 0, times });
    } catch (error) {
      const wait = LIMITS.pauses[times];
      if (!error.mayPass || wait === undefined || performance.now() + wait > until) throw error;
      await pause(wait);
    }
  }
}

/** A module script. Its failure is named as if it had been fetched as a file, since browsers do not say why. */
async function script(part, address, { again, times, until }) {
  // A module that has failed under an address may stay failed under it.
  const query = again ? `?again=${times}` : '';
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new LoadError(part, 'stalled')), Math.min(LIMITS.stall, until - performance.now()));
  });
  const module = import(`${address}${query}`).catch(async (error) => {
    const file = await open(part, address, { until, again: true });
    file.abort();
    throw new LoadError(part, 'damaged', error?.message ?? String(error));
  });
  try {
    return await Promise.race([module, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Wasm, compiled while it streams in. */
async function compiled(part, address, { again, until, heard }) {
  const file = await open(part, address, { until, again, heard });
  if (!file.compressed && !isWasm(file.head)) {
    file.abort();
    throw new LoadError(part, 'damaged', 'this is no WebAssembly');
  }
  try {
    return await WebAssembly.compileStreaming(new Response(file.stream, { headers: { 'content-type': 'application/wasm' } }));
  } catch (error) {
    file.abort();
    throw file.blame(error);
  }
}

/**
 * Loads a program and returns the function that starts it, and its `compiled` module. `files`: addresses of its `script` and
 * its `wasm`, and their names for messages; its `module`, if that has been compiled already. `heard({ bytes, total })` is told
 * what has arrived of the wasm; `total` is 0 if it is not known.
 */
export async function load(files, heard = () => {}) {
  const [bindings, module] = await Promise.all([
    tried((how) => script(files.script.part, files.script.address, how)),
    files.module ?? tried((how) => compiled(files.wasm.part, files.wasm.address, { ...how, heard })),
  ]);
  // The end of compiling and the program's start are separate tasks.
  if (globalThis.document) await nextTask();
  return { start: () => bindings.default({ module_or_path: module }), compiled: module };
}
