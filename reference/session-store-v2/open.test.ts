import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openOriginal } from './original/index.ts';
import { inspectSafe, openSafe } from './store.ts';
import { base, did, edit, first, ids, index, last, ledger, max, mended, noticed, planted, refusal } from './testing-damage.ts'; // prettier-ignore
import { codeOf, entryAt, envOver, freshRoot, idsOf, open, treeOf } from './testing.ts';
import type { Files } from './testing.ts';

describe('names in segments/', () => {
  it.each(['segments/1.seg', 'segments/+3.seg', 'segments/0000000000000000.seg'])(
    'refuses %s',
    (name) => {
      const readable = name === 'segments/+3.seg' ? ids(4) : [];
      expect(refusal(planted({ ...base, [name]: '' }), readable)).toBe('segment_name');
    },
  );

  it('refuses a directory and a FIFO, without hanging', () => {
    const name = 'segments/0000000000000003.seg';
    expect(refusal(planted({ ...base, [name]: null }), ids(4))).toBe('not_a_file');
    const root = planted(base);
    execFileSync('mkfifo', [path.join(root, name)]);
    expect(codeOf(() => open(root))).toBe('not_a_file');
  });

  it('ignores names that are no segments, and numbers above 2^64', () => {
    const strange = { 'segments/x.seg': 'x', 'segments/99999999999999999999.seg': 'y' };
    expect(idsOf(mended({ ...base, ...strange, 'foreign.txt': 'z' }))).toEqual(ids(4));
  });

  it.each([
    'segments',
    'index',
    'checkpoints',
    'migrations',
    'tmp',
    'quarantine',
    first,
    last,
    index,
    ledger,
    'manifest.json',
    'tmp/rollback.intent.json',
    'checkpoints/0000000000000001.json',
  ])('refuses a link at %s', (name) => {
    // prettier-ignore
    const root = planted(base);
    const at = path.join(root, name);
    const aside = `${root}-aside`;
    if (fs.existsSync(at)) fs.renameSync(at, aside);
    else fs.writeFileSync(aside, '');
    fs.symlinkSync(aside, at);
    expect(codeOf(() => open(root))).toBe('symlink_refused');
    expect(codeOf(() => inspectSafe(envOver(), root, { max }))).toBe(null);
    fs.rmSync(aside, { recursive: true });
  });
});

describe('the first line that does not verify', () => {
  const garble = (line: string): string => line.replace('"payload":{"n"', '"payload":{"m"');

  it('is corrupt where a later segment stands, even an empty one', () => {
    expect(refusal(planted(edit(first, (t) => garble(t))), [])).toBe('frame_corrupt');
    const behind = { ...edit(last, (t) => t.slice(0, -9)), 'segments/0000000000000007.seg': '' };
    expect(refusal(planted(behind), ids(3))).toBe('frame_corrupt');
  });

  it('is corrupt where it verifies by itself but stands wrongly', () => {
    expect(refusal(planted(edit(last, (_, l) => l[1] ?? '')), ids(2))).toBe('entry_gap');
    expect(refusal(planted(edit(last, (t, l) => t + l[1])), ids(4))).toBe('frame_misplaced');
    const wrong = edit(last, (t) => t.replace('"frameSeq":2', '"frameSeq":3'));
    expect(refusal(planted(wrong), ids(3))).toBe('frame_misplaced');
  });

  it('is corrupt where it is too long and not in the last segment', () => {
    const long = edit(first, (t) => `${' '.repeat(2000)}${t}`);
    expect(refusal(planted(long), [], { lineBytes: 1000 })).toBe('frame_too_long');
  });

  it('is ambiguous where a frame of the segment follows; cut only when asked to', () => {
    const holed = edit(last, (_, l) => garble(l[0] ?? '') + l[1]);
    expect(refusal(planted(holed), ids(2))).toBe('ambiguous_gap');
    const store = mended(holed, { onGap: 'keep-prefix' });
    expect(idsOf(store)).toEqual(ids(2));
    expect(did(store)).toEqual([`cut ${last} ambiguous_gap`, `rebuilt ${index} index_ahead`]);
  });

  it('is torn else: kept, cut, reported', () => {
    const size = (base[last] ?? '').length;
    for (const tail of ['{"schema', '\0'.repeat(5000), 'x\ny\n', ' ', '\u00ff\n', '[1,2]\n']) {
      const store = mended(edit(last, (t) => t + tail));
      const [cut] = store.opened.repairs;
      expect(cut).toMatchObject({ did: 'cut', file: last, from: size, to: size + tail.length });
      expect(cut?.keptIn).toMatch(/^quarantine\/0000000000000002\.seg@\d+-[0-9a-f]{16}\.bin$/);
      expect(idsOf(store)).toEqual(ids(4));
    }
  });

  it('refuses a tail that is too long to be kept', () => {
    const root = planted(base);
    fs.truncateSync(path.join(root, last), 1 << 30);
    const limits = { fragmentBytes: 1 << 20 };
    expect(codeOf(() => openSafe(envOver(), root, { max, limits }))).toBe('tail_too_large');
  });

  it('is found in a sea of short lines, in time', () => {
    const store = mended(edit(last, (t) => t + '{}\n'.repeat(500_000)));
    expect(idsOf(store)).toEqual(ids(4));
  });

  it('may be one more than fits in memory', () => {
    expect(refusal(planted(base), ids(3), { entries: 3 })).toBe('too_many_entries');
    const full = open(planted(base), { max, limits: { entries: 4 } });
    expect(codeOf(() => full.append(entryAt(5)))).toBe('entry-sequence-overflow');
  });

  it('keeps the same fragment once', () => {
    const torn = edit(last, (t) => `${t}torn`);
    const root = planted(torn);
    open(root, { max }).close();
    fs.appendFileSync(path.join(root, last), 'torn');
    const [repair] = open(root, { max }).opened.repairs;
    const kept = fs.readdirSync(path.join(root, 'quarantine'));
    expect(kept).toEqual([path.basename(repair?.keptIn ?? '')]);
  });

  it('refuses and changes nothing where the fragment cannot be kept', () => {
    const root = planted({ ...edit(last, (t) => `${t}torn`), [index]: 'bad\n' });
    const before = treeOf(root);
    const full = envOver({
      ...fs,
      writeSync: () => {
        throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      },
    });
    expect(codeOf(() => openSafe(full, root, { max }))).toBe('no_space');
    const { 'tmp/quarantine.tmp': _, ...after } = treeOf(root);
    expect(after).toEqual(before);
  });
});

