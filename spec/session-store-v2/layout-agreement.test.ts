import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, fileNode } from '../lib/image.ts';
import { damageRecord, join, lineRanges } from '../lib/layout-damage.ts';
import { readableBy } from '../lib/layout-decoded.ts';
import { decodeJson } from '../lib/layout-json.ts';
import type { JsonRecord } from '../lib/layout.ts';
import { utf8Of } from '../lib/utf8.ts';
import * as safe from './classify-records.ts';
import { assess } from './classify.ts';
import { structuralDamage } from './damage.ts';
import * as records from './records.ts';
import { sampleImage } from './sample.ts';
import { imageSource, survey } from './survey.ts';
import * as original from './table/records.ts';

const image = sampleImage({ entries: 5, perSegment: 2 });

function lastLine(path: string): Uint8Array {
  const bytes = bytesOf(image, path) ?? join();
  const [from, to] = lineRanges(bytes).at(-1) ?? [0, 0];
  return bytes.subarray(from, to - 1);
}

interface Reader {
  readonly record: JsonRecord;
  readonly bytes: Uint8Array;
  readonly original: (bytes: Uint8Array) => unknown;
  readonly safe: (bytes: Uint8Array) => unknown;
}

const readers: readonly Reader[] = [
  {
    record: records.frame,
    bytes: lastLine('segments/0000000000000002.seg'),
    original: (b) => original.frameOf(b, 0, b.length),
    safe: safe.decodeFrame,
  },
  {
    record: records.row,
    bytes: lastLine('index/offsets.jsonl'),
    original: (b) => original.rowOf(b, 0, b.length),
    safe: safe.decodeRow,
  },
  {
    record: records.event,
    bytes: lastLine('migrations/ledger.jsonl'),
    original: (b) => original.eventOf(b, 0, b.length),
    safe: safe.decodeEvent,
  },
  {
    record: records.checkpoint,
    bytes: bytesOf(image, 'checkpoints/0000000000000001.json') ?? join(),
    original: original.checkpointOf,
    safe: safe.decodeCheckpoint,
  },
  {
    record: records.manifest,
    bytes: bytesOf(image, 'manifest.json') ?? join(),
    original: original.manifestOf,
    safe: safe.decodeManifest,
  },
];

function reads(read: (bytes: Uint8Array) => unknown, bytes: Uint8Array): boolean {
  try {
    return read(bytes) !== null;
  } catch {
    return false;
  }
}

/** What this decoder says against what the readers of the table and of the classifier do. */
function compare(reader: Reader, bytes: Uint8Array): void {
  const { flaws } = decodeJson(reader.record, bytes);
  const text = new TextDecoder('utf-8').decode(bytes);
  // Whole files are read as text by the original: an unknown member must be UTF-8 there too.
  const whole = reader.record.form === 'pretty' && flaws.some((f) => f.code === 'not_utf8');
  expect(readableBy('original', flaws) && !whole, text).toBe(reads(reader.original, bytes));
  expect(readableBy('safe', flaws), text).toBe(reads(reader.safe, bytes));
}

describe('three readers of one format', () => {
  it.each(readers.map((r) => [r.record.name, r] as const))('agree on a damaged %s', (_, reader) => {
    const { record, bytes } = reader;
    for (const edit of damageRecord(record, bytes, 0, bytes.length)) {
      compare(reader, join(bytes.subarray(0, edit.from), edit.bytes, bytes.subarray(edit.to)));
    }
  });

  it.each(readers.map((r) => [r.record.name, r] as const))(
    'agree on edits of a %s',
    (_, reader) => {
      const { bytes } = reader;
      const pieces = [
        '"',
        '\\',
        ',',
        ':',
        '{',
        '}',
        '[',
        ']',
        '1',
        '-',
        '.',
        'e',
        'null',
        ' ',
        '\n',
      ];
      const escapes = ['\\u0061', '\\ud800', '\\ud83d\\ude00', '\\x', '\u0000', '\u00e9', '"x":1,'];
      const insert = fc.oneof(
        fc.constantFrom(...pieces, ...escapes).map(utf8Of),
        fc.constantFrom(Uint8Array.of(0xff), Uint8Array.of(0xc3), new Uint8Array(0)),
      );
      const edit = fc.record({ at: fc.nat(bytes.length), drop: fc.nat(3), insert });
      fc.assert(
        fc.property(fc.array(edit, { minLength: 1, maxLength: 3, size: 'max' }), (edits) => {
          let changed = bytes;
          for (const { at, drop, insert: put } of edits) {
            changed = join(changed.subarray(0, at), put, changed.subarray(at + drop));
          }
          compare(reader, changed);
        }),
        { seed: 20260102, numRuns: 1500 },
      );
    },
  );
});

describe('a survey and the classifier', () => {
  it('agree on which stores have something wrong', () => {
    const quiet: string[] = [];
    const loud: string[] = [];
    for (const { file, from, to, bytes, why } of structuralDamage(image, { linesPerFile: 3 })) {
      const old = bytesOf(image, file) ?? join();
      const after = fileNode(join(old.subarray(0, from), bytes, old.subarray(to)));
      const damaged = new Map(image).set(file, after);
      const { legal, expectedRepairs, expectedNotices } = assess(damaged);
      const notices = expectedNotices.filter((n) => n.code !== 'non_canonical');
      const acts = legal.open !== 'ok' || expectedRepairs.length + notices.length > 0;
      const { wrong, odd } = survey(imageSource(damaged));
      if (acts && wrong + odd === 0) quiet.push(why);
      // Checkpoint names and heads, the manifest's hash and counters are compared by the survey
      // only.
      const onlySurvey = /^(checkpoint|manifest): /.test(why);
      if (!acts && wrong > 0 && !onlySurvey) loud.push(why);
    }
    expect(quiet).toEqual([]);
    expect(loud).toEqual([]);
  });
});
