import { describe, expect, it } from 'vitest';
import { fileNode } from '../lib/image.ts';
import type { Image, Node } from '../lib/image.ts';
import { readableBy } from '../lib/layout-decoded.ts';
import { decodeJson } from '../lib/layout-json.ts';
import { textOf } from '../lib/utf8.ts';
import { accepts } from './accepts.ts';
import type { Accept } from './accepts.ts';
import { assess } from './classify.ts';
import { directories } from './layout.ts';
import * as records from './records.ts';
import { imageSource, survey } from './survey.ts';

function imageOf(accept: Accept): Image {
  if (accept.vector.is !== 'store') throw new Error('no store');
  const image = new Map(directories.map((dir): [string, Node] => [dir, { is: 'dir' }]));
  for (const [path, bytes] of Object.entries(accept.vector.files)) image.set(path, fileNode(bytes));
  return image;
}

const isRecord = (accept: Accept): boolean => accept.vector.is === 'record';

describe('what the original tolerates', () => {
  it.each(accepts.filter(isRecord))('$id $text', ({ vector, safe }) => {
    if (vector.is !== 'record') throw new Error('no record');
    const { bytes } = vector;
    const end = bytes.at(-1) === 0x0a ? bytes.length - 1 : bytes.length;
    const { values, flaws } = decodeJson(records[vector.record], bytes, 0, end);
    expect([readableBy('original', flaws), readableBy('safe', flaws)]).toEqual([true, safe]);
    for (const [name, due] of Object.entries(vector.reads)) {
      const value = values.get(name);
      const raw = typeof value === 'object' && value !== null;
      const text = raw ? textOf(bytes, value.rawFrom, value.rawTo) : String(value);
      expect(text, name).toBe(due);
    }
  });

  it.each(accepts.filter((a) => !isRecord(a)))('$id $text', (accept) => {
    if (accept.vector.is !== 'store') throw new Error('no store');
    const image = imageOf(accept);
    const seen = survey(imageSource(image));
    expect(seen.entries.map((e) => e.entryId)).toEqual(accept.vector.entries);
    expect(assess(image).legal.open).toBe(accept.safe ? 'ok' : 'refused');
  });

  it('shows a flaw in every record vector but those of payloads', () => {
    const silent = accepts.filter(isRecord).filter(({ vector }) => {
      if (vector.is !== 'record') return false;
      return decodeJson(records[vector.record], vector.bytes).flaws.length === 0;
    });
    expect(silent.map((a) => a.id)).toEqual(['ACC-11', 'ACC-12', 'ACC-13']);
  });
});
