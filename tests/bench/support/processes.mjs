// CPU time and memory of the browser's processes, from Linux's `/proc`; nothing elsewhere.

import { readFile, readdir } from 'node:fs/promises';

/** The kernel cuts a thread's name after 15 letters; this one has no more. */
const WORKER = 'DedicatedWorker';

const IS_LINUX = process.platform === 'linux';

/** Nanoseconds on a CPU of each thread: `{ name, isMain, ns }`. */
async function threads(pid) {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
  const read = tasks.map(async (task) => {
    const folder = `/proc/${pid}/task/${task}`;
    const [name, times] = await Promise.all([readFile(`${folder}/comm`, 'utf8'), readFile(`${folder}/schedstat`, 'utf8')]);
    return { name: name.trim(), isMain: Number(task) === pid, ns: Number(times.split(' ')[0]) };
  });
  // A thread may end while it is read.
  return (await Promise.allSettled(read)).filter(({ status }) => status === 'fulfilled').map(({ value }) => value);
}

async function residentBytes(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(status) ?? [];
  return kib === undefined ? 0 : Number(kib) * 1024;
}

const sum = (list, of) => list.reduce((total, each) => total + of(each), 0);
const ms = (list) => sum(list, ({ ns }) => ns) / 1e6;

/**
 * CPU time so far (in milliseconds) and memory now of the page that has a worker and of the GPU's
 * process; `null` where the system does not tell.
 */
export async function measureProcesses(processes) {
  if (!IS_LINUX) return null;
  const list = await processes();
  const renderers = await Promise.all(
    list.filter(({ type }) => type === 'renderer').map(async ({ id }) => ({ id, threads: await threads(id) })),
  );
  const page = renderers.find((renderer) => renderer.threads.some(({ name }) => name.startsWith(WORKER)));
  const gpu = list.find(({ type }) => type === 'GPU');
  if (!page || !gpu) return null;
  const isWorker = ({ name }) => name.startsWith(WORKER);
  return {
    mainMs: ms(page.threads.filter(({ isMain }) => isMain)),
    workerMs: ms(page.threads.filter(isWorker)),
    rendererMs: ms(page.threads),
    gpuProcessMs: ms(await threads(gpu.id)),
    rendererBytes: await residentBytes(page.id),
    gpuProcessBytes: await residentBytes(gpu.id),
  };
}
