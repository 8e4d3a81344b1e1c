import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { traceParser, type Syscall, type TraceEvent } from './parse.ts';
import type { Arg } from './syntax.ts';
import { renderCall, renderInTwo } from './testing-render.ts';

const bytes = fc.uint8Array({ maxLength: 40, size: 'max' });
const text = fc
  .array(fc.constantFrom(0x22, 0x5c, 0x2c, 0x29, 0x28, 0x3c, 0x3e, 10, 0, 0x30, 0x7d, 0x5d, 255), { maxLength: 12 })
  .map((codes) => Uint8Array.from(codes)); // prettier-ignore
const string = fc.record({
  is: fc.constant('string' as const),
  bytes: fc.oneof(bytes, text),
  cut: fc.boolean(),
});
const gone = fc.constant(true as const);
const fd = fc.oneof(
  fc.record({
    is: fc.constant('fd' as const),
    fd: fc.option(fc.nat(999)),
    link: fc.oneof(bytes, text),
  }),
  fc.record({ is: fc.constant('fd' as const), fd: fc.nat(999), link: bytes, gone }),
);
const number = fc.maxSafeInteger().map((value): Arg => ({ is: 'number', value }));
const word = fc
  .constantFrom('O_RDWR|O_CREAT', 'NULL', '0x7ffdeae67830 /* 20 vars */', '~[RTMIN RT_1]', 'S_IFREG|0600', '[5] => [9]', 'makedev(0x8, 0x1)', '21<<MAP_HUGE_SHIFT', '...')
  .map((one): Arg => ({ is: 'word', text: one })); // prettier-ignore
const flat: fc.Arbitrary<Arg> = fc.oneof(string, fd, number, word);
const struct = fc
  .tuple(flat, flat)
  .map(([a, b]): Arg => ({ is: 'struct', members: new Map([['iov_base', a], ['iov_len', b]]) })); // prettier-ignore
const list = fc
  .array(fc.oneof(string, number, struct), { maxLength: 3 })
  .map((items): Arg => ({ is: 'list', items }));
const arg = fc.oneof(flat, struct, list);
const result = fc.oneof(
  fc.record({ value: fc.nat(), injected: fc.boolean() }),
  fc.record({ value: fc.nat(99), link: bytes, injected: fc.constant(false) }),
  fc.record({ value: fc.nat(99), link: bytes, gone, injected: fc.constant(false) }),
  fc.record({
    value: fc.constant(-1),
    errno: fc.constantFrom('EIO', 'ENOENT'),
    injected: fc.boolean(),
  }),
  fc.constant({ value: null, injected: false }),
);
const call: fc.Arbitrary<Omit<Syscall, 'began' | 'ended'>> = fc.record({
  tid: fc.integer({ min: 1, max: 99_999 }),
  name: fc.constantFrom('openat', 'pwrite64', 'writev', 'mmap', 'x'),
  args: fc.array(arg, { maxLength: 5 }),
  result,
});

/** As what the parser hears can be compared: bytes as hexadecimal digits. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, part: unknown) => {
      if (part instanceof Uint8Array) return Buffer.from(part).toString('hex');
      return part instanceof Map ? [...part] : part;
    }),
  );

const callOf = (event: TraceEvent): Syscall => {
  if (event.is !== 'call') throw new Error(JSON.stringify(event));
  return event.call;
};

describe('a trace', () => {
  it('is read as what was written, whatever the bytes are', () => {
    fc.assert(
      fc.property(call, (one) => {
        const whole = { ...one, began: 1, ended: 1 };
        const line = renderCall(whole);
        expect(plain(callOf(traceParser().line(line))), line).toEqual(plain(whole));
      }),
      { numRuns: 500, seed: 20_261_101 },
    );
  });

  it('is read the same where calls of other threads come between', () => {
    fc.assert(
      fc.property(call, call, fc.nat(5), (one, other, at) => {
        fc.pre(one.tid !== other.tid);
        const parser = traceParser();
        const [begun, ended] = renderInTwo(
          { ...one, began: 1, ended: 3 },
          Math.min(at, one.args.length),
        );
        expect(parser.line(begun).is).toBe('began');
        expect([...parser.open.keys()]).toEqual([one.tid]);
        expect(plain(callOf(parser.line(renderCall({ ...other, began: 2, ended: 2 }))))).toEqual(
          plain({ ...other, began: 2, ended: 2 }),
        );
        expect(plain(callOf(parser.line(ended)))).toEqual(plain({ ...one, began: 1, ended: 3 }));
        expect(parser.open.size).toBe(0);
      }),
      { numRuns: 300, seed: 20_261_102 },
    );
  });

  it('tells ends, signals and what nobody can read', () => {
    const parser = traceParser();
    const heard = [
      '12 +++ exited with 0 +++',
      '12 +++ killed by SIGKILL +++',
      '12 --- SIGSTOP {si_signo=SIGSTOP, si_code=SI_KERNEL} ---',
      '12 --- stopped by SIGSTOP ---',
      '12 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED} ---',
      '12 read(0<socket:[1]>,  <detached ...>',
      '12 write(1<pipe:[1]>, "no end',
      'strace: Process 12 attached',
      '12 exit_group(0)                     = ?',
    ].map((line) => parser.line(line).is);
    expect(heard).toEqual([
      'ended',
      'ended',
      'stopped',
      'other',
      'other',
      'other',
      'unknown',
      'unknown',
      'call',
    ]);
  });
});
