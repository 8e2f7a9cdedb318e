// What the figures were taken on.

import { readFile } from 'node:fs/promises';
import os from 'node:os';

async function systemName() {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const [, pretty] = /^PRETTY_NAME="?([^"\n]+)/m.exec(release) ?? [];
  return pretty ? `${pretty}, kernel ${os.release()}` : `${os.type()} ${os.release()}`;
}

export async function describeMachine() {
  const cpus = os.cpus();
  return {
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cores: cpus.length,
    memoryBytes: os.totalmem(),
    system: await systemName(),
    // Whether something else was at work when this began.
    load: os.loadavg()[0],
  };
}
