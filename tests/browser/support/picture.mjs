// Pictures to upload: grey images as PNG files.

import { crc32, deflateSync } from 'node:zlib';

export const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const GREY = 0;

/** A PNG file of `width` columns; `grey` holds a byte a pixel, row by row. */
export function pngOf(grey, width) {
  const height = grey.length / width;
  // Each row begins with the number of its filter: none.
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) {
    rows.set(grey.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  }
  return pngFile({ width, height, type: GREY, rows });
}

/** A PNG file with a byte a pixel of this colour type; each of its rows begins with the number of its filter. */
export function pngFile({ width, height, type, rows, palette }) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, type, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    ...(palette ? [chunk('PLTE', palette)] : []),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A chunk of a PNG file. */
export function chunk(name, data) {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const framed = Buffer.alloc(named.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(named, 4);
  framed.writeUInt32BE(crc32(named), named.length + 4);
  return framed;
}

/** A 28×28 image as a photo of 360×400: enlarged, with a margin, bright on black or dark on white. */
export function photoOf(pixels, background) {
  const [width, height, scale, side] = [360, 400, 10, 28];
  const photo = Buffer.alloc(width * height);
  const left = (width - side * scale) / 2;
  const top = (height - side * scale) / 2;
  for (let y = 0; y < side * scale; y += 1) {
    for (let x = 0; x < side * scale; x += 1) {
      const pixel = pixels[Math.floor(y / scale) * side + Math.floor(x / scale)];
      photo[(top + y) * width + left + x] = pixel;
    }
  }
  if (background === 'white') photo.forEach((grey, at) => { photo[at] = 255 - grey; });
  return pngOf(photo, width);
}

/** The images that these elements show on canvases of 28×28 pixels, in grey, each with its `data-` attributes and its text. */
export const imagesIn = (elements) => elements.evaluateAll((elements) => elements.map((element) => ({
  ...element.dataset,
  text: element.innerText.trim(),
  pixels: [...element.querySelector('canvas').getContext('2d').getImageData(0, 0, 28, 28).data].filter((_, at) => at % 4 === 0),
})));
