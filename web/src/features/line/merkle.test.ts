import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkSignature, findLeaf, parseCheckpoint, parseKey, rootOf, same, tilePath, Tiles, toHex, verifyLog } from './merkle';

const sha = (...parts: Uint8Array[]) => new Uint8Array(createHash('sha256').update(Buffer.concat(parts)).digest());
const leaf = (at: number) => sha(Uint8Array.of(0), new TextEncoder().encode(`entry ${at}`));

/** RFC 6962, written out: the slow oracle. */
function oracle(leaves: Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leaves[0]!;
  let cut = 1;
  while (cut * 2 < leaves.length) cut *= 2;
  return sha(Uint8Array.of(1), oracle(leaves.slice(0, cut)), oracle(leaves.slice(cut)));
}

function published(size: number): { leaves: Uint8Array[]; files: Map<string, Uint8Array> } {
  const leaves = Array.from({ length: size }, (_, at) => leaf(at));
  const files = new Map<string, Uint8Array>();
  for (let level = 0, row: Uint8Array[] = leaves; row.length > 0; level += 1) {
    for (let at = 0; at * 256 < row.length; at += 1) {
      const part = row.slice(at * 256, at * 256 + 256);
      files.set(tilePath(level, at, part.length), new Uint8Array(Buffer.concat(part)));
    }
    row = Array.from({ length: Math.floor(row.length / 256) }, (_, at) => oracle(row.slice(at * 256, at * 256 + 256)));
  }
  return { leaves, files };
}

const reader = (files: Map<string, Uint8Array>) => async (path: string) => {
  const found = files.get(path);
  if (!found) throw new Error(`no ${path}`);
  return found;
};

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const raw = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32));
const keyHash = sha(new TextEncoder().encode('demo.log\n\x01'), raw).slice(0, 4);
const vkey = `demo.log+${toHex(keyHash)}+${Buffer.concat([Uint8Array.of(1), raw]).toString('base64')}`;

function note(size: number, root: Uint8Array): string {
  const text = `demo.log\n${size}\n${Buffer.from(root).toString('base64')}\n`;
  const signature = sign(null, Buffer.from(text), privateKey);
  return `${text}\n— demo.log ${Buffer.concat([keyHash, signature]).toString('base64')}\n`;
}

describe('tile paths', () => {
  it.each([
    [0, 0, 256, 'tile/0/000'],
    [1, 5, 70, 'tile/1/005.p/70'],
    [0, 1_234_067, 256, 'tile/0/x001/x234/067'],
  ])('of level %i, tile %i, %i wide', (level, index, width, path) => {
    expect(tilePath(level, index, width)).toBe(path);
  });
});

describe('verifying a log from its public tiles', () => {
  it.each([1, 2, 3, 7, 255, 256, 257, 700, 65_537])('of %i entries agrees with the plain definition', async (size) => {
    const { leaves, files } = published(size);
    const root = oracle(leaves);
    const tiles = new Tiles(reader(files), size);
    for (const at of new Set([0, Math.floor(size / 2), size - 1])) expect(same(await rootOf(tiles, 0, size, at), root)).toBe(true);
    expect(same(await rootOf(tiles, 0, size, null), root)).toBe(true);
  });

  it('finds receipts and proves that they are in the tree', async () => {
    const { leaves, files } = published(700);
    const receipts = [
      { entry: 'a', leaf: toHex(leaf(698)) },
      { entry: 'new', leaf: toHex(leaf(9_999)) },
    ];
    const verdict = await verifyLog(note(700, oracle(leaves)), vkey, reader(files), receipts);
    expect(verdict).toMatchObject({ size: 700, origin: 'demo.log', rootMatches: true, signature: 'good' });
    expect(verdict.receipts).toEqual([
      { entry: 'a', index: 698, included: true },
      { entry: 'new', index: null, included: false },
    ]);
  });

  it('fails when one byte of a tile was changed', async () => {
    const { leaves, files } = published(700);
    const path = tilePath(0, 2, 700 - 512);
    const changed = files.get(path)!.slice();
    changed[40] = changed[40]! ^ 1;
    files.set(path, changed);
    const verdict = await verifyLog(note(700, oracle(leaves)), vkey, reader(files), [{ entry: 'a', leaf: toHex(leaf(650)) }]);
    expect(verdict.rootMatches).toBe(false);
    expect(verdict.receipts[0]).toMatchObject({ index: 650, included: false });
  });

  it('fails when a higher tile hides a changed leaf', async () => {
    const { leaves, files } = published(700);
    const changed = files.get('tile/0/000')!.slice();
    changed.set(sha(Uint8Array.of(9)), 32 * 10);
    files.set('tile/0/000', changed);
    const tiles = new Tiles(reader(files), 700);
    expect(same(await rootOf(tiles, 0, 700, 10), oracle(leaves))).toBe(false);
  });

  it('looks from the newest tile backwards, and stops', async () => {
    const { files } = published(700);
    const tiles = new Tiles(reader(files), 700);
    expect(await findLeaf(tiles, 700, leaf(3))).toBe(3);
    expect(await findLeaf(tiles, 700, leaf(3), 1)).toBeNull();
  });
});

describe('the signed note', () => {
  const checkpoint = parseCheckpoint(note(1, leaf(0)));
  it('is good only under the log’s own key', async () => {
    expect(await checkSignature(checkpoint, vkey)).toBe('good');
    expect(await checkSignature({ ...checkpoint, text: checkpoint.text.replace('\n1\n', '\n2\n') }, vkey)).toBe('bad');
    expect(await checkSignature({ ...checkpoint, signatures: [] }, vkey)).toBe('bad');
  });
  it('refuses what is no note or no key', () => {
    expect(() => parseCheckpoint('hello')).toThrow('not a signed note');
    expect(() => parseKey('name+00+AAAA')).toThrow('Ed25519');
  });
});
