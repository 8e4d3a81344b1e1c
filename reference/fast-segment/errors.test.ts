import nodeFs from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StoreFs } from '../lib/fs.ts';
import { codeOf, dyingAt, errorOf, freshRoot, Killed, plant, treeOf, watched } from '../session-store-v2/testing.ts'; // prettier-ignore
import { openSafe } from './store.ts';
import type { SafeSegment } from './store.ts';
import { endOf, entryAt, envOver, file, fileWith, numbersOf, open, upTo } from './testing.ts';

// Every changing call fails in turn, once or from then on, or the process dies at it; the file then
// holds what was acknowledged, and of what was not either all that an operation published or none.

type Numbers = readonly number[];
type Step = readonly [string, (s: SafeSegment) => unknown, (sure: Numbers) => Numbers];

const add = (n: number): Step => [
  `seal ${n}`,
  (s) => s.seal([entryAt(n), entryAt(n + 1)], 1),
  (sure) => [...sure, n, n + 1],
];
const script: readonly Step[] = [
  ['append', (s) => s.append(entryAt(1), { track: true }), (sure) => sure],
  ['syncGroup', (s) => s.syncGroup(), () => [1]],
  add(10),
  ['append', (s) => s.append(entryAt(2)), (sure) => sure],
  ['truncate', (s) => s.truncate(BigInt(endOf([1, 10]))), () => [1, 10]],
  add(20),
  ['reset', (s) => s.reset(), () => []],
  add(30),
  ['too late', (s) => s.seal([entryAt(3)], 0), (sure) => sure],
];

interface Played {
  readonly legal: Numbers[];
  readonly error: ReturnType<typeof errorOf>;
}

/** Runs the script as far as it goes; a handle that failed is asked on, and lies never. */
function play(fs: StoreFs, root: string): Played {
  let sure: Numbers = [];
  let legal: Numbers[] = [[]];
  let firstError: Played['error'] = null;
  const error = errorOf(() => {
    const segment = openSafe(envOver(fs), root, 7);
    for (const [name, ask, after] of script) {
      const before = withoutTemp(root);
      const failed = errorOf(() => ask(segment));
      firstError ??= failed;
      if (failed === null) legal = [(sure = after(sure))];
      else if (failed.definite) expect(withoutTemp(root), name).toEqual(before);
      else legal = [...legal, after(sure)];
      if (failed?.code === 'stale_handle') break;
    }
  });
  return { legal, error: firstError ?? error };
}

function withoutTemp(root: string): Record<string, string | null> {
  const { [`${file}.tmp`]: _, ...rest } = treeOf(root);
  return rest;
}

