// What a tab holds: memory of JavaScript, wasm and GPU buffers, in the page and in its training worker; memory and CPU time of
// the browser's processes, from Linux's `/proc`; listeners, nodes, workers and locks.

import assert from 'node:assert/strict';
import { measureProcesses } from '../../bench/support/processes.mjs';
import { beginningWith } from './server.mjs';

/** Runs before anything else, in a page or in a worker. */
function count() {
  const counted = { memories: [], workers: 0, gpu: { buffers: 0, bytes: 0, made: 0 } };
  globalThis.counted = counted;
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async function instantiated(...rest) {
    const made = await instantiate.apply(this, rest);
    const { exports } = made.instance ?? made;
    counted.memories.push(...Object.values(exports).filter((it) => it instanceof WebAssembly.Memory));
    return made;
  };
  if (globalThis.document) {
    const { terminate } = Worker.prototype;
    globalThis.Worker = class extends Worker {
      constructor(...rest) {
        super(...rest);
        counted.workers += 1;
      }
    };
    Worker.prototype.terminate = function ended() {
      counted.workers -= 1;
      return terminate.call(this);
    };
  }
  if (!globalThis.GPUDevice) return;
  const alive = new Map();
  let next = 0;
  const gone = (key) => {
    counted.gpu.bytes -= alive.get(key) ?? 0;
    alive.delete(key);
    counted.gpu.buffers = alive.size;
  };
  const collected = new FinalizationRegistry(gone);
  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function create(descriptor) {
    const buffer = createBuffer.call(this, descriptor);
    next += 1;
    buffer.countedAs = next;
    alive.set(next, descriptor.size);
    collected.register(buffer, next);
    counted.gpu.bytes += descriptor.size;
    counted.gpu.buffers = alive.size;
    counted.gpu.made += 1;
    return buffer;
  };
  const { destroy } = GPUBuffer.prototype;
  GPUBuffer.prototype.destroy = function destroyed() {
    gone(this.countedAs);
    return destroy.call(this);
  };
}

/** From now on, this context's pages and the site's workers count what `memoryOf` tells. */
export async function countMemory(site, context) {
  const script = `(${count})();`;
  site.breakFile('worker_loader.js', beginningWith(script));
  await context.addInitScript(script);
}

const counted = () => ({
  wasm: globalThis.counted.memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0),
  workers: globalThis.counted.workers,
  gpu: globalThis.counted.gpu,
});

/** The size of a page's wasm memory, in bytes. */
export const wasmOf = async (page) => (await page.evaluate(counted)).wasm;

/** Sends commands to the page's training worker by way of the page's session. */
async function toWorkerOf(session) {
  const attached = new Promise((resolve) => {
    session.on('Target.attachedToTarget', ({ sessionId, targetInfo: { type, url } }) => {
      if (type === 'worker' && !url.endsWith('?files')) resolve(sessionId);
    });
  });
  const waiting = new Map();
  session.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result } = JSON.parse(message);
    waiting.get(id)?.(result);
  });
  await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const sessionId = await attached;
  return (method) => new Promise((resolve, reject) => {
    const id = waiting.size + 1;
    waiting.set(id, resolve);
    session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method }) }).catch(reject);
  });
}

/** Bytes of JavaScript in use once garbage is collected. The second time takes what finalizers have let go. */
async function heap(send) {
  await send('HeapProfiler.collectGarbage');
  await send('HeapProfiler.collectGarbage');
  return (await send('Runtime.getHeapUsage')).usedSize;
}

/** Memory and CPU time of the browser's processes; the tab that trains must be the only one with a worker. */
export async function processesOf(browser) {
  const session = await browser.newBrowserCDPSession();
  const measured = await measureProcesses(async () => (await session.send('SystemInfo.getProcessInfo')).processInfo);
  await session.detach();
  return measured;
}

/** What the tab holds now, in bytes and counts. */
export async function memoryOf({ browser, context, atelier }) {
  const session = await context.newCDPSession(atelier.page);
  const worker = await toWorkerOf(session);
  const [pageHeap, workerHeap] = [await heap((method) => session.send(method)), await heap(worker)];
  const { nodes, jsEventListeners: listeners } = await session.send('Memory.getDOMCounters');
  await session.detach();
  const [inPage, inWorker] = [await atelier.page.evaluate(counted), await atelier.worker().evaluate(counted)];
  const processes = await processesOf(browser);
  const held = await atelier.page.evaluate(async () => (await navigator.locks.query()).held.length);
  return {
    pageHeap,
    pageWasm: inPage.wasm,
    workerHeap,
    workerWasm: inWorker.wasm,
    gpuBytes: inWorker.gpu.bytes,
    gpuBuffers: inWorker.gpu.buffers,
    gpuBuffersMade: inWorker.gpu.made,
    renderer: processes?.rendererBytes,
    gpuProcess: processes?.gpuProcessBytes,
    nodes,
    listeners,
    workers: inPage.workers,
    locks: held,
  };
}

const MOST = 1.05;
export const BYTES = ['pageHeap', 'pageWasm', 'workerHeap', 'workerWasm', 'gpuBytes', 'renderer', 'gpuProcess'];

/**
 * Fails if a part of the memory has grown by more than 5 %. `kept` is how many bytes more a part may hold, because they are
 * what the tab is to keep.
 */
export function assertFlat(early, late, kept = {}) {
  const grown = BYTES.filter((part) => early[part] && late[part] > MOST * early[part] + (kept[part] ?? 0));
  const told = grown.map((part) => `${part}: ${early[part]} → ${late[part]} bytes`);
  assert.deepEqual(told, [], 'memory has grown');
}

/** A measurement in a line: megabytes, then counts. */
export function told(memory) {
  const parts = Object.entries(memory).filter(([, value]) => value !== undefined).map(([part, value]) =>
    `${part} ${BYTES.includes(part) ? `${(value / 1e6).toFixed(2)} MB` : value}`);
  return parts.join(', ');
}
