import { describe, expect, it } from 'vitest';
import { applyChoice, type CrashChoice } from './crash.ts';
import { choicesOf, leftOut, powerRungs, type PowerRung } from './ladder.ts';
import { allows } from './models/allows.ts';
import { modelNamed, models } from './models/index.ts';
import { histories, old, withFile } from './models/testing-histories.ts';
import { filled, shown } from './models/testing-litmus.ts';
import { isChange } from './oplog.ts';
import { powerOf, type Power } from './power.ts';
import { randomFrom } from './random.ts';

describe('the rungs', () => {
  const setRungs: readonly PowerRung[] = ['one lost', 'one kept', 'two lost', 'closed subsets'];
  const keyOf = ({ lost }: CrashChoice): string => lost.map((l) => l.unit).join(' ');

  it('up to the closed subsets are each allowed subset of units but the empty one, once', () => {
    let compared = 0;
    for (const [i, power] of histories('15', 40, 14).entries()) {
      for (const model of models) {
        const rules = power.rules(model);
        for (const cut of power.cuts.slice(-6)) {
          const pending = rules.pendingAt(cut).flatMap((g) => rules.groups[g]!.units);
          if (pending.length > 9) continue;
          const ids = pending.toSorted((a, b) => a - b).map((u) => power.units[u]!.id);
          const allowed: string[] = [];
          for (let bits = 1; bits < 1 << ids.length; bits++) {
            const lost = old(...ids.filter((_, k) => (bits & (1 << k)) !== 0));
            if (allows(rules, { cut, lost })) allowed.push(keyOf({ cut, lost }));
          }
          const given = setRungs.flatMap((rung) => [
            ...choicesOf(power, rules, rung, cut, { which: 'all' }),
          ]);
          const plain = given.filter((c) => c.lost.every((l) => l.left === 'old'));
          const inOrder = plain.map((c) => keyOf({ cut, lost: sortedBy(c.lost, ids) }));
          expect(inOrder.toSorted(), `15, ${i}, ${model.name}`).toEqual(allowed.toSorted());
          compared += allowed.length;
        }
      }
    }
    expect(compared).toBeGreaterThan(1000);
  });

  it('spare only what makes the image of another, at the cut or since the last sync or ack', () => {
    let spared = 0;
    for (const [i, power] of histories('17', 50, 30).entries()) {
      for (const model of models) {
        const rules = power.rules(model);
        let made = new Set<string>();
        for (const cut of power.cuts) {
          const event = power.log.events[cut - 1];
          if (event !== undefined && !isChange(event)) made = new Set();
          made.add(shown(power.image({ cut, lost: [] })));
          if (rules.pendingAt(cut).length > 10) break;
          for (const rung of setRungs) {
            const [all, needed] = (['all', 'needed'] as const).map((which) =>
              [...choicesOf(power, rules, rung, cut, { which })].map((choice) =>
                power.image(choice),
              ),
            );
            for (const image of needed!) made.add(shown(image));
            spared += all!.length - needed!.length;
          }
          for (const rung of setRungs) {
            for (const choice of choicesOf(power, rules, rung, cut, { which: 'all' })) {
              if (made.has(shown(power.image(choice)))) continue;
              expect.fail(`17, ${i}, ${model.name}: ${JSON.stringify(choice)}`);
            }
          }
        }
      }
    }
    expect(spared).toBeGreaterThan(1000);
  });

  it('give only what the model allows, and images as the plain way makes them', () => {
    const tried = new Map<string, number>();
    for (const power of histories('13', 40, 50)) {
      for (const model of models) {
        const rules = power.rules(model);
        for (const [n, rung] of powerRungs.entries()) {
          const options = { random: randomFrom('14'), randomMost: 4, tears: () => [2, 3] };
          let count = 0;
          for (const choice of ofCuts(power, n, (c) => choicesOf(power, rules, rung, c, options))) {
            if (count++ > 30) break;
            const say = JSON.stringify([model.name, rung, choice]);
            expect(choice.lost.length, say).toBeGreaterThan(0);
            expect(allows(rules, choice), say).toBe(true);
            const plain = shown(applyChoice(power.log, power.units, choice));
            expect(shown(power.image(choice)), say).toBe(plain);
          }
          tried.set(rung, (tried.get(rung) ?? 0) + count);
        }
      }
    }
    for (const rung of powerRungs) expect(tried.get(rung), rung).toBeGreaterThan(50);
  });

  it('tear the last write of a file at sectors, and at bytes that mean something', () => {
    const disk = withFile(0);
    disk.fs.appendFileSync('/store/f', filled(1100, 'b'));
    const power = powerOf(disk.log);
    const lengths = (model: string): Set<string> => {
      const rules = power.rules(modelNamed(model));
      const tears = (path: string): readonly number[] => (path === 'f' ? [700] : []);
      const choices = [...choicesOf(power, rules, 'frontier tears', 1, { tears })];
      return new Set(
        choices.map((choice) => {
          const node = power.image(choice).get('f');
          if (node?.is !== 'file') return 'none';
          const text = shown(new Map([['', node]])).slice(1);
          return `${node.size}: ${/b*/.exec(text)![0].length}, ${/b*$/.exec(text)![0].length}`;
        }),
      );
    };
    expect([...lengths('ext4-ordered')]).toEqual([]);
    for (const shape of ['1100: 512, 0', '512: 512, 512', '1100: 0, 76', '1024: 1024, 1024']) {
      expect(lengths('adversarial-512')).toContain(shape);
    }
    expect(lengths('adversarial')).toContain('1100: 700, 0');
    expect(lengths('adversarial')).toContain('1100: 0, 400');
    expect(lengths('adversarial-512')).not.toContain('1100: 700, 0');
  });

  it('say what they left out', () => {
    const disk = withFile(0);
    for (let i = 0; i < 8; i++) disk.fs.appendFileSync('/store/f', 'b');
    const power = powerOf(disk.log);
    const rules = power.rules(modelNamed('adversarial-512'));
    const left = (rung: PowerRung, windowMost: number): boolean =>
      leftOut(power, rules, rung, 8, { windowMost, pairsMost: windowMost });
    expect([left('closed subsets', 15), left('closed subsets', 16)]).toEqual([true, false]);
    expect([left('two lost', 15), left('two lost', 16)]).toEqual([true, false]);
    expect([left('one lost', 1), left('one kept', 1)]).toEqual([false, false]);
    expect([left('frontier tears', 1), left('random', 1)]).toEqual([false, true]);
    const window = [
      ...choicesOf(power, rules, 'closed subsets', 8, {
        windowMost: 5,
        which: 'all',
      }),
    ];
    expect(window).toHaveLength(2 ** 5 - 1 - 5 - 10);
  });
});

/** What is given at a few of the last cuts. */
function* ofCuts<T>(power: Power, n: number, give: (cut: number) => Iterable<T>): Generator<T> {
  for (const back of [1, 3 + n, 9 + n, 17 + n]) {
    const cut = power.cuts.at(-back);
    if (cut !== undefined) yield* give(cut);
  }
}

function sortedBy(lost: CrashChoice['lost'], ids: readonly string[]): CrashChoice['lost'] {
  return lost.toSorted((a, b) => ids.indexOf(a.unit) - ids.indexOf(b.unit));
}