describe('failing calls', () => {
  it.each([
    ['ENOSPC', false, 0.5],
    ['ENOSPC', true, 0.5],
    ['EIO', false, 0],
    ['EIO', true, 1],
  ] as const)('%s (for ever: %s, %d of a write out): nothing is lost or half done', (errno, forEver, share) => {
    let fired = 0;
    for (let at = 1; ; at++) {
      const root = freshRoot();
      let here = 0;
      const fs = watched((call, count, write) => {
        if (count < at || (count > at && !forEver)) return;
        here++;
        write?.send(Math.floor(write.bytes.length * share));
        throw Object.assign(new Error(`${errno}: ${call}`), { code: errno });
      });
      const { legal, error } = play(fs, root);
      if (here === 0) break;
      expect(['no_space', 'io-eio'], `call ${at}`).toContain(error?.code);
      const shown = numbersOf(open(root).read());
      expect(legal.map(String), `call ${at}`).toContain(String(shown));
      fired += here;
    }
    expect(fired).toBeGreaterThan(35);
  }); // prettier-ignore

  it('poison the handle where a sync fails, and only then', () => {
    const root = freshRoot();
    const failing = new Set<string>();
    const fs = watched((call, _, write) => {
      if (!failing.delete(call)) return;
      write?.send(3);
      throw Object.assign(new Error(`EIO: ${call}`), { code: 'EIO' });
    });
    const segment = openSafe(envOver(fs), root, 7);
    segment.seal([entryAt(1)], 1);
    failing.add('writeSync');
    const error = errorOf(() => segment.append(entryAt(2), { track: true }));
    expect([error?.code, error?.definite]).toEqual(['io-eio', true]);
    expect(nodeFs.readFileSync(`${root}/${file}`)).toEqual(fileWith([1]));
    segment.append(entryAt(2), { track: true });
    failing.add('writeSync');
    expect(errorOf(() => segment.syncGroup())?.definite).toBe(true);
    expect(nodeFs.readFileSync(`${root}/${file}`)).toEqual(fileWith([1, 2], endOf([1])));
    failing.add('fsyncSync');
    expect(codeOf(() => segment.syncGroup())).toBe('io-eio');
    for (const ask of [
      () => segment.syncGroup(), () => segment.append(entryAt(3)), () => segment.reset(),
      () => segment.seal([], 1), () => segment.truncate(16n),
    ]) expect(codeOf(ask)).toBe('poisoned'); // prettier-ignore
    expect(numbersOf(segment.read())).toEqual([1]);
    expect(numbersOf(open(root).read())).toEqual([1]);
  });

  it('change nothing where a full disk keeps a file from being opened', () => {
    // One byte of the new length over an old one below 256.
    const length = endOf(upTo(12)) % 256;
    const torn = fileWith(upTo(12), length).toString('latin1');
    expect(upTo(12).map((n) => endOf(upTo(n)))).not.toContain(length);
    for (const tree of [{}, { sessions: null }, { [file]: 'IDB_' }, { [file]: torn }]) {
      for (let at = 1, fired = true; fired; at++) {
        const root = freshRoot();
        if (Object.keys(tree).length > 0) plant(root, tree);
        const before = withoutTemp(root);
        let count = 0;
        const fs = watched((call, _, write) => {
          if (!['writeSync', 'openSync', 'mkdirSync'].includes(call) || ++count < at) return;
          write?.send(write.bytes.length >> 1);
          throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
        });
        const error = errorOf(() => openSafe(envOver(fs), root, 7));
        fired = count >= at;
        if (fired) expect([error?.code, withoutTemp(root)]).toEqual(['no_space', before]);
        else expect([error, at > 1]).toEqual([null, true]);
      }
    }
  });
});

describe('a process that dies', () => {
  it.each([0, 0.5, 1])('at any call, with %d of a write out, loses and halves nothing', (share) => {
    let at = 1;
    for (; ; at++) {
      const root = freshRoot();
      let legal: readonly Numbers[] = [[]];
      let sure: Numbers = [];
      try {
        const segment = openSafe(envOver(dyingAt(at, share)), root, 7);
        for (const [, ask, after] of script) {
          legal = [sure, after(sure)];
          ask(segment);
          legal = [(sure = after(sure))];
        }
        break;
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
      }
      const again = open(root);
      const shown = numbersOf(again.read());
      expect(legal.map(String), `call ${at}`).toContain(String(shown));
      again.seal([entryAt(50)], 1);
      const third = open(root);
      expect([third.opened.repairs, numbersOf(third.read())]).toEqual([[], [...shown, 50]]);
    }
    expect(at).toBeGreaterThan(35);
  });

  it('in the eight bytes of the length: all of the group, or what was published before', () => {
    const before = fileWith(upTo(12));
    const after = fileWith(upTo(20));
    const [old, next] = [before.subarray(8, 16), after.subarray(8, 16)];
    for (let n = 0; n <= 8; n++) {
      const root = freshRoot();
      const bytes = Buffer.concat([after.subarray(0, 8), next.subarray(0, n), old.subarray(n), after.subarray(16)]); // prettier-ignore
      plant(root, { [file]: bytes.toString('latin1') });
      expect([upTo(12), upTo(20)]).toContainEqual(numbersOf(open(root).read()));
    }
  });
});
