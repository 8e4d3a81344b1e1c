import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differences, type Image } from '../../spec/lib/image.ts';
import type { Call, Event, Failed, OpLog } from '../oplog.ts';
import { imageAfter } from '../replay.ts';
import { revertOf } from './reverting.ts';

const ino = 2;
const write = fc
  .record({ from: fc.nat(40), bytes: fc.uint8Array({ minLength: 1, maxLength: 20 }) })
  .map(({ from, bytes }): Call => ({ do: 'write', ino, from, bytes }));
const size = fc.nat(50).map((to): Call => ({ do: 'size', ino, to }));
const change = fc.oneof(write, size);
const sync: Call = { do: 'sync', ino, dataOnly: false };
const inLog = (call: Call, failed?: Failed): Event => ({
  is: 'call', step: 0, actor: 0, call, ...(failed === undefined ? {} : { failed }),
}); // prettier-ignore

const file = (text: string): Image =>
  new Map([['f', { is: 'file', bytes: Buffer.from(text), size: text.length }]]);

function reverted(base: Image, events: readonly Event[]): Image {
  const log: OpLog = { base, events, notModelled: [] };
  const back = revertOf(log, ino) ?? [];
  const whole = { ...log, events: [...events, ...back.map((call) => inLog(call))] };
  return imageAfter(whole, whole.events.length);
}

describe('a file that is put back', () => {
  it('is what it was at its last sync, whatever was written since', () => {
    fc.assert(
      fc.property(fc.array(change), fc.array(change), (before, after) => {
        const events = [...before, sync].map((call) => inLog(call));
        const log = { base: file('as it began'), events, notModelled: [] };
        const found = reverted(log.base, [...events, ...after.map((call) => inLog(call))]);
        expect(differences(found, imageAfter(log, events.length))).toEqual([]);
      }),
      { numRuns: 300, seed: 20_261_120 },
    );
  });

  it('is what the history began with, or empty, where it was never synced', () => {
    const grown = inLog({ do: 'write', ino, from: 3, bytes: Buffer.from('more') });
    expect(differences(reverted(file('was'), [grown]), file('was'))).toEqual([]);
    const made = inLog({ do: 'name', at: 'f', ino, made: { is: 'file' } });
    expect(differences(reverted(new Map(), [made, grown]), file(''))).toEqual([]);
    const failed = inLog(sync, { errno: 'EIO', injected: true, forgets: true });
    expect(differences(reverted(file('was'), [grown, failed]), file('was'))).toEqual([]);
  });

  it('cannot be told of where it has no name', () => {
    const gone = inLog({ do: 'name', at: 'f', ino: null });
    expect(revertOf({ base: file('was'), events: [gone], notModelled: [] }, ino)).toBeNull();
  });
});
