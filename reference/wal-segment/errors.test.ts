import nodeFs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StoreFs } from '../lib/fs.ts';
import { codeOf, dyingAt, envOver, errorOf, freshRoot, Killed, plant, treeOf, watched } from '../session-store-v2/testing.ts'; // prettier-ignore
import type { Files } from '../session-store-v2/testing.ts';
import { openWal, verify } from './store.ts';
import { filesOf, frameAt, framesFrom, nameOf, open, segmentOf, seqsOf } from './testing.ts';
import type { Frame, WalLog } from './types.ts';

// Every changing call of a script fails once, or from then on, or is the process's last. What was
// acknowledged stays, and the next open finds a log that is right.

interface Fault {
  readonly at: number;
  readonly errno: string;
  readonly forEver: boolean;
  /** How much of a failing write gets out first. */
  readonly share: number;
}

function failing({ at, errno, forEver, share }: Fault): StoreFs & { readonly fired: () => number } {
  let fired = 0;
  const fs = watched((call, count, write) => {
    if (count < at || (count > at && !forEver)) return;
    fired++;
    write?.send(Math.floor(write.bytes.length * share));
    throw Object.assign(new Error(`${errno}: ${call}`), { code: errno });
  });
  return { ...fs, fired: () => fired };
}

interface Step {
  readonly says: string;
  readonly adds: readonly Frame[];
  readonly run: (log: WalLog) => unknown;
}

const append = (from: number, to: number, isSynced: boolean): Step => ({
  says: `append ${from} to ${to}`,
  adds: framesFrom(from, to),
  run: (log) => log.append(framesFrom(from, to), isSynced),
});
const rotate: Step = { says: 'rotate', adds: [], run: (log) => log.rotate() };
const script: readonly Step[] = [
  append(1, 2, false), append(3, 3, true), rotate, append(4, 6, false),
  { says: 'sync', adds: [], run: (log) => log.sync() }, append(7, 7, false), rotate, rotate,
  append(8, 9, true), append(10, 10, false), { says: 'close', adds: [], run: (log) => log.close() },
]; // prettier-ignore

const seqs = (frames: readonly Frame[]): number[] => frames.map(({ seq }) => Number(seq));

/** Runs the script; answers what was acknowledged, and what may be there behind it. */
function run(log: WalLog, root: string): { readonly sure: number[]; readonly maybe: number[] } {
  const sure: number[] = [];
  const maybe: number[] = [];
  for (const { says, adds, run: ask } of script) {
    const before = treeOf(root);
    const error = errorOf(() => ask(log));
    if (error === null) {
      expect(maybe, `${says} after one in doubt`).toEqual([]);
      sure.push(...seqs(adds));
    } else if (error.definite) {
      expect(treeOf(root), `${says}: ${error.code}`).toEqual(before);
    } else maybe.push(...seqs(adds));
  }
  return { sure, maybe };
}

/** Opens with whole file calls what was left, and appends. */
function goesOn(root: string, said: { readonly sure: number[]; readonly maybe: number[] }): void {
  const log = open(root);
  const shown = seqsOf(root);
  expect(shown.slice(0, said.sure.length)).toEqual(said.sure);
  expect(said.maybe.slice(0, shown.length - said.sure.length)).toEqual(shown.slice(said.sure.length)); // prettier-ignore
  log.append([frameAt(50)], true);
  log.rotate();
  log.append([frameAt(51)], true);
  log.close();
  expect(seqsOf(root)).toEqual([...shown, 50, 51]);
  verify(envOver(), root);
  expect(open(root).opened.repairs).toEqual([]);
}

describe('failing calls', () => {
  it.each([
    ['ENOSPC', false, 0.5],
    ['ENOSPC', true, 0.5],
    ['EIO', false, 0],
    ['EIO', true, 0.9],
  ] as const)('%s (for ever: %s, %d of a write out): nothing is lost', (errno, forEver, share) => {
    let fired = 0;
    for (let at = 1; ; at++) {
      const root = freshRoot();
      const fs = failing({ at, errno, forEver, share });
      let said: { sure: number[]; maybe: number[] } = { sure: [], maybe: [] };
      const failed = errorOf(() => {
        said = run(openWal(envOver(fs), root, { instance: 9n }), root);
      });
      if (failed !== null) expect(['no_space', 'io-eio']).toContain(failed.code);
      goesOn(root, said);
      fired += fs.fired();
      if (fs.fired() === 0) break;
    }
    expect(fired).toBeGreaterThan(20);
  });
});

const first = segmentOf(1, framesFrom(1, 3));
const left: Readonly<Record<string, Files>> = {
  'a torn tail': filesOf({ 1: first.subarray(0, -4) }),
  'a torn header': filesOf({ 1: first, 2: Buffer.from('AEDB') }),
  'an empty segment': filesOf({ 1: first, 2: Buffer.alloc(0) }),
  'no log': {},
};

