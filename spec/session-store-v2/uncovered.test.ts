import { describe, expect, it } from 'vitest';
import { bytesOf, fileNode } from '../lib/image.ts';
import type { Image, Path } from '../lib/image.ts';
import { join, lineRanges } from '../lib/layout-damage.ts';
import { decodeJson } from '../lib/layout-json.ts';
import { layoutOf, uncoveredFields } from '../lib/layout.ts';
import { format } from './layout.ts';
import { checkpoint, event, row } from './records.ts';
import { sampleImage } from './sample.ts';
import { imageSource, survey } from './survey.ts';
import { uncoveredBytes } from './uncovered.ts';

const image = sampleImage({ entries: 3, perSegment: 2 });

/**
 * Another legal value of the same kind in the place of each value of each record, one at a time.
 */
function* otherValues(of: Image): Generator<{ member: string; changed: Image }> {
  for (const file of of.keys()) {
    const found = layoutOf(format, file);
    const bytes = bytesOf(of, file);
    if (found === null || bytes === null) continue;
    const { record } = found.file;
    const ranges = record.form === 'line' ? lineRanges(bytes) : [[0, bytes.length] as const];
    for (const [from, to] of ranges) {
      const end = bytes[to - 1] === 0x0a ? to - 1 : to;
      for (const span of decodeJson(record, bytes, from, end).spans) {
        if (span.field === null || span.field.type.is === 'object') continue;
        const value = otherValue(span.field.type.is, bytes.subarray(span.valueFrom, span.to));
        const after = join(bytes.subarray(0, span.valueFrom), value, bytes.subarray(span.to));
        const place = `${file}:${span.valueFrom} ${record.name}.${span.path}`;
        yield { member: place, changed: put(of, file, after) };
      }
    }
  }
}

function put(of: Image, file: Path, bytes: Uint8Array): Image {
  return new Map(of).set(file, fileNode(bytes));
}

function otherValue(type: string, old: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(old);
  if (type === 'flag') return new TextEncoder().encode(text === 'true' ? 'false' : 'true');
  // The last digit or letter becomes another digit or letter.
  const other = text.replace(/[0-9a-zA-Z](?=[^0-9a-zA-Z]*$)/, (c) =>
    /\d/.test(c) ? String((Number(c) + 1) % 10) : c === 'a' ? 'b' : 'a',
  );
  return new TextEncoder().encode(other);
}

const places = (of: Image): Set<string> =>
  new Set(uncoveredBytes(of).map((u) => `${u.file}:${u.from} ${u.member}`));

describe('what the table says of coverage', () => {
  it('is what a survey notices: a change is wrong where, and only where, it is covered', () => {
    const uncovered = places(image);
    let [noticed, silent] = [0, 0];
    for (const { member, changed } of otherValues(image)) {
      const { wrong } = survey(imageSource(changed));
      expect(wrong > 0, member).toBe(!uncovered.has(member));
      if (wrong > 0) noticed += 1;
      else silent += 1;
    }
    expect([noticed, silent].every((count) => count > 10)).toBe(true);
  });

  it('lists the members that the page lists while every frame has its row', () => {
    const due = [row, checkpoint, event].flatMap((record) =>
      uncoveredFields(record).map((name) => `${record.name}.${name}`),
    );
    const found = new Set(uncoveredBytes(image).map((u) => u.member));
    // The optional member of the sample's event is absent.
    expect([...found].toSorted()).toEqual(due.filter((m) => m !== 'event.errorClass').toSorted());
  });

  it('takes a frame without its row for covered by payload hash and place alone', () => {
    const bare = new Map(image);
    bare.delete('index/offsets.jsonl');
    const found = new Set(uncoveredBytes(bare).map((u) => u.member));
    const frames = [...found].filter((m) => m.startsWith('frame.')).toSorted();
    const names = ['entryId', 'entryType', 'parentEntryId', 'schema', 'timestamp'];
    expect(frames).toEqual(names.map((name) => `frame.${name}`));
  });
});
