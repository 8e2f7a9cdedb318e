// Files made to do harm, generated when they are needed.

import { constants, crc32, deflateRawSync, deflateSync } from 'node:zlib';
import { SIGNATURE, chunk } from './picture.mjs';

/** Pieces of a deflated stream of this text, repeated: a thousandth of what it inflates to. */
export function inflating(text, megabytes) {
  const piece = Buffer.alloc(16 << 20, text);
  const packed = deflateRawSync(piece, { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  const count = Math.ceil((megabytes * 2 ** 20) / piece.length);
  return {
    packed: Buffer.concat([...new Array(count).fill(packed), deflateRawSync(Buffer.alloc(0))]),
    size: count * piece.length,
  };
}

/**
 * An archive of files as they are given: a name, the bytes as packed, and what its index says of their size. The index
 * names each of them `times` times.
 */
export function archive(files, times = 1) {
  const [locals, entries] = [[], []];
  let offset = 0;
  let count = 0;
  for (const { name, packed, size, crc = 0, method = 8 } of files) {
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc, 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    locals.push(Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name), packed);
    for (let time = 0; time < times; time += 1) {
      const own = time === 0 ? name : `${name}${time}`;
      const entry = Buffer.from(common);
      entry.writeUInt16LE(Buffer.byteLength(own), 22);
      const rest = Buffer.alloc(14);
      rest.writeUInt32LE(offset, 10);
      entries.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), entry, rest, Buffer.from(own));
      count += 1;
    }
    offset += 30 + Buffer.byteLength(name) + packed.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  for (const field of [8, 10]) end.writeUInt16LE(count, field);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

/** A file of an archive that is what it says. */
export const plainly = (name, bytes) => ({ name, packed: bytes, size: bytes.length, crc: crc32(bytes), method: 0 });

/** A safetensors file with this header and so many bytes of zeros. */
export function safetensors(header, bytes = 0) {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(bytes)]);
}

/** A white PNG of one bit a pixel, whole; with `bytes`, a comment makes it as long as that. */
export function whitePng(width, height, bytes = 0) {
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  size[8] = 1;
  const row = Buffer.alloc(1 + Math.ceil(width / 8), 0xff);
  row[0] = 0;
  const rows = Buffer.alloc(row.length * height, row);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', size),
    chunk('IDAT', deflateSync(rows)),
    ...(bytes ? [chunk('tEXt', Buffer.alloc(bytes, 'c'))] : []),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The beginning of a PNG that says that it is this large. */
export function pngHeader(width, height) {
  return whitePng(1, 1).map((byte, at) => {
    if (at < 16 || at >= 24) return byte;
    return ((at < 20 ? width : height) >>> (8 * (3 - ((at - 16) % 4)))) & 0xff;
  });
}

/** A GIF of two frames: a black square on white, then all white. */
export function animatedGif(side) {
  const frame = (isFirst) => {
    const codes = [];
    for (let y = 0; y < side; y += 1) {
      for (let x = 0; x < side; x += 1) {
        const isInside = Math.max(Math.abs(x - side / 2), Math.abs(y - side / 2)) < side / 4;
        // A code of three bits is a pixel as long as the table is cleared before it grows.
        if ((y * side + x) % 2 === 0) codes.push(4);
        codes.push(isFirst && isInside ? 1 : 0);
      }
    }
    codes.push(5);
    let bits = codes.map((code) => [code & 1, (code >> 1) & 1, (code >> 2) & 1]).flat();
    bits = [...bits, ...new Array((8 - (bits.length % 8)) % 8).fill(0)];
    const data = Buffer.from(Array.from({ length: bits.length / 8 }, (_, at) =>
      bits.slice(8 * at, 8 * at + 8).reduce((sum, bit, place) => sum + (bit << place), 0)));
    const blocks = [];
    for (let at = 0; at < data.length; at += 255) {
      const block = data.subarray(at, at + 255);
      blocks.push(Buffer.from([block.length]), block);
    }
    return Buffer.concat([
      Buffer.from([0x21, 0xf9, 4, 0, 10, 0, 0, 0]),
      Buffer.from([0x2c, 0, 0, 0, 0, side, 0, side, 0, 0, 2]),
      ...blocks,
      Buffer.from([0]),
    ]);
  };
  return Buffer.concat([
    Buffer.from('GIF89a', 'latin1'),
    Buffer.from([side, 0, side, 0, 0x81, 0, 0, 255, 255, 255, 0, 0, 0, 255, 0, 0, 0, 255, 0]),
    Buffer.from('\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00', 'latin1'),
    frame(true),
    frame(false),
    Buffer.from(';', 'latin1'),
  ]);
}
