import { describe, expect, it } from 'vitest';
import { notificationSchema } from './envelope.ts';
import { hear, wasHeardBefore } from './reply.ts';
import type { Heard } from './reply.ts';

const heard = (text: string): Heard => hear({ is: 'line', bytes: Buffer.from(text) });
const resultOf = (one: Heard) => {
  if (one.is !== 'reply' || one.reply.is !== 'result') throw new Error(JSON.stringify(one));
  return one.reply.result;
};

describe('hear', () => {
  it('gives the same object for a result that was heard before, under whatever id', () => {
    const rest = '"result":{"entries":["YQ==","again"]}}';
    const first = heard(`{"jsonrpc":"2.0","id":1,${rest}`);
    expect(first).toMatchObject({ is: 'reply', id: 1 });
    expect(wasHeardBefore(resultOf(first))).toBe(false);
    const second = heard(`{"jsonrpc": "2.0", "id": 2, ${rest}`);
    const third = heard(`{"id":3,"jsonrpc":"2.0",${rest}`);
    expect(second).toEqual({
      is: 'reply',
      id: 2,
      reply: { is: 'result', result: resultOf(first) },
    });
    expect(third).toMatchObject({ is: 'reply', id: 3 });
    expect(resultOf(third)).toBe(resultOf(first));
    expect(wasHeardBefore(resultOf(first))).toBe(true);
    expect(resultOf(heard('{"jsonrpc":"2.0","id":4,"result":{"entries":["YQ=="]}}'))).toEqual({
      entries: ['YQ=='],
    });
  });

  it('is not told another id by what stands behind the first', () => {
    for (const id of [7, 7, 8]) {
      const line = `{"jsonrpc":"2.0","id":${id},"result":{"twice":true},"id":9}`;
      expect(heard(line)).toMatchObject({ is: 'reply', id: 9 });
    }
  });

  it.each([
    ['invalid-json', '{"jsonrpc":"2.0","id":1,"result":{"entries":['],
    ['invalid-json', '{"jsonrpc":"2.0","id":1,"result":{}} {}'],
    ['schema', '{"jsonrpc":"2.0","id":1,"result":{},"error":{}}'],
    ['schema', '{"jsonrpc":"2.0","id":1,"result":[]}'],
    ['schema', '{"jsonrpc":"2.0","id":99999999999999999999,"result":{}}'],
    ['echo', '{"jsonrpc":"2.0","id":1,"result":{},"method":"ping"}'],
    ['noise', '{"jsonrpc":"2.0","id":1,"result":{},"jsonrpc":"1.0"}'],
  ] as const)('calls %s what it is: %s', (fault, line) => {
    for (let times = 0; times < 2; times++) {
      expect(heard(line)).toMatchObject({ is: 'fault', fault });
    }
  });

  it.each([
    ['"log"'], ['""'], ['7'], ['"log","params":{}'], ['"log","params":[]'], ['"log","params":null'],
    [`"${'x'.repeat(128)}"`], [`"${'x'.repeat(129)}"`], ['"log","params":{"a":1},"more":true'],
  ])('takes for a notification what its schema does: %s', (method) => {
    const line = `{"jsonrpc":"2.0","method":${method}}`;
    const fits = notificationSchema.safeParse(JSON.parse(line)).success;
    expect(heard(line)).toMatchObject(fits ? { is: 'notification' } : { fault: 'schema' });
  }); // prettier-ignore
});
