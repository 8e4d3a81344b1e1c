import { bytesOf } from '../lib/image.ts';
import { join } from '../lib/layout-damage.ts';
import { sha256Hex } from '../lib/sha256.ts';
import { textOf, utf8Of } from '../lib/utf8.ts';
import { sampleImage } from './sample.ts';

/**
 * Bytes that show an exception. A record stands alone; files are those of a store, entries the ids
 * read from it.
 */
export type AcceptVector =
  | {
      readonly is: 'record';
      readonly record: 'frame' | 'row' | 'checkpoint' | 'manifest' | 'event';
      readonly bytes: Uint8Array;
      /** Values that reading gives, by dotted name. */
      readonly reads: Readonly<Record<string, string>>;
    }
  | {
      readonly is: 'store';
      readonly files: Readonly<Record<string, Uint8Array>>;
      readonly entries: readonly string[];
    };

/**
 * One thing that the original reads although no writer produces it; `safe`: whether policy `safe`
 * reads it too.
 */
export interface Accept {
  readonly id: `ACC-${number}`;
  readonly text: string;
  readonly source: string;
  readonly safe: boolean;
  readonly vector: AcceptVector;
}

const hashOfN1 = '2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd';
const schema = '"schema":"pi.session_store_v2.segment_frame.v1"';
const place = '"segmentSeq":1,"frameSeq":1,"entrySeq":1';
const what = '"entryId":"a","entryType":"message","timestamp":"2026-01-01T00:00:00.001Z"';
const content = `"payloadSha256":"${hashOfN1}","payloadBytes":7,"payload":{"n":1}`;
const one = `{${schema},${place},${what},${content}}`;
const row =
  '"entrySeq":1,"entryId":"a","segmentSeq":1,"frameSeq":1,"byteOffset":0,"byteLength":297,' +
  '"crc32c":"028058F5"';

/** A frame of entry `n` at `at` = [segment, frame], with the payload `{"n":1}`. */
function entry(n: number, at: readonly [number, number], id: string, parent?: string): string {
  const follows = parent === undefined ? '' : `"parentEntryId":"${parent}",`;
  const where = `"segmentSeq":${at[0]},"frameSeq":${at[1]},"entrySeq":${n}`;
  const says = `"entryType":"message","timestamp":"2026-01-01T00:00:00.001Z"`;
  return `{${schema},${where},"entryId":"${id}",${follows}${says},${content}}\n`;
}

function frameOf(text: string, reads: Readonly<Record<string, string>>): AcceptVector {
  return { is: 'record', record: 'frame', bytes: utf8Of(text), reads };
}

function segments(...texts: readonly (readonly [number: number | string, text: string])[]): Files {
  const named = texts.map(([number, text]): [string, Uint8Array] => [
    `segments/${typeof number === 'string' ? number : String(number).padStart(16, '0')}.seg`,
    utf8Of(text),
  ]);
  return Object.fromEntries(named);
}

type Files = Readonly<Record<string, Uint8Array>>;

function store(files: Files, ...entries: readonly string[]): AcceptVector {
  return { is: 'store', files, entries };
}

/** The first frame with another payload, its hash and length right. */
function withPayload(text: string): string {
  const [hash, bytes] = [sha256Hex(text), utf8Of(text).length];
  return one.replace(
    content,
    `"payloadSha256":"${hash}","payloadBytes":${bytes},"payload":${text}`,
  );
}

/** The manifest of an empty store with another version. */
function manifestWithVersion(version: number): Uint8Array {
  const text = textOf(
    bytesOf(sampleImage({ entries: 0, perSegment: 1 }), 'manifest.json') ?? join(),
  );
  return utf8Of((text ?? '').replace('"storeVersion": 2', `"storeVersion": ${version}`));
}

const a = entry(1, [1, 1], 'a');
const b = entry(2, [1, 2], 'b', 'a');

type Line = readonly [text: string, source: string, vector: AcceptVector, safe?: false];

