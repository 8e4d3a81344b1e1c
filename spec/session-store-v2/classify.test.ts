import { describe, expect, it } from 'vitest';
import { fileNode } from '../lib/image.ts';
import type { Image, Node } from '../lib/image.ts';
import { utf8Of } from '../lib/utf8.ts';
import { assess, classify } from './classify.ts';
import type { Assessment } from './classify.ts';
import { changed, imageOf, segmentPath, storeOf, textAt } from './testing.ts';

const one = segmentPath(1n);
const two = segmentPath(2n);
const index = 'index/offsets.jsonl';
const store = storeOf([{ id: 'a' }, { id: 'b' }, { id: 'c', segment: 2n }, { id: 'd' }]);
const lines = (image: Image, path: string): string[] => textAt(image, path).split('\n');
const ids = (a: Assessment): string[] => a.entries.map((e) => e.frame.entryId);
const opens = (a: Assessment, wanted: readonly string[]): void => {
  expect(a.legals).toEqual([{ open: 'ok', keys: a.recovered.map((e) => e.key) }]);
  expect(a.recovered.map((e) => e.frame.entryId)).toEqual(wanted);
};
const refuses = (a: Assessment, code: string, readable: readonly string[]): void => {
  expect(a.legals).toEqual([
    { open: 'refused', codes: [code], readable: a.keys.slice(0, readable.length) },
  ]);
  expect(ids(a)).toEqual(readable);
  expect(a.expectedNotices).toEqual([]);
  expect(a.expectedRepairs).toEqual([]);
};
const codes = (found: readonly { readonly code: string; readonly file: string }[]): string[] =>
  found.map((f) => `${f.code} ${f.file}`);
const repairs = (a: Assessment): string[] =>
  a.expectedRepairs.map((r) => `${r.did.join('|')} ${r.file} ${r.why}`);

describe('an undamaged store', () => {
  it('verifies whole, with nothing to say', () => {
    const a = assess(store.image);
    opens(a, ['a', 'b', 'c', 'd']);
    expect(a.chainHash).toBe(store.chains[4]);
    expect([a.expectedNotices, a.expectedRepairs, a.problems]).toEqual([[], [], []]);
    expect(classify(store.image).map((c) => [c.is, c.file])).toEqual([
      ['valid', one],
      ['valid', two],
    ]);
  });

  it('is empty where nothing is there', () => {
    opens(assess(new Map()), []);
    opens(assess(imageOf([])), []);
  });

  it('gives the rows that the store wrote', () => {
    expect(assess(store.image).entries.map((e) => e.row)).toEqual(store.rows);
  });

  it('allows a gap in segment numbers', () => {
    const gap = storeOf([{ id: 'a' }, { id: 'b', segment: 7n }]);
    opens(assess(gap.image), ['a', 'b']);
  });

  it('ignores what no reader looks at', () => {
    let image = changed(store.image, `${one}.bak`, 'x');
    image = changed(image, 'segments/x.seg', 'x');
    image = changed(image, `${two}.rolledback.1`, 'x');
    opens(assess(image), ['a', 'b', 'c', 'd']);
  });
});

describe('the last segment', () => {
  const text = textAt(store.image, two);
  const cut = (bytes: number): Image => changed(store.image, two, text.slice(0, bytes));

  it('is torn wherever its last line is cut, and only there', () => {
    const last = text.lastIndexOf('{"schema":"pi.session_store_v2.segment');
    for (let at = last + 1; at < text.length - 1; at++) {
      const a = assess(cut(at));
      opens(a, ['a', 'b', 'c']);
      expect(repairs(a)).toEqual([`cut ${two} torn`, `rebuilt|adopted|cut ${index} index_ahead`]);
      expect(codes(a.expectedNotices)).toEqual([`witness_ahead ${index}`]);
      expect(a.hole).toMatchObject({ is: 'torn', file: two, from: last, to: at, size: at });
    }
  });

  it('adopts a last line that lacks only its LF', () => {
    const a = assess(cut(text.length - 1));
    opens(a, ['a', 'b', 'c', 'd']);
    expect(repairs(a)).toEqual([`adopted ${two} unterminated`]);
    expect(a.entries.map((e) => e.row)).toEqual(store.rows);
  });

  it('calls a tail of zeros torn without making it', () => {
    const image = changed(store.image, two, { is: 'file', bytes: utf8Of(text), size: 2 ** 40 });
    const a = assess(image);
    opens(a, ['a', 'b', 'c', 'd']);
    expect(a.hole).toMatchObject({ is: 'torn', from: text.length, size: 2 ** 40 });
  });

  it('calls an unterminated blank tail torn, and a terminated one non-canonical', () => {
    expect(assess(changed(store.image, two, `${text} `)).hole?.is).toBe('torn');
    const blank = assess(changed(store.image, two, `${text}\u3000\n`));
    opens(blank, ['a', 'b', 'c', 'd']);
    expect(codes(blank.expectedNotices)).toEqual([`non_canonical ${two}`]);
  });

  it('is ambiguous where a frame of it follows the hole', () => {
    const [first = '', second = ''] = text.split('\n');
    const image = changed(store.image, two, `${first.slice(0, -4)}####\n${second}\n`);
    refuses(assess(image), 'ambiguous_gap', ['a', 'b']);
    expect(assess(image).later.map((e) => e.frame.entryId)).toEqual(['d']);
    const kept = assess(image, { onGap: 'keep-prefix' });
    opens(kept, ['a', 'b']);
    expect(repairs(kept)[0]).toBe(`cut ${two} ambiguous_gap`);
  });

  it('is torn where only a frame of another segment follows the hole', () => {
    const foreign = lines(store.image, one)[1] ?? '';
    opens(assess(changed(store.image, two, `####\n${foreign}\n`)), ['a', 'b']);
  });

  it('is torn, at the limit of a line, not before', () => {
    const longest = Math.max(...text.split('\n').map((l) => l.length)) + 1;
    expect(assess(store.image, { lineBytes: longest }).hole).toBeNull();
    const a = assess(store.image, { lineBytes: longest - 1 });
    expect(a.hole?.is).toBe('corrupt');
    expect(a.legals[0]).toMatchObject({ open: 'refused', codes: ['frame_too_long'] });
  });
});