describe('lines that verify', () => {
  it('are adopted without their LF in any segment', () => {
    const files = {
      ...edit(first, (t) => t.slice(0, -1)),
      [last]: (base[last] ?? '').slice(0, -1),
    };
    const store = mended(files);
    expect(did(store)).toEqual([first, last].map((f) => `adopted ${f} unterminated`));
    expect(idsOf(store)).toEqual(ids(4));
    const inspected = inspectSafe(envOver(), planted(files), { max });
    expect(idsOf(inspected)).toEqual(ids(4));
  });

  it.each([
    ['CRLF', (t: string) => t.replaceAll('\n', '\r\n')],
    ['blank lines', (t: string) => `\n \t\r\n\u00c2\u00a0\n${t}`],
    ['an unknown member', (t: string) => t.replaceAll('{"schema"', '{"new":[],"schema"')],
    ['another schema', (t: string) => t.replaceAll('.v1"', '.v9"')],
    ['white space', (t: string) => t.replaceAll('"frameSeq":', '"frameSeq" : ')],
  ])('may be spelled otherwise: %s', (_, change) => {
    const store = mended(edit(first, change));
    expect(idsOf(store)).toEqual(ids(4));
    expect(noticed(store)).toContain(`non_canonical ${first}`);
    store.append(entryAt(5));
    expect(store.lookup(5n)?.entryId).toBe(entryAt(5).id);
  });

  it('are not positional arrays', () => {
    const asArray = (line: string): string =>
      `${JSON.stringify(Object.values(JSON.parse(line) as object).toSpliced(5, 0, null))}\n`;
    const files = edit(last, (_, l) => (l[0] ?? '') + asArray(l[1] ?? ''));
    expect(idsOf(mended(files))).toEqual(ids(3));
  });
});

describe('the graph of the entries', () => {
  const made = (links: readonly (readonly [string, string | null])[]): Files => {
    const root = freshRoot();
    const store = openOriginal(envOver(), root, { max });
    for (const [id, parent] of links) store.append({ id, parent, type: 'message', payload: '1' });
    return treeOf(root);
  };

  it.each([
    [
      'entry-id-duplicate',
      [
        ['a', null],
        ['b', 'a'],
        ['a', 'b'],
      ],
    ],
    [
      'parent-missing',
      [
        ['a', null],
        ['b', 'x'],
      ],
    ],
    [
      'parent-cycle',
      [
        ['a', 'b'],
        ['b', 'a'],
        ['c', 'b'],
      ],
    ],
    ['parent-cycle', [['a', 'a']]],
  ] as const)('refuses %s, also where a torn tail would be cut', (code, links) => {
    // prettier-ignore
    const readable = links.map(([id]) => id);
    expect(refusal(planted(made(links)), readable)).toBe(code);
    const files = made(links);
    const name = files[last] === undefined ? first : last;
    expect(refusal(planted({ ...files, [name]: `${files[name]}torn` }), readable)).toBe(code);
  });

  it('accepts links to later entries', () => {
    const store = mended(made([['a', 'c'], ['b', null], ['c', 'b']])); // prettier-ignore
    expect(store.path('a').map((f) => f.entryId)).toEqual(['b', 'c', 'a']);
    const made2 = store.manifest({ sessionId: 's', sourceFormat: 'f' });
    expect(made2.invariants.parentLinksClosed).toBe(false);
  });
});
