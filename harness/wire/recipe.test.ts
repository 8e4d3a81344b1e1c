import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from './ascii.ts';
import { appendLogCodec } from './append-log.ts';
import { WireError } from './codec.ts';
import { checkCall } from './outgoing.ts';
import {
  hasUnaskedDigest,
  longBytes,
  recipeBytes,
  recipeSchema,
  recipeText,
  withDigests,
} from './recipe.ts';
import { sessionStoreCodec } from './session-store-v2.ts';

const at = '2026-01-01T00:00:00.000Z';
const hex = (recipe: unknown): string =>
  Buffer.from(recipeBytes(recipeSchema.parse(recipe))).toString('hex');

describe('a recipe', () => {
  // The vectors stand in ports/PROTOCOL.md too; the last was computed by another program.
  it.each([
    [{ gen: 'zero', bytes: '3' }, '000000'],
    [{ gen: 'counter', seed: '250', bytes: '8' }, 'fafbfcfdfeff0001'],
    [{ gen: 'counter', seed: '4294967295', bytes: '3' }, 'ff0001'],
    [{ gen: 'xorshift32le', bytes: '8' }, '2120040001060804'],
    [{ gen: 'xorshift32le', seed: '4294967297', bytes: '5' }, '2120040001'],
    [{ gen: 'xorshift32le', seed: '12345', bytes: '0' }, ''],
  ])('%j gives %s', (recipe, bytes) => {
    expect(hex(recipe)).toBe(bytes);
  });

  it('gives a mebibyte whose digest other programs can check', () => {
    const bytes = recipeBytes({ gen: 'xorshift32le', seed: '12345', bytes: '1048576' });
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(
      'bc801a4a9ef72ed61a4cae1af440e7387ce247833f1cf932d24cebc61f53ad8b',
    );
  });

  it('gives JSON text of the length that it says', () => {
    expect(recipeText({ gen: 'counter', seed: '60', bytes: '8' })).toBe('"89-_AB"');
    expect(recipeText({ gen: 'zero', bytes: '2' })).toBe('""');
    expect(recipeText({ gen: 'zero', bytes: '1' })).toBe(null);
  });

  it.each([
    { gen: 'random', bytes: '1' },
    { gen: 'zero', bytes: '134217729' },
    { gen: 'zero', bytes: 1 },
    { gen: 'zero', bytes: '-1' },
    { gen: 'zero' },
    { gen: 'xorshift32le', seed: '0', bytes: '4' },
    { gen: 'xorshift32le', seed: '4294967296', bytes: '4' },
    { gen: 'counter', seed: '18446744073709551616', bytes: '4' },
  ])('is refused: %j', (payload) => {
    const params = { h: 'a', payload, at };
    expect(() => appendLogCodec.readCall('append', params)).toThrow(WireError);
  });

  it('may stand where a call gives bytes or JSON text', () => {
    const payload = { gen: 'counter', bytes: '2' };
    expect(appendLogCodec.readCall('append', { h: 'a', payload, at }).op).toEqual({
      op: 'append',
      payload: new Uint8Array([1, 2]),
    });
    const params = { h: 'a', id: 'e', parent: null, type: 't', payload, at };
    expect(sessionStoreCodec.readCall('append', params).op).toMatchObject({ payload: '""' });
    const short = { ...params, payload: { gen: 'zero', bytes: '1' } };
    expect(() => sessionStoreCodec.readCall('append', short)).toThrow(WireError);
  });
});

