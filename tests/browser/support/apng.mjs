// Writes a moving picture (APNG, https://www.w3.org/TR/png-3/#apng-frame-based-animation): frames of one palette, of which each holds only
// the rectangle that differs from the one before, with what is the same in it left transparent.

import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const TRANSPARENT = 0;
const MOST_COLOURS = 255;

/** @returns {Buffer} a chunk of a PNG file */
function chunk(type, data) {
  const all = Buffer.alloc(12 + data.length);
  all.writeUInt32BE(data.length, 0);
  all.write(type, 4, 'latin1');
  data.copy(all, 8);
  all.writeUInt32BE(crc32(all.subarray(4, 8 + data.length)), 8 + data.length);
  return all;
}

/** The colours that most pixels of the frames have, as numbers 0xrrggbb, and the index of each colour from 1. */
function palette(frames) {
  const counts = new Map();
  for (const { data } of frames) {
    for (let at = 0; at < data.length; at += 4) {
      const colour = data[at] << 16 | data[at + 1] << 8 | data[at + 2];
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
  }
  const byCount = [...counts].sort((a, b) => b[1] - a[1]).map(([colour]) => colour);
  const chosen = [];
  const apart = (a, b) => Math.abs((a >> 16) - (b >> 16)) + Math.abs((a >> 8 & 255) - (b >> 8 & 255)) + Math.abs((a & 255) - (b & 255));
  // Colours that nearly are one of those already chosen would take the place of others.
  for (const least of [24, 8, 0]) {
    for (const colour of byCount.slice(0, 20_000)) {
      if (chosen.length === MOST_COLOURS) break;
      if (chosen.every((other) => apart(other, colour) > least)) chosen.push(colour);
    }
  }
  const indices = new Map();
  for (const colour of counts.keys()) {
    let best = 0;
    for (let at = 1; at < chosen.length; at += 1) if (apart(chosen[at], colour) < apart(chosen[best], colour)) best = at;
    indices.set(colour, best + 1);
  }
  return { chosen, indices };
}

/** The smallest rectangle in which two pictures of indices differ; one pixel if they do not. */
function difference(before, now, width, height) {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let at = 0; at < now.length; at += 1) {
    if (before[at] === now[at]) continue;
    const [x, y] = [at % width, Math.floor(at / width)];
    left = Math.min(left, x);
    right = Math.max(right, x + 1);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y + 1);
  }
  return right === 0 ? { left: 0, top: 0, right: 1, bottom: 1 } : { left, top, right, bottom };
}

/**
 * The file of these frames, which is played for ever.
 *
 * @param {{ width: number, height: number, data: Uint8Array }[]} frames of one size, 4 bytes a pixel, opaque
 * @param {number[]} delays how long each is shown, in milliseconds
 */
export function apng(frames, delays) {
  const [{ width, height }] = frames;
  const { chosen, indices } = palette(frames);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a pixel, by palette.
  header.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from([0, chosen].flat().flatMap((colour) => [colour >> 16, colour >> 8 & 255, colour & 255]));
  const control = Buffer.alloc(8);
  control.writeUInt32BE(frames.length, 0);
  const chunks = [chunk('IHDR', header), chunk('PLTE', colours), chunk('tRNS', Buffer.from([0])), chunk('acTL', control)];
  let sequence = 0;
  let before;
  frames.forEach(({ data }, number) => {
    const now = new Uint8Array(width * height);
    for (let at = 0; at < now.length; at += 1) now[at] = indices.get(data[4 * at] << 16 | data[4 * at + 1] << 8 | data[4 * at + 2]);
    const box = before ? difference(before, now, width, height) : { left: 0, top: 0, right: width, bottom: height };
    const rows = [];
    for (let y = box.top; y < box.bottom; y += 1) {
      // Each row begins with its filter, which is none.
      const row = Buffer.alloc(1 + box.right - box.left);
      for (let x = box.left; x < box.right; x += 1) {
        const at = y * width + x;
        row[1 + x - box.left] = before && before[at] === now[at] ? TRANSPARENT : now[at];
      }
      rows.push(row);
    }
    const frame = Buffer.alloc(26);
    frame.writeUInt32BE(sequence, 0);
    [box.right - box.left, box.bottom - box.top, box.left, box.top].forEach((value, at) => frame.writeUInt32BE(value, 4 + 4 * at));
    frame.writeUInt16BE(delays[number], 20);
    frame.writeUInt16BE(1000, 22);
    // What was there stays, and transparent pixels show it.
    frame.set([0, number === 0 ? 0 : 1], 24);
    sequence += 1;
    chunks.push(chunk('fcTL', frame));
    const packed = deflateSync(Buffer.concat(rows), { level: 9 });
    if (number === 0) {
      chunks.push(chunk('IDAT', packed));
    } else {
      const place = Buffer.alloc(4);
      place.writeUInt32BE(sequence, 0);
      sequence += 1;
      chunks.push(chunk('fdAT', Buffer.concat([place, packed])));
    }
    before = now;
  });
  return Buffer.concat([SIGNATURE, ...chunks, chunk('IEND', Buffer.alloc(0))]);
}

/** What a moving picture says of itself: its size, its frames, and how long it takes in milliseconds. */
export function read(file) {
  const found = { frames: 0, ms: 0 };
  for (let at = 8; at < file.length;) {
    const [length, type] = [file.readUInt32BE(at), file.toString('latin1', at + 4, at + 8)];
    const data = file.subarray(at + 8, at + 8 + length);
    if (crc32(file.subarray(at + 4, at + 8 + length)) !== file.readUInt32BE(at + 8 + length)) throw new Error(`${type} is damaged`);
    if (type === 'IHDR') Object.assign(found, { width: data.readUInt32BE(0), height: data.readUInt32BE(4) });
    if (type === 'acTL') found.frames = data.readUInt32BE(0);
    if (type === 'fcTL') found.ms += data.readUInt16BE(20);
    at += 12 + length;
  }
  return found;
}
