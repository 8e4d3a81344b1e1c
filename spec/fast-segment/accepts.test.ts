import { describe, expect, it } from 'vitest';
import { join } from '../lib/layout-damage.ts';
import { accepts } from './accepts.ts';
import { decodeEntry, encodeEntry, framed, headerOf, keyOf } from './bytes.ts';
import { assess } from './classify.ts';
import { legalOpens, rowIds } from './table.ts';
import { segment, storeOf } from './testing.ts';

describe('what is accepted beyond canonical', () => {
  it.each(accepts)('$id $text', ({ source, vector: { payload, entry } }) => {
    const read = decodeEntry(payload);
    expect(read).toMatchObject({ entry });
    if ('why' in read) throw new Error(read.why);
    expect(read.canonical && read.end === payload.length).toBe(false);
    expect(encodeEntry(entry)).not.toEqual(payload);
    expect(rowIds).toContain(source);
    const frame = framed(payload);
    const image = storeOf(join(headerOf(BigInt(16 + frame.length)), frame));
    const shown = { open: 'ok', keys: [keyOf(entry)] };
    expect(legalOpens(image)).toMatchObject([shown]);
    expect(assess(image)).toEqual({
      legals: [shown],
      owed: { repairs: [], notices: [{ code: 'non_canonical', file: segment }] },
    });
  });
});
