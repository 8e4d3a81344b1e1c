import { describe, expect, it } from 'vitest';
import { fileNode } from '../../lib/image.ts';
import type { Image, Node } from '../../lib/image.ts';
import { utf8Of } from '../../lib/utf8.ts';
import type { Op } from '../ops.ts';
import { does } from './does.ts';
import type { TableResult } from './does.ts';
import { legalOpens } from './legal.ts';
import {
  bytesAt,
  edit,
  first,
  imageOf,
  index,
  openOf,
  put,
  segment,
  worldOf,
} from './testing-stores.ts';

const at = '2026-01-01T00:00:05.000Z';
const dir: Node = { is: 'dir' };
const link = (to: string): Node => ({ is: 'link', to });
const codeOf = ({ outcome }: TableResult): string => (outcome.is === 'ok' ? 'ok' : outcome.code);

describe('several results', () => {
  const twice = (tail: string): Image => {
    const base = imageOf({ parentOf: () => null });
    const copy = fileNode(Uint8Array.from([...bytesAt(base, segment(1)), ...utf8Of(tail)]));
    return put(put(base, 'segments/1.seg', copy), index, null);
  };

  it('stand beside each other where two names of one segment come in any order', () => {
    const open: Op = { op: 'create', h: 'a', max: 1n << 30n };
    const results = does({ image: twice(''), root: '/store', handles: new Map() }, open, at);
    // The one that comes second is cut to nothing: harmless, unless it is the one that reads go to.
    expect(results.map(codeOf).toSorted()).toEqual(['index-out-of-bounds', 'ok']);
    expect(
      legalOpens(twice(''))
        .map((legal) => legal.open)
        .toSorted(),
    ).toEqual(['ok', 'refused']);
  });

  it('stand beside each other where the id that is named decides whether opening rebuilds', () => {
    const image = imageOf({
      idOf: (n) => (n === 2 ? 'Checksum MISMATCH' : `e${n}`),
      parentOf: (n) => (n > 1 ? `gone${n}` : null),
    });
    const rows = image.get(index);
    const open: Op = { op: 'create', h: 'a', max: 1n << 30n };
    const results = does({ image, root: '/store', handles: new Map() }, open, at);
    expect(new Set(results.map(codeOf))).toEqual(new Set(['parent-missing']));
    expect(results.map((r) => r.decisions.has('scan-entry-rises'))).toContain(true);
    expect(results.map((r) => r.decisions.has('scan-entry-rises'))).toContain(false);
    for (const result of results) expect(result.world.image.get(index)).toEqual(rows);
  });
});

describe('messages decide, with what they quote', () => {
  it('a duplicate id that holds a phrase is rebuilt, then refused', () => {
    const image = imageOf({ idOf: () => 'x payload integrity mismatch', parentOf: () => null });
    const result = openOf(image);
    expect([codeOf(result), result.decisions.has('scan-entry-rises')]).toEqual([
      'entry-id-duplicate',
      true,
    ]);
    const plain = openOf(imageOf({ idOf: () => 'x', parentOf: () => null }));
    expect([codeOf(plain), plain.decisions.has('scan-entry-rises')]).toEqual([
      'entry-id-duplicate',
      false,
    ]);
  });

  it('so does a path, when a segment cannot be opened', () => {
    const image = put(imageOf({ entries: 2 }), segment(1), { is: 'other', what: 'fifo' });
    const root = '/tmp/INDEX out of bounds';
    const open: Op = { op: 'validate', h: 'a' };
    const result = first(does({ ...worldOf(), image, root }, open, at));
    expect(result.message).toContain(root);
    expect(codeOf(result)).toBe('segment-unopenable');
  });
});

