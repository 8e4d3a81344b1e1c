import { describe, expect, it } from 'vitest';
import { fileNode, type Image, type Node } from '../../spec/lib/image.ts';
import type { CrashChoice } from '../crash.ts';
import { randomCalls } from '../differential/calls.ts';
import { play, playerOf } from '../differential/play.ts';
import { createDisk } from '../disk.ts';
import { choicesOf, powerRungs } from '../ladder.ts';
import { modelNamed } from '../models/index.ts';
import { observedDisk } from '../observe/disk.ts';
import type { Fact } from '../observe/facts.ts';
import type { OpLog } from '../oplog.ts';
import { powerOf } from '../power.ts';
import { randomFrom, type Random } from '../random.ts';
import { lazyChoices } from './choices.ts';

const SEED = '99';
const WINDOW = 9;
const base: Image = new Map<string, Node>([
  ['a', fileNode(new Uint8Array(Buffer.from('first\n')))],
  ['d', { is: 'dir' }],
  ['d/x', fileNode(new Uint8Array(600).fill(120))],
]);

/** A log of random calls, none of them long. */
function randomLog(random: Random): OpLog {
  const disk = createDisk(base);
  const player = playerOf(disk.fs, disk.root);
  for (const call of randomCalls(random, 14)) {
    if (!('length' in call) || call.length < 5000) play(player, call);
  }
  return disk.log;
}

interface Reading {
  readonly answers: string;
  readonly facts: readonly Fact[];
}

/** A program that always asks the same; what it sees of an image. */
function readerOf(random: Random): (image: Image) => Reading {
  const calls = randomCalls(random, random.between(2, 10));
  return (image) => {
    const { disk, facts } = observedDisk(image, '/store');
    const player = playerOf(disk.fs, disk.root);
    return { answers: JSON.stringify(calls.map((call) => play(player, call))), facts };
  };
}

describe('lazyChoices', () => {
  for (const name of ['ext4-ordered', 'adversarial-512', 'adversarial']) {
    it(`shows a reader all that it can see under ${name}, and makes fewer choices`, () => {
      const [made, full] = [{ count: 0 }, { count: 0 }];
      let compared = 0;
      for (let i = 0; i < 120; i++) {
        const random = randomFrom(SEED).fork(`${name} ${i}`);
        const power = powerOf(randomLog(random));
        const rules = power.rules(modelNamed(name));
        const cut = power.cuts.at(-1)!;
        const pending = rules.pendingAt(cut).length;
        if (pending > WINDOW || pending < 2) continue;
        const read = readerOf(random);
        const seen = (choice: CrashChoice): Reading => read(power.image(choice));
        const all = new Set([seen({ cut, lost: [] }).answers]);
        for (const rung of powerRungs) {
          if (rung === 'random' || rung === 'frontier tears') continue;
          for (const choice of choicesOf(power, rules, rung, cut, { windowMost: WINDOW })) {
            all.add(seen(choice).answers);
            full.count++;
          }
        }
        const lazily = new Set<string>();
        const choices = lazyChoices(rules, cut);
        for (let turn = choices.next(); !turn.done;) {
          const { answers, facts } = seen(turn.value);
          lazily.add(answers);
          made.count++;
          turn = choices.next(facts);
        }
        const missing = [...all].filter((answers) => !lazily.has(answers));
        expect(missing, `seed ${SEED}, ${name} ${i}`).toEqual([]);
        compared++;
      }
      expect(compared).toBeGreaterThan(20);
      expect(made.count).toBeLessThan(full.count * 0.8);
    });
  }

  it('makes one choice where nobody looks, and those alone that touch what was looked at', () => {
    const disk = createDisk(base);
    disk.fs.appendFileSync('/store/a', 'second\n');
    disk.fs.appendFileSync('/store/d/x', 'more');
    const rules = powerOf(disk.log).rules(modelNamed('adversarial-512'));
    const cut = disk.log.events.length;
    const lostBy = (facts: readonly Fact[]): string[] => {
      const lost: string[] = [];
      const choices = lazyChoices(rules, cut);
      for (let turn = choices.next(); !turn.done; turn = choices.next(facts)) {
        lost.push(turn.value.lost.map((l) => l.unit).join(' '));
      }
      return lost;
    };
    expect(lostBy([])).toEqual(['']);
    const looked: Fact[] = [{ is: 'size', file: 'a' }];
    expect(lostBy(looked)).toEqual(['', 'step0/a/size/13']);
    looked.push({ is: 'bytes', file: 'a', from: 0, to: 13 });
    expect(lostBy(looked)).toHaveLength(4);
    expect(lostBy([{ is: 'bytes', file: 'a', from: 0, to: 6 }, looked[0]!])).toHaveLength(2);
  });
});
