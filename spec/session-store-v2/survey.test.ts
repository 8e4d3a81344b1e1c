import { describe, expect, it } from 'vitest';
import { bytesOf, fileNode } from '../lib/image.ts';
import type { Image } from '../lib/image.ts';
import { join } from '../lib/layout-damage.ts';
import { uncoveredFields } from '../lib/layout.ts';
import { structuralDamage } from './damage.ts';
import { checkpoint, event } from './records.ts';
import { sampleImage } from './sample.ts';
import { imageSource, survey } from './survey.ts';

const image = sampleImage({ entries: 5, perSegment: 2 });
const second = 'segments/0000000000000002.seg';

function splice(file: string, from: number, to: number, bytes: Uint8Array): Image {
  const old = bytesOf(image, file) ?? join();
  return new Map(image).set(file, fileNode(join(old.subarray(0, from), bytes, old.subarray(to))));
}

const found = (of: Image): string[] => [
  ...new Set(survey(imageSource(of)).problems.map((p) => p.code)),
];

describe('a survey', () => {
  it('finds nothing wrong with a whole store', () => {
    const seen = survey(imageSource(image));
    expect(seen.problems).toEqual([]);
    expect([seen.entryCount, seen.verified, seen.head?.entryId]).toEqual([5, 5, 'entry_00000005']);
    expect(seen.files.find((f) => f.path === second)).toMatchObject({
      role: 'segment',
      records: 2,
    });
  });

  it('names every problem of a store with several', () => {
    const old = bytesOf(image, second) ?? join();
    const text = new TextDecoder().decode(old);
    const bad = text
      .replace('{"n":3}', '{"n":9}')
      .replace('"entryType":"message"', '"entryType":7');
    const broken = new Map(splice(second, 0, old.length, new TextEncoder().encode(bad)));
    broken.delete('checkpoints/0000000000000001.json');
    expect(found(broken).toSorted()).toEqual([
      'entry_gap',
      'parent_missing',
      'payload_hash',
      'row_crc',
      'row_without_frame',
      'witness_ahead',
      'wrong_type',
    ]);
    const seen = survey(imageSource(broken));
    expect(seen.verified).toBe(2);
  });

  it.each([
    ['a torn tail', 'segments/0000000000000003.seg', -20, 'torn_tail'],
    ['a missing newline', 'segments/0000000000000003.seg', -1, 'no_final_newline'],
    ['a torn index', 'index/offsets.jsonl', -20, 'torn_tail'],
    ['a torn manifest', 'manifest.json', -20, 'not_json'],
    ['a torn ledger', 'migrations/ledger.jsonl', -20, 'torn_tail'],
  ])('tells %s', (_, file, by, code) => {
    const size = bytesOf(image, file)?.length ?? 0;
    expect(found(splice(file, size + by, size, join()))).toContain(code);
  });

  it('tells links, odd names, foreign files and missing files', () => {
    const odd = new Map(image);
    odd.set('index/offsets.jsonl', { is: 'link', to: '/etc/passwd' });
    odd.set('segments/7.seg', fileNode(join()));
    odd.set('segments/0000000000000008.seg', { is: 'other', what: 'fifo' });
    odd.set('notes.txt', fileNode(join()));
    expect(found(odd)).toEqual(
      expect.arrayContaining([
        'symlink',
        'segment_name',
        'not_a_file',
        'unknown_file',
        'index_missing',
      ]),
    );
  });

  it('gives a checkpoint ahead of the log a name, and takes a rollback as its reason', () => {
    const short = new Map(image);
    short.delete('segments/0000000000000003.seg');
    expect(found(short)).toEqual(expect.arrayContaining(['witness_ahead', 'row_without_frame']));
    const ledger = 'migrations/ledger.jsonl';
    const text = new TextDecoder().decode(bytesOf(image, ledger) ?? join());
    short.set(ledger, fileNode(new TextEncoder().encode(text.replace('imported', 'rollback'))));
    expect(found(short)).toEqual(['row_without_frame']);
  });

  it('has something to say of every structural damage that a check covers', () => {
    const silent = structuralDamage(image).filter(
      (d) => found(splice(d.file, d.from, d.to, d.bytes)).length === 0,
    );
    const why = silent.map((d) => d.why.replace(/line \d+, /, ''));
    const free = [
      ...uncoveredFields(checkpoint).map((name) => `checkpoint: checkpoint.${name} `),
      ...uncoveredFields(event).map((name) => `ledger: event.${name} `),
      'ledger: line ',
      'ledger: file emptied',
    ];
    expect(why.filter((w) => !free.some((f) => w.startsWith(f)))).toEqual([]);
    expect(silent.length).toBeGreaterThan(0);
  });
});