describe('failing calls of recovery', () => {
  const cases = Object.entries(left).flatMap(([says, files]) =>
    (['ENOSPC', 'EIO'] as const).map((errno) => [says, errno, files] as const),
  );

  it.each(cases)('%s, %s: refused, and the next open finds the same', (_, errno, files) => {
    const sound = errno === 'ENOSPC' ? 'no_space' : 'io-eio';
    for (let at = 1; ; at++) {
      const root = freshRoot();
      if (Object.keys(files).length > 0) plant(root, files);
      const before = treeOf(root);
      const needs = new Set(['writeSync', 'openSync', 'mkdirSync', 'renameSync']);
      let seen = 0;
      const fs = watched((call, _count, write) => {
        // A full disk fails what needs space, and goes on doing so.
        if (errno === 'ENOSPC' ? !needs.has(call) || ++seen < at : ++seen !== at) return;
        write?.send(write.bytes.length >> 1);
        throw Object.assign(new Error(errno), { code: errno });
      });
      const error = errorOf(() => openWal(envOver(fs), root, { instance: 9n }));
      if (seen < at) {
        expect(error).toBeNull();
        break;
      }
      expect(error?.code, `call ${at}`).toBe(sound);
      if (errno === 'ENOSPC') expect(treeOf(root), `call ${at}`).toEqual(before);
      const again = open(root);
      again.close();
      expect(seqsOf(root)).toEqual([1, 2, 3].slice(0, files === left['a torn tail'] ? 2 : files === left['no log'] ? 0 : 3)); // prettier-ignore
    }
  });
});

describe('a process that dies', () => {
  it.each([0, 0.5, 0.99])(
    'at any call, %d of a write out: what it acknowledged is found',
    (share) => {
      for (let last = 1; ; last++) {
        const root = freshRoot();
        const sure: number[] = [];
        let maybe: number[] = [];
        let hasEnded = false;
        try {
          const log = openWal(envOver(dyingAt(last, share)), root, { instance: 9n });
          for (const { adds, run: ask } of script) {
            maybe = seqs(adds);
            ask(log);
            sure.push(...maybe);
            maybe = [];
          }
          hasEnded = true;
        } catch (error) {
          if (!(error instanceof Killed)) throw error;
        }
        goesOn(root, { sure, maybe });
        if (hasEnded) break;
      }
    },
  );

  it('while it recovers leaves a log that recovers in the same way', () => {
    for (const files of Object.values(left)) {
      for (let last = 1; ; last++) {
        const root = freshRoot();
        if (Object.keys(files).length > 0) plant(root, files);
        try {
          openWal(envOver(dyingAt(last, 0.5)), root, { instance: 9n });
          break;
        } catch (error) {
          if (!(error instanceof Killed)) throw error;
        }
        const sure = files === left['no log'] ? [] : files === left['a torn tail'] ? [1, 2] : [1, 2, 3]; // prettier-ignore
        goesOn(root, { sure, maybe: [] });
      }
    }
  });
});

describe('a failed sync', () => {
  it('poisons for ever: nothing is acknowledged any more', () => {
    const root = freshRoot();
    let broken = false;
    const fs = watched((call) => {
      if (broken && call === 'fdatasyncSync') {
        broken = false;
        throw Object.assign(new Error('EIO'), { code: 'EIO' });
      }
    });
    const log = openWal(envOver(fs), root, { instance: 9n });
    log.append([frameAt(1)], false);
    broken = true;
    const error = errorOf(() => log.append([frameAt(2)], true));
    expect([error?.code, error?.definite]).toEqual(['io-eio', false]);
    expect(codeOf(() => log.append([], false))).toBe('poisoned');
    expect(codeOf(() => log.append([frameAt(3)], false))).toBe('poisoned');
    expect(codeOf(() => log.sync())).toBe('poisoned');
    expect(codeOf(() => log.rotate())).toBe('poisoned');
    expect(codeOf(() => log.close())).toBe('poisoned');
    expect(codeOf(() => log.close())).toBe('no-handle');
  });
});

describe('a short write', () => {
  it('is continued once; a second one is undone', () => {
    const root = freshRoot();
    let shorten = 0;
    const fs = watched((_, __, write) => {
      if (write === undefined || shorten === 0) return undefined;
      shorten--;
      return write.send(Math.floor(write.bytes.length / 2));
    });
    const log = openWal(envOver(fs), root, { instance: 9n });
    shorten = 1;
    log.append(framesFrom(1, 2), false);
    const before = treeOf(root);
    shorten = 2;
    const error = errorOf(() => log.append(framesFrom(3, 4), true));
    expect([error?.code, error?.definite]).toEqual(['io-eio', true]);
    expect(treeOf(root)).toEqual(before);
    log.append(framesFrom(3, 4), true);
    expect(log.close().sizeBytes).toBe(BigInt(nodeFs.statSync(path.join(root, nameOf(1))).size));
    expect(seqsOf(root)).toEqual([1, 2, 3, 4]);
  });
});
