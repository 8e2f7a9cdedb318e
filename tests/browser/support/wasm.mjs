// WebAssembly modules: what the tests change in them.

import { gunzipSync } from 'node:zlib';

const MEMORY = 5;
const PAGE = 65_536;

/** A module whose memory has a limit, in bytes. */
export function withMemoryLimit(bytes, limit) {
  const module = bytes[0] === 0x1f ? gunzipSync(bytes) : bytes;
  let at = 8;
  while (at < module.length) {
    const begin = at;
    const [kind, size] = [module[at], number(module, at + 1)];
    at = size.end + size.value;
    if (kind !== MEMORY) continue;
    // One memory: whether it has a limit, its pages at the beginning, its limit.
    const least = number(module, size.end + 2).value;
    const section = [1, 1, ...encoded(least), ...encoded(limit / PAGE)];
    return Buffer.concat([module.subarray(0, begin), Buffer.from([MEMORY, section.length, ...section]), module.subarray(at)]);
  }
  throw new Error('the module has no memory');
}

/** A number in LEB128, and where it ends. */
function number(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at];
    at += 1;
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return { value, end: at };
  }
}

function encoded(value) {
  const more = Math.floor(value / 128);
  return more === 0 ? [value] : [(value % 128) + 128, ...encoded(more)];
}
