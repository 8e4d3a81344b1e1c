import { expect, it } from 'vitest';
import { failureLines, failuresIn, failureText } from './failures.ts';

const at = { step: 1, nth: 4 };
const write = { ...at, call: 'writeSync', path: 'log', on: 'file', bytes: 20, from: 0 } as const;

it('says what a call answered, and what it did all the same', () => {
  expect(failureText({ ...write, failed: 'EIO' })).toBe('EIO from write log');
  expect(failureText({ ...write, failed: 'EIO', took: true })).toBe(
    'EIO from write log (it was done all the same)',
  );
  expect(failureText({ ...write, failed: 'ENOSPC', done: 3 })).toBe(
    'ENOSPC from write log (3 of 20 bytes were done)',
  );
  expect(failureText({ ...write, done: 3 })).toBe('a short write log (3 of 20 bytes)');
  expect(failureText({ ...at, call: 'fsyncSync', path: 'log', failed: 'EIO', told: false })).toBe(
    'EIO from fsync log (the caller was told ok)',
  );
  const rename = { ...at, call: 'renameSync', path: 'a', to: 'b\u001b', failed: 'EIO' } as const;
  expect(failureText(rename)).toBe('EIO from rename a -> b\\u001b');
});

it('names a few failures of a step and counts the others', () => {
  const ok = { ...write, nth: 0 };
  const calls = [
    ok,
    ...Array.from({ length: 6 }, (_, i) => ({ ...write, nth: i + 1, failed: 'EIO' })),
  ];
  expect(failuresIn(calls)).toHaveLength(6);
  expect(failureLines(calls, 1)).toEqual([
    '⚡ EIO from write log, file call 2',
    '⚡ EIO from write log, file call 3',
    '⚡ EIO from write log, file call 4',
    '⚡ and 3 more of its calls fail',
  ]);
  expect(failureLines(calls, 0)).toEqual([]);
});