describe('a digest', () => {
  const sha256 = createHash('sha256').update('abc').digest('hex');

  it('stands for what is longer than allowed, and for nothing else', () => {
    const entries = ['YWJj', 'YWI=', ''];
    expect(withDigests({ entries }, { at: ['entries', '*'], as: 'base64' }, 2n)).toEqual({
      entries: [{ sha256, bytes: '3' }, 'YWI=', ''],
    });
    const frame = { payload: 'abc', entryId: 'long enough' };
    const large = { at: ['frame', 'payload'], as: 'text' } as const;
    expect(withDigests({ frame }, large, 0n)).toEqual({
      frame: { payload: { sha256, bytes: '3' }, entryId: 'long enough' },
    });
    expect(withDigests({ frame }, large, 3n)).toEqual({ frame });
    expect(withDigests({ frame: null }, large, 0n)).toEqual({ frame: null });
  });

  it('is seen where the call did not allow it', () => {
    const entries = ['YWJj', { sha256, bytes: '3' }];
    const list = ['entries', '*'];
    expect(hasUnaskedDigest({ entries }, list, Infinity)).toBe(true);
    expect(hasUnaskedDigest({ entries }, list, 3)).toBe(true);
    expect(hasUnaskedDigest({ entries }, list, 2)).toBe(false);
    expect(hasUnaskedDigest({ entries: ['YWJj'] }, list, 2)).toBe(false);
    expect(hasUnaskedDigest({ frame: null }, ['frame', 'payload'], Infinity)).toBe(false);
    expect(hasUnaskedDigest({ frame: { payload: {} } }, ['frame', 'payload'], 2)).toBe(true);
  });

  it('is read as what was told by a recipe, and else as something else', () => {
    const bytes = new Uint8Array(longBytes + 1);
    const digest = createHash('sha256').update(bytes).digest('hex');
    const read = (result: JsonObject) => appendLogCodec.readResult({ op: 'read' }, result);
    const entries = [{ sha256: digest, bytes: String(bytes.length) }];
    appendLogCodec.call({ op: 'append', payload: bytes }, { handle: 'h', dir: '/', at });
    const [same = new Uint8Array()] = read({ entries }) as readonly Uint8Array[];
    expect(Buffer.compare(same, bytes)).toBe(0);
    const [other] = read({ entries: [{ sha256, bytes: '3' }] }) as readonly Uint8Array[];
    expect(Buffer.from(other ?? []).toString()).toBe(`3 bytes of SHA-256 ${sha256}`);
  });
});

describe('what is longer than a line', () => {
  const site = { handle: 'h', dir: '/', at };
  const append = (payload: Uint8Array) => appendLogCodec.call({ op: 'append', payload }, site);

  it('is sent as a recipe, and nothing shorter is', () => {
    const bytes = new Uint8Array(longBytes + 1);
    const payload = { gen: 'zero', bytes: String(longBytes + 1) };
    expect(append(bytes).params).toEqual({ h: 'h', payload, at });
    const { op: read } = appendLogCodec.readCall('append', append(bytes).params);
    expect(read.op === 'append' && Buffer.compare(read.payload, bytes)).toBe(0);
    expect(append(new Uint8Array(100)).params['payload']).toMatch(/^A+==$/);
    const json = recipeText({ gen: 'zero', bytes: String(longBytes + 1) }) ?? '';
    const op = { op: 'append', h: 'a', id: 'e', parent: null, type: 't', payload: json } as const;
    const { params } = sessionStoreCodec.call(op, site);
    expect(params['payload']).toEqual(payload);
    const again = sessionStoreCodec.readCall('append', params).op;
    expect(again.op === 'append' && again.payload === json).toBe(true);
  });

  it('is checked as a call without being made, and said to be long', () => {
    const long = append(new Uint8Array(longBytes + 1));
    expect(checkCall(long.method, long.params)).toEqual({ isLong: true });
    const short = append(new Uint8Array(3));
    expect(checkCall(short.method, short.params)).toEqual({ isLong: false });
    const wrong = { ...long.params, payload: { gen: 'zero', bytes: '134217729' } };
    expect(() => checkCall(long.method, wrong)).toThrow(/payload/);
  });

  it('is sent as it is where no recipe makes it', () => {
    const bytes = new Uint8Array(longBytes + 3).fill(1, longBytes);
    const { payload } = append(bytes).params;
    expect(typeof payload === 'string' && payload.length).toBeGreaterThan(longBytes);
  });
});