const lines: readonly Line[] = [
  [
    'Members of a record in any order.',
    'format page, Common JSON rules',
    frameOf(`{${content},${what},${place},${schema}}`, { entryId: 'a', entrySeq: '1' }),
  ],
  [
    'Members that the format does not name, any number of times.',
    'format page, Common JSON rules; format page, Traps for ports (7); R32',
    frameOf(one.replace('{', '{"later":[1],"later":2,'), { entryId: 'a' }),
  ],
  [
    '`null` for an optional member.',
    'format page, Common JSON rules',
    frameOf(one.replace('"entryType"', '"parentEntryId":null,"entryType"'), {
      parentEntryId: 'null',
    }),
  ],
  [
    'JSON white space between the parts of a record and around it.',
    'format page, Common JSON rules',
    frameOf(` ${one.replaceAll('":', '" :\t').replaceAll(',"', ' ,\r"')} `, { entryId: 'a' }),
  ],
  [
    'A positional array instead of the object, every member in order, `null` for an absent one.',
    'format page, Common JSON rules; format page, Traps for ports (15)',
    frameOf(`["s",1,1,1,"a",null,"message","t","${hashOfN1}",7,{"n":1}]`, {
      entryId: 'a',
      entrySeq: '1',
    }),
    false,
  ],
  [
    'Any text as schema.',
    'format page, Frame; R31',
    frameOf(one.replace(schema, '"schema":""'), { schema: '', entryId: 'a' }),
  ],
  [
    'An index row in any state.',
    'format page, Index row; R31',
    {
      is: 'record',
      record: 'row',
      bytes: utf8Of(`{"schema":"x",${row},"state":"compacted"}`),
      reads: { state: 'compacted', crc32c: '028058F5' },
    },
  ],
  [
    'Member names spelled with escapes.',
    'format page, Common JSON rules',
    frameOf(one.replace('"entryId"', '"\\u0065ntryId"'), { entryId: 'a' }),
  ],
  [
    'Strings with escapes that no writer uses.',
    'format page, Traps for ports (5)',
    frameOf(one.replace('"message"', '"mess\\u0061ge\\/"'), { entryType: 'message/' }),
  ],
  [
    'Any text as time, type or id, the empty text included.',
    'format page, Frame; format page, Traps for ports (11)',
    frameOf(
      one
        .replace('"entryId":"a"', '"entryId":""')
        .replace('2026-01-01T00:00:00.001Z', 'noon')
        .replace('message', ''),
      { entryId: '', entryType: '', timestamp: 'noon' },
    ),
  ],
  [
    'White space inside a payload; it counts for hash and length.',
    'format page, Traps for ports (1); format page, Vectors (white space)',
    frameOf(withPayload('{ "n" : 1 }'), {
      payload: '{ "n" : 1 }',
      payloadBytes: '11',
    }),
  ],
  [
    'A payload with duplicate members, lone surrogates and numbers of any size, by its ' +
      'syntax alone.',
    'format page, Traps for ports (3, 6, 7)',
    frameOf(withPayload('{"a":"\\ud800","a":1e999}'), {
      payload: '{"a":"\\ud800","a":1e999}',
    }),
  ],
  [
    'A payload nested deeper than 128 levels.',
    'format page, Traps for ports (8)',
    frameOf(withPayload(`${'['.repeat(300)}${']'.repeat(300)}`), {
      payload: `${'['.repeat(300)}${']'.repeat(300)}`,
    }),
  ],
  [
    'Lines that end in CR LF.',
    'format page, Traps for ports (9); R17, R17c',
    store(segments([1, `${a}${b}`.replaceAll('\n', '\r\n')]), 'a', 'b'),
  ],
  [
    'Several CRs before the LF.',
    'format page, Common JSON rules',
    store(segments([1, a.replace('\n', '\r\r\n')]), 'a'),
  ],
  [
    'Lines of Unicode White_Space, skipped.',
    'format page, Traps for ports (9); R16',
    store(segments([1, `\n${a} \t\n\u00a0\u2028\u0085\u3000\r\n${b}`]), 'a', 'b'),
  ],
  [
    'The last line of a segment without its LF.',
    'format page, Rebuild; R10',
    store(segments([1, `${a}${b.slice(0, -1)}`]), 'a', 'b'),
  ],
  [
    'An empty segment.',
    'format page, Opening in the original; R25',
    store(segments([1, a], [2, '']), 'a'),
  ],
  [
    'A segment number left out.',
    'format page, Rebuild; R21',
    store(segments([1, a], [4, entry(2, [4, 1], 'b', 'a')]), 'a', 'b'),
  ],
  [
    'A parent that stands behind its child.',
    'format page, Validation; R30',
    store(segments([1, `${entry(1, [1, 1], 'a', 'b')}${entry(2, [1, 2], 'b')}`]), 'a', 'b'),
  ],
  [
    'Other names in `segments/`.',
    'format page, The tree and its names',
    store(
      {
        ...segments([1, a]),
        'segments/0000000000000001.seg.bak': utf8Of('x'),
        'segments/x.seg': utf8Of('x'),
        'segments/2.SEG': utf8Of('x'),
      },
      'a',
    ),
  ],
  [
    'Any store version up to 255 in a manifest.',
    'format page, Manifest; R31',
    {
      is: 'record',
      record: 'manifest',
      bytes: manifestWithVersion(255),
      reads: { storeVersion: '255' },
    },
  ],
  [
    'A checkpoint in one line, or with spaces of its own.',
    'format page, Common JSON rules',
    {
      is: 'record',
      record: 'checkpoint',
      bytes: utf8Of(
        `{"schema":"","checkpointSeq":9,"at":"","headEntrySeq":0,"headEntryId":"",` +
          `"snapshotRef":"","compactedBeforeEntrySeq":7,"chainHash":"","reason":""}\n`,
      ),
      reads: { checkpointSeq: '9', compactedBeforeEntrySeq: '7' },
    },
  ],
  [
    'Entry numbers left out, upward; `safe` takes it for lost entries (`entry_gap`).',
    'format page, Rebuild; R19b',
    store(segments([1, `${a}${entry(9, [1, 2], 'b', 'a')}`]), 'a', 'b'),
    false,
  ],
  [
    'A segment under another spelling of its number. `safe` refuses it (`segment_name`); ' +
      'the original itself fails later (R39).',
    'format page, The tree and its names; R39',
    store(segments(['1', a]), 'a'),
    false,
  ],
  [
    'Bytes that are no UTF-8 inside the value of an unknown member, read through the ' +
      'index only. `safe` reads whole lines.',
    'format page, Reads; R34',
    {
      is: 'record',
      record: 'frame',
      bytes: join(utf8Of('{"zz":"'), Uint8Array.of(0xff), utf8Of(`",${one.slice(1)}`)),
      reads: { entryId: 'a' },
    },
    false,
  ],
];

/** Every exception, in the order of its number. */
export const accepts: readonly Accept[] = lines.map(([text, source, vector, safe], at) => ({
  id: `ACC-${at + 1}`,
  text,
  source,
  safe: safe ?? true,
  vector,
}));
