import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { accounting, left, type Durable } from '../session-store-v2/testing-power.ts';
import { freshRoot, plant } from '../session-store-v2/testing.ts';
import { openSafe } from './store.ts';
import type { SafeSegment } from './store.ts';
import { endOf, entryAt, envOver, numbersOf, open } from './testing.ts';

// Power fails before each call, and everything that was not synced is lost: bytes that no fsync of
// their file covered, and, in the harsher half, names that no fsync of their directory covered.
// (Losing only some of it is the crash engine's to try.)

type Numbers = readonly number[];
type Step = readonly [ask: (s: SafeSegment) => unknown, after: (now: Numbers) => Numbers];

const seal = (...numbers: number[]): Step => [
  (s) => s.seal(numbers.map(entryAt), 1),
  (now) => [...now, ...numbers],
];
const append = (n: number): Step => [(s) => s.append(entryAt(n), { track: true }), (now) => now];
const script: readonly Step[] = [
  append(1),
  append(2),
  [(s) => s.syncGroup(), () => [1, 2]],
  seal(3, 4),
  append(5),
  [(s) => s.truncate(BigInt(endOf([1, 2, 3]))), () => [1, 2, 3]],
  seal(6),
  [(s) => s.reset(), () => []],
  append(7),
  [(s) => s.syncGroup(), () => [7]],
];

function judge(root: string, durable: Durable, legal: readonly Numbers[]): void {
  for (const losesNames of [true, false]) {
    const at = freshRoot();
    plant(at, left(root, durable, losesNames));
    const segment = open(at);
    const shown = numbersOf(segment.read());
    expect(legal.map(String), String(segment.opened.repairs.map((r) => r.why))).toContain(
      String(shown),
    );
    expect(segment.opened.notices).toEqual([]);
    segment.seal([entryAt(50)], 1);
    const again = open(at);
    expect([again.opened.repairs, numbersOf(again.read())]).toEqual([[], [...shown, 50]]);
  }
}

describe('the power fails before each call', () => {
  it('and what was sealed is there, all of a group or nothing of it', () => {
    const root = freshRoot();
    const durable: Durable = { bytes: new Map(), names: new Map() };
    durable.names.set(fs.statSync(path.dirname(root)).ino, new Map());
    let legal: readonly Numbers[] = [[]];
    let states = 0;
    const watch = accounting(durable, () => {
      states++;
      judge(root, durable, legal);
    });
    const segment = openSafe(envOver(watch), root, 7);
    let now: Numbers = [];
    for (const [ask, after] of script) {
      legal = [now, after(now)];
      ask(segment);
      legal = [(now = after(now))];
      judge(root, durable, legal);
    }
    expect(states).toBeGreaterThan(35);
  });
});