describe('corrupt stores are refused', () => {
  it('where a sealed segment does not verify', () => {
    const text = textAt(store.image, one);
    refuses(assess(changed(store.image, one, text.slice(0, -9))), 'frame_corrupt', ['a']);
    refuses(
      assess(changed(store.image, one, text.replace('{"n":2}', '{"n":3}'))),
      'frame_corrupt',
      ['a'],
    );
    const emptyLater = changed(changed(store.image, two, null), segmentPath(9n), '');
    refuses(assess(changed(emptyLater, one, text.slice(0, -9))), 'frame_corrupt', ['a']);
  });

  it('where a frame stands that belongs elsewhere', () => {
    const [a = '', b = ''] = lines(store.image, one);
    refuses(assess(changed(store.image, one, `${a}\n${a}\n${b}\n`)), 'frame_misplaced', ['a']);
    refuses(assess(changed(store.image, one, `${b}\n${a}\n`)), 'entry_gap', []);
    refuses(assess(changed(store.image, one, null)), 'entry_gap', []);
    refuses(assess(changed(store.image, two, lines(store.image, two)[1] ?? '')), 'entry_gap', [
      'a',
      'b',
    ]);
  });

  it('where a later segment is missing between', () => {
    const three = storeOf([{ id: 'a' }, { id: 'b', segment: 2n }, { id: 'c', segment: 3n }]);
    refuses(assess(changed(three.image, two, null)), 'entry_gap', ['a']);
  });

  it('where names or types of segments are strange', () => {
    const named = assess(changed(store.image, 'segments/3.seg', ''));
    expect(named.legals).toMatchObject([{ open: 'refused', codes: ['segment_name'] }]);
    const dir = assess(changed(store.image, segmentPath(3n), { is: 'dir' }));
    expect(dir.legals).toMatchObject([{ open: 'refused', codes: ['not_a_file'] }]);
    const link = assess(changed(store.image, one, { is: 'link', to: '/x' }));
    expect(link.legals[0]).toMatchObject({ open: 'refused' });
    expect(link.legals.flatMap((l) => (l.open === 'refused' ? l.codes : []))).toContain(
      'symlink_refused',
    );
    const plus = assess(changed(store.image, 'segments/+2.seg', ''));
    expect(plus.legals.at(-1)).toMatchObject({
      codes: ['segment_name'],
      readable: named.keys.slice(0, 2),
    });
  });

  it('where a leaf is a link', () => {
    for (const path of [
      'index',
      index,
      'manifest.json',
      'migrations/ledger.jsonl',
      'tmp/rollback.intent.json',
      'checkpoints/0000000000000001.json',
    ]) {
      const a = assess(changed(store.image, path, { is: 'link', to: 'elsewhere' }));
      expect(a.legals[0]).toMatchObject({ open: 'refused', codes: ['symlink_refused'] });
    }
  });

  it('where no directory stands in the place of quarantine, perhaps', () => {
    const nodes = [{ is: 'other', what: 'fifo' }, { is: 'link', to: '/x' }, fileNode(utf8Of(''))];
    for (const node of nodes as readonly Node[]) {
      const [opened, refused] = assess(changed(store.image, 'quarantine', node)).legals;
      expect(opened).toMatchObject({ open: 'ok' });
      const told = refused?.open === 'refused' ? refused.codes : [];
      expect(told).toEqual(expect.arrayContaining(['not_a_directory', 'symlink_refused']));
    }
  });

  it('where the entries are no graph', () => {
    refuses(assess(storeOf([{ id: 'a' }, { id: 'a', parent: null }]).image), 'entry-id-duplicate', [
      'a',
      'a',
    ]);
    refuses(assess(storeOf([{ id: 'a', parent: 'z' }]).image), 'parent-missing', ['a']);
    refuses(assess(storeOf([{ id: 'a', parent: 'a' }]).image), 'parent-cycle', ['a']);
    refuses(
      assess(
        storeOf([
          { id: 'a', parent: 'b' },
          { id: 'b', parent: 'a' },
        ]).image,
      ),
      'parent-cycle',
      ['a', 'b'],
    );
    opens(
      assess(
        storeOf([
          { id: 'a', parent: 'b' },
          { id: 'b', parent: null },
        ]).image,
      ),
      ['a', 'b'],
    );
  });

  it('where a torn tail would leave no graph', () => {
    const forward = storeOf([
      { id: 'a', parent: 'b' },
      { id: 'b', parent: null },
    ]);
    const torn = changed(forward.image, one, textAt(forward.image, one).slice(0, -5));
    refuses(assess(torn), 'parent-missing', ['a']);
  });
});
