// Screens as they are kept: PNGs with a palette of 256 colours, a third of the bytes. Reads what Chromium writes (8 bits
// a channel, not interlaced), and needs nothing but zlib.
import { deflateSync, inflateSync, crc32 } from 'node:zlib';

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);

function chunks(png) {
  const found = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const size = png.readUInt32BE(at);
    found.push({ kind: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + size) });
  }
  return found;
}

function paeth(a, b, c) {
  const [da, db, dc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  return da <= db && da <= dc ? a : db <= dc ? b : c;
}

const GUESS = [() => 0, (a) => a, (a, b) => b, (a, b) => (a + b) >> 1, paeth];

/** {width, height, pixels}: one number to a pixel, 0xrrggbb. */
export function read(png) {
  const parts = chunks(png);
  const head = parts.find((one) => one.kind === 'IHDR').data;
  const [width, height, depth, kind] = [head.readUInt32BE(0), head.readUInt32BE(4), head[8], head[9]];
  const step = { 2: 3, 6: 4 }[kind];
  if (depth !== 8 || !step || head[12] !== 0) throw new Error('Not a PNG as Chromium writes it.');
  const raw = inflateSync(Buffer.concat(parts.filter((one) => one.kind === 'IDAT').map((one) => one.data)));
  const row = width * step;
  const out = Buffer.alloc(row * height);
  for (let y = 0; y < height; y += 1) {
    const guess = GUESS[raw[y * (row + 1)]];
    for (let x = 0; x < row; x += 1) {
      const left = x >= step ? out[y * row + x - step] : 0;
      const up = y > 0 ? out[(y - 1) * row + x] : 0;
      const corner = x >= step && y > 0 ? out[(y - 1) * row + x - step] : 0;
      out[y * row + x] = raw[y * (row + 1) + 1 + x] + guess(left, up, corner);
    }
  }
  const pixels = new Uint32Array(width * height);
  for (let at = 0; at < pixels.length; at += 1) pixels[at] = (out[at * step] << 16) | (out[at * step + 1] << 8) | out[at * step + 2];
  return { width, height, pixels };
}

const far = (a, b) => ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2;

/** The most frequent colours, none of which is hardly another; every colour by its nearest. */
export function palette(pixels, most = 256) {
  const counts = new Map();
  for (const one of pixels) counts.set(one, (counts.get(one) ?? 0) + 1);
  const sorted = [...counts.entries()].toSorted((a, b) => b[1] - a[1] || a[0] - b[0]).map(([color]) => color);
  const chosen = [];
  for (const apart of [150, 40, 0]) {
    for (const color of sorted) {
      if (chosen.length >= most) break;
      if (!chosen.some((one) => far(one, color) <= apart)) chosen.push(color);
    }
    if (sorted.length <= most && apart > 0) chosen.length = 0;
  }
  const place = new Map(
    sorted.map((color) => {
      let best = 0;
      for (let at = 1; at < chosen.length; at += 1) if (far(chosen[at], color) < far(chosen[best], color)) best = at;
      return [color, best];
    }),
  );
  return { chosen, place };
}

function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** The same picture with a palette. */
export function lean(png) {
  const { width, height, pixels } = read(png);
  const { chosen, place } = palette(pixels);
  const raw = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) raw[y * (width + 1) + 1 + x] = place.get(pixels[y * width + x]);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const colors = Buffer.from(chosen.flatMap((one) => [one >> 16, (one >> 8) & 255, one & 255]));
  return Buffer.concat([SIGNATURE, chunk('IHDR', head), chunk('PLTE', colors), chunk('IDAT', deflateSync(raw, { level: 9, memLevel: 9 })), chunk('IEND', Buffer.alloc(0))]);
}
