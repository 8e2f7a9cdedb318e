// A reporter for Node's tests: how long each file's tests took, in seconds, the slowest first.

import { basename } from 'node:path';

export default async function* durations(events) {
  const files = new Map();
  for await (const { type, data } of events) {
    if (!['test:pass', 'test:fail'].includes(type) || data.nesting > 0 || !data.file) continue;
    const name = basename(data.file);
    files.set(name, (files.get(name) ?? 0) + data.details.duration_ms / 1000);
  }
  const slowest = [...files].sort(([, a], [, b]) => b - a);
  for (const [name, seconds] of slowest) yield `${seconds.toFixed(1).padStart(7)} s  ${name}\n`;
}
