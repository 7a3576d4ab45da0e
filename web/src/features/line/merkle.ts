/**
 * Verifying the public log in the browser, from its tiles alone (C2SP tlog-tiles and signed notes, RFC 6962 hashing).
 * Nothing here asks the API: only /log/checkpoint and /log/tile/ are read, which any witness reads too, and the
 * server is not told which entry is being looked for.
 */
const TILE = 256;
const HASH = 32;

export interface Checkpoint {
  origin: string;
  size: number;
  root: Uint8Array;
  text: string;
  signatures: { name: string; keyHash: Uint8Array; signature: Uint8Array }[];
}

export type ReadTile = (path: string) => Promise<Uint8Array>;

export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

export function toHex(bytes: Uint8Array): string {
  return [...bytes].map((one) => one.toString(16).padStart(2, '0')).join('');
}

export function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((one, index) => one === b[index]);
}

async function sha256(...parts: Uint8Array[]): Promise<Uint8Array> {
  const joined = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', joined));
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Promise<Uint8Array> {
  return sha256(Uint8Array.of(1), left, right);
}

/** A signed note: the text, an empty line, then one line per signature. */
export function parseCheckpoint(note: string): Checkpoint {
  const cut = note.indexOf('\n\n');
  const text = note.slice(0, cut + 1);
  const [origin, size, root] = text.split('\n');
  if (cut < 0 || !origin || !/^\d+$/.test(size ?? '') || !root) throw new Error('The checkpoint is not a signed note.');
  const signatures = note
    .slice(cut + 2)
    .split('\n')
    .filter((line) => line.startsWith('— '))
    .map((line) => {
      const [name = '', blob = ''] = line.slice(2).split(' ');
      const bytes = fromBase64(blob);
      return { name, keyHash: bytes.slice(0, 4), signature: bytes.slice(4) };
    });
  return { origin, size: Number(size), root: fromBase64(root), text, signatures };
}

/** "name+hash+base64(type ‖ key)"; type 1 is Ed25519. */
export function parseKey(vkey: string): { name: string; keyHash: Uint8Array; key: Uint8Array } {
  const first = vkey.indexOf('+');
  const second = vkey.indexOf('+', first + 1);
  const blob = fromBase64(vkey.slice(second + 1));
  if (first < 0 || second < 0 || blob[0] !== 1 || blob.length !== 33) throw new Error('The key is not an Ed25519 note key.');
  return { name: vkey.slice(0, first), keyHash: fromHex(vkey.slice(first + 1, second)), key: blob.slice(1) };
}

export type Signature = 'good' | 'bad' | 'unsupported';

export async function checkSignature(checkpoint: Checkpoint, vkey: string): Promise<Signature> {
  const { name, keyHash, key } = parseKey(vkey);
  const mine = checkpoint.signatures.find((one) => one.name === name && same(one.keyHash, keyHash));
  if (!mine) return 'bad';
  try {
    const imported = await crypto.subtle.importKey('raw', new Uint8Array(key), 'Ed25519', false, ['verify']);
    const good = await crypto.subtle.verify('Ed25519', imported, new Uint8Array(mine.signature), new TextEncoder().encode(checkpoint.text));
    return good ? 'good' : 'bad';
  } catch {
    return 'unsupported';
  }
}

/** Where a tile lies: groups of three digits, all but the last with an "x"; a partial tile names its width. */
export function tilePath(level: number, index: number, width: number): string {
  const digits = String(index % 1000).padStart(3, '0');
  const groups: string[] = [];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  const path = [...groups, digits].join('/');
  return `tile/${level}/${path}${width < TILE ? `.p/${width}` : ''}`;
}

/** A tree of a given size, read tile by tile; each tile is fetched once. */
export class Tiles {
  readonly #read: ReadTile;
  readonly #size: number;
  readonly #cache = new Map<string, Promise<Uint8Array>>();

  constructor(read: ReadTile, size: number) {
    this.#read = read;
    this.#size = size;
  }

  width(level: number, index: number): number {
    const entries = Math.floor(this.#size / TILE ** level);
    return Math.min(TILE, entries - index * TILE);
  }

  tile(level: number, index: number): Promise<Uint8Array> {
    const path = tilePath(level, index, this.width(level, index));
    const found = this.#cache.get(path) ?? this.#read(path);
    this.#cache.set(path, found);
    return found;
  }

  async hash(level: number, index: number): Promise<Uint8Array> {
    const tile = await this.tile(level, Math.floor(index / TILE));
    const at = (index % TILE) * HASH;
    if (at + HASH > tile.length) throw new Error(`Tile of level ${level} is too short.`);
    return tile.slice(at, at + HASH);
  }
}

function largestPower(below: number): number {
  let power = 1;
  while (power * 2 < below) power *= 2;
  return power;
}

function storedLevel(from: number, to: number): number | null {
  const width = to - from;
  for (let level = 0; TILE ** level <= width; level += 1) {
    if (TILE ** level === width && from % width === 0) return level;
  }
  return null;
}

/**
 * Root over [from, to). A range that holds the searched leaf is always computed down to that leaf: a hash stored
 * higher up is trusted only where the leaf is not below it, which is what an inclusion proof does.
 */
export async function rootOf(tiles: Tiles, from: number, to: number, leaf: number | null): Promise<Uint8Array> {
  const holds = leaf !== null && leaf >= from && leaf < to;
  const level = storedLevel(from, to);
  if (level !== null && (!holds || level === 0)) return tiles.hash(level, from / TILE ** level);
  const middle = from + largestPower(to - from);
  return nodeHash(await rootOf(tiles, from, middle, leaf), await rootOf(tiles, middle, to, leaf));
}

/** Looks for a leaf hash, newest tiles first: a receipt of this session lies at the end of the log. */
export async function findLeaf(tiles: Tiles, size: number, leaf: Uint8Array, maxTiles = 64): Promise<number | null> {
  const last = Math.ceil(size / TILE) - 1;
  for (let index = last; index >= 0 && index > last - maxTiles; index -= 1) {
    const tile = await tiles.tile(0, index);
    for (let at = 0; at + HASH <= tile.length; at += HASH) {
      if (leaf.every((one, offset) => one === tile[at + offset])) return index * TILE + at / HASH;
    }
  }
  return null;
}

export interface Verdict {
  size: number;
  origin: string;
  root: string;
  signature: Signature;
  rootMatches: boolean;
  receipts: { entry: string; index: number | null; included: boolean }[];
}

/** The whole check: signature of the checkpoint, the root from the tiles, and each receipt's leaf in the tree. */
export async function verifyLog(note: string, vkey: string, read: ReadTile, receipts: readonly { entry: string; leaf: string }[]): Promise<Verdict> {
  const checkpoint = parseCheckpoint(note);
  const tiles = new Tiles(read, checkpoint.size);
  const root = checkpoint.size === 0 ? await sha256() : await rootOf(tiles, 0, checkpoint.size, checkpoint.size - 1);
  const checked = [];
  for (const one of receipts) {
    const index = await findLeaf(tiles, checkpoint.size, fromHex(one.leaf));
    const included = index !== null && same(await rootOf(tiles, 0, checkpoint.size, index), checkpoint.root);
    checked.push({ entry: one.entry, index, included });
  }
  return {
    size: checkpoint.size,
    origin: checkpoint.origin,
    root: toHex(checkpoint.root),
    signature: await checkSignature(checkpoint, vkey),
    rootMatches: same(root, checkpoint.root),
    receipts: checked,
  };
}