describe('what stands where files should', () => {
  const base = imageOf();

  it.each<readonly [string, Image, string]>([
    ['a directory for the index', put(base, index, dir), 'io-eisdir'],
    ['a file for segments/', new Map([['segments', fileNode(new Uint8Array())]]), 'io-eexist'],
    ['a dangling link for index/', new Map([['index', link('nowhere')]]), 'io-eexist'],
    ['a link to itself for the index', put(base, index, link('offsets.jsonl')), 'ok'],
    ['a dangling link for the segment', put(base, segment(1), link('gone')), 'io-enoent'],
    ['a link out of the store', put(base, segment(1), link('/etc/passwd')), 'io-enoent'],
    ['a link inside the store', linked(base, '../kept.seg'), 'ok'],
    ['an absolute link inside the store', linked(base, '/store/kept.seg'), 'ok'],
    [
      'a directory for the temporary index',
      put(put(base, index, null), 'tmp/offsets.rebuild.tmp', dir),
      'io-eisdir',
    ],
    ['a segment of 1 TiB, sparse', grown(base, 2 ** 40), 'ok'],
    ['the same without an index', put(grown(base, 2 ** 40), index, null), 'frame-unreadable'],
    ['an index of 1 TiB, sparse', grown(base, 2 ** 40, index), 'ok'],
  ])('%s', (_, image, code) => {
    expect(codeOf(openOf(image))).toBe(code);
  });

  it('a rebuild replaces a linked index by a file and leaves the target', () => {
    const image = put(put(base, index, link('../old')), 'old', fileNode(utf8Of('torn')));
    const { world: after } = openOf(image);
    expect(after.image.get(index)).toEqual(base.get(index));
    expect(after.image.get('old')).toEqual(image.get('old'));
  });

  it('a temporary name that cannot be opened is removed where it is a link', () => {
    const tmp = 'tmp/0000000000000001.json.tmp';
    const open = worldOf();
    const op: Op = { op: 'checkpoint', h: 'a', seq: 1n, reason: '' };
    const dangling = first(
      does({ ...open, image: put(open.image, tmp, link('no/where')) }, op, at),
    );
    expect([codeOf(dangling), dangling.world.image.has(tmp)]).toEqual(['io-enoent', false]);
    const blocked = first(does({ ...open, image: put(open.image, tmp, dir) }, op, at));
    expect([blocked.outcome, blocked.world.image.has(tmp)]).toEqual([
      { is: 'fail', code: 'io-eisdir' },
      true,
    ]);
  });

  it('a thousand directories among the segments are set aside, with what they hold', () => {
    let image: Map<string, Node> = new Map(edit(imageOf(), segment(1), (t) => t.slice(0, -9)));
    for (let n = 2; n < 1000; n++) image.set(`segments/${n}.seg`, dir);
    image = image.set('segments/7.seg/inside', fileNode(utf8Of('x')));
    const { world } = openOf(put(image, index, null));
    expect(world.image.get('segments/7.seg.bak/inside')).toEqual(fileNode(utf8Of('x')));
    expect([...world.image.keys()].filter((path) => path.endsWith('.bak'))).toHaveLength(998);
  });

  it('quarantine takes the first free name, and a dangling link counts as free', () => {
    const pairs = imageOf({ entries: 5, max: 640n });
    const torn = edit(pairs, segment(1), (text) => text.slice(0, -9));
    const taken = put(torn, `${segment(2)}.bak`, fileNode(utf8Of('old')));
    const dangling = put(taken, `${segment(3)}.bak`, link('gone'));
    const { image } = openOf(dangling).world;
    expect(image.get(`${segment(2)}.bak.1`)).toEqual(pairs.get(segment(2)));
    expect(image.get(`${segment(3)}.bak`)).toEqual(pairs.get(segment(3)));
    const full = openOf(taken, { limits: { quarantineSuffixes: 1 } });
    expect([codeOf(full), full.message]).toEqual([
      'quarantine-failed',
      expect.stringMatching(/exhausted backup suffixes$/),
    ]);
  });
});

function linked(image: Image, to: string): Image {
  return put(put(image, segment(1), link(to)), 'kept.seg', image.get(segment(1)) ?? null);
}

function grown(image: Image, size: number, path = segment(1)): Image {
  return put(image, path, { is: 'file', bytes: bytesAt(image, path), size });
}
