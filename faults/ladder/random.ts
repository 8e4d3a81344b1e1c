import type { CrashChoice, LostUnit } from '../crash.ts';
import type { Random } from '../random.ts';
import { choiceOf } from './choices.ts';
import { closeKept, closeLost, others, type Flags, type Pending } from './pending.ts';

/** `most` choices at random: few lost, half, or few kept, with anything that they may leave. */
export function* randomChoices(
  pending: Pending,
  random: Random,
  most: number,
): Generator<CrashChoice> {
  if (pending.groups.length === 0) return;
  for (let i = 0; i < most; i++) {
    const lost = random.chance(1, 2)
      ? closeLost(pending, some(pending, random))
      : others(closeKept(pending, some(pending, random)));
    if (!lost.includes(1)) continue;
    const leavesOld = random.chance(1, 2);
    const choice = choiceOf(pending, lost, (at) =>
      leavesOld ? 'old' : random.pick(['old', ...pending.lefts(at)]),
    );
    yield pending.rules.model.loses?.tears === 'bytes' ? torn(pending, random, choice) : choice;
  }
}

/** Few or half of the groups, and never none. */
function some(pending: Pending, random: Random): Flags {
  const count = pending.groups.length;
  const outOf = random.pick([2, 4, Math.max(1, count)]);
  const flags = new Uint8Array(count).map(() => (random.chance(1, outOf) ? 1 : 0));
  flags[random.below(count)] = 1;
  return flags;
}

/** Of one in four lost pieces a part arrived. */
function torn({ rules }: Pending, random: Random, choice: CrashChoice): CrashChoice {
  const lost = choice.lost.map((entry): LostUnit => {
    const { call } = rules.units[rules.indexOf.get(entry.unit)!]!;
    const { left } = entry;
    if (call.do !== 'write' || call.bytes.length < 2 || !random.chance(1, 4)) return entry;
    if (left !== 'old' && left !== 'zeros' && left !== 'garbage') return entry;
    const keeps = random.pick(['head', 'tail'] as const);
    const bytes = random.between(1, call.bytes.length - 1);
    return { unit: entry.unit, left: { keeps, bytes, rest: left } };
  });
  return { cut: choice.cut, lost };
}
