import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createFsFromVolume, Volume } from 'memfs';
import { describe, expect, it } from 'vitest';
import { createDisk } from '../disk.ts';
import { randomFrom } from '../random.ts';
import { randomCalls, showCall, type FileCall } from './calls.ts';
import { memfsGaps, type Gap } from './gaps.ts';
import { play, playerOf, treeOf, type Answer, type PlayedFs, type Player } from './play.ts';

const SEED = '20201';
const SEQUENCES = Number(process.env['TEARPROOF_SEQUENCES'] ?? 2000);
const CALLS_MOST = 60;

/** In memory where Linux offers it: syncing these trees on a real disk is slow. */
function tempBase(): string {
  try {
    fs.accessSync('/dev/shm', fs.constants.W_OK);
    return '/dev/shm';
  } catch {
    return os.tmpdir();
  }
}

function inTempDir(body: (temp: string) => void): void {
  const temp = fs.mkdtempSync(path.join(tempBase(), 'tearproof-'));
  try {
    body(temp);
  } finally {
    fs.rmSync(temp, { recursive: true, force: true });
  }
}

function onRealDir(temp: string, body: (real: Player) => void): void {
  const dir = path.join(temp, 'play', 'store');
  fs.mkdirSync(dir, { recursive: true });
  const real = playerOf(fs, dir);
  try {
    body(real);
  } finally {
    for (const fd of real.fds) if (fd !== null) fs.closeSync(fd);
    fs.rmSync(path.dirname(dir), { recursive: true });
  }
}

function ourPlayer(): Player {
  const disk = createDisk();
  return playerOf(disk.fs, disk.root);
}

function memfsPlayer(): Player {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its types are wider
  const mem = createFsFromVolume(new Volume()) as unknown as PlayedFs;
  mem.mkdirSync('/store');
  return playerOf(mem, '/store');
}

/** An error's code, or 'ok' and the answer. */
function brief(answer: Answer): string {
  if ('err' in answer) return answer.err;
  return answer.ok === undefined ? 'ok' : `ok ${JSON.stringify(answer.ok)}`;
}

describe('the disk beside node:fs', () => {
  it('answers random sequences of calls as the real file system does, to the message', () => {
    let failed = 0;
    inTempDir((temp) => {
      for (let i = 0; i < SEQUENCES; i++) {
        const calls = randomCalls(randomFrom(SEED).fork(`sequence ${i}`), CALLS_MOST);
        onRealDir(temp, (real) => {
          const ours = ourPlayer();
          for (const [k, call] of calls.entries()) {
            const answer = play(ours, call);
            if ('err' in answer) failed++;
            const told = (): string =>
              calls
                .slice(0, k + 1)
                .map(showCall)
                .join('\n');
            const expected = play(real, call);
            if (!equal(answer, expected)) expect(answer, told()).toEqual(expected);
          }
          expect(treeOf(ours), `seed ${SEED}, sequence ${i}`).toEqual(treeOf(real));
        });
      }
    });
    expect(failed).toBeGreaterThan(SEQUENCES);
  });
});

function equal(a: Answer, b: Answer): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

describe('memfs, the second opinion', () => {
  it.each(memfsGaps)('differs from a real file system, and the disk does not: $name', (gap) => {
    inTempDir((temp) => {
      onRealDir(temp, (real) => {
        const answers = [real, ourPlayer(), memfsPlayer()].map((player) => lastAnswer(player, gap));
        expect(answers).toEqual([gap.real, gap.real, gap.memfs]);
      });
    });
  });

  it('agrees with the disk wherever no known gap is touched', () => {
    const met = new Map<string, number>();
    let whole = 0;
    for (let i = 0; i < SEQUENCES; i++) {
      const random = randomFrom(SEED).fork(`second ${i}`);
      const calls = randomCalls(random, CALLS_MOST).filter(withinMemfs);
      if (agreesToTheEnd(calls, i, met)) whole++;
    }
    expect(met.size).toBeGreaterThan(8);
    expect(whole).toBeGreaterThan(SEQUENCES / 2);
  });
});

function lastAnswer(player: Player, gap: Gap): string {
  const answers = gap.probe.map((call) => brief(play(player, call)));
  for (const fd of player.fds) if (fd !== null && player.fs !== fs) player.fs.closeSync(fd);
  return answers.at(-1) ?? 'nothing asked';
}

/**
 * Odd paths and symbolic links meet a gap at nearly every call, and readFile of a descriptor moves
 * it without a sign, so the second opinion is asked without them.
 */
function withinMemfs(call: FileCall): boolean {
  if (call.do === 'symlink' || call.do === 'readRest') return false;
  if (call.do === 'open' && call.flags === 'as+') return false;
  const paths = [...('path' in call ? [call.path] : []), ...('to' in call ? [call.to] : [])];
  return paths.every((p) => /^[a-z](\/[a-z])*$/.test(p));
}

/**
 * True where memfs and the disk agreed on every call and the final tree; false from the first
 * harmful gap.
 */
function agreesToTheEnd(calls: readonly FileCall[], i: number, met: Map<string, number>): boolean {
  const [ours, second] = [ourPlayer(), memfsPlayer()];
  for (const [k, call] of calls.entries()) {
    const [mine, theirs] = [brief(play(ours, call)), brief(play(second, call))];
    if (mine === theirs && !leftOtherTrees(call, ours, second)) continue;
    const told = `sequence ${i}: ${calls
      .slice(0, k + 1)
      .map(showCall)
      .join('\n')}`;
    const gap = memfsGaps.find((g) =>
      mine === theirs ? g.silentAt === call.do : explains(g, call, mine, theirs),
    );
    if (gap === undefined) expect(theirs, told).toBe(mine);
    else met.set(gap.name, (met.get(gap.name) ?? 0) + 1);
    if (gap?.harmless !== true) return false;
  }
  expect(treeOf(second), `sequence ${i}`).toEqual(treeOf(ours));
  return true;
}

/** Asked only after calls that a gap is known to be silent at: trees are dear. */
function leftOtherTrees(call: FileCall, ours: Player, second: Player): boolean {
  if (!memfsGaps.some((gap) => gap.silentAt === call.do)) return false;
  return JSON.stringify(treeOf(ours)) !== JSON.stringify(treeOf(second));
}

/**
 * The same call with the same two answers; of answers that carry data only that both succeed is
 * compared.
 */
function explains(gap: Gap, call: FileCall, ours: string, theirs: string): boolean {
  const kind = (answer: string): string => answer.split(' ', 1)[0] ?? '';
  const sameCall = gap.probe.at(-1)?.do === call.do || gap.alsoAt?.includes(call.do) === true;
  return sameCall && kind(gap.real) === kind(ours) && kind(gap.memfs) === kind(theirs);
}
