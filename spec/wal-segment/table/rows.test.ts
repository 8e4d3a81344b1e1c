import { describe, expect, it } from 'vitest';
import { hexOf } from '../../lib/sha256.ts';
import { does, type TableOptions } from './does.ts';
import { rowIds, rows, type RowId } from './rows.ts';
import { ruleIds, type RuleId } from './rules.ts';
import { start, type World } from './run.ts';
import { tries, type Try } from './testing-tries.ts';

interface Ran {
  /** Every answer and every disk, of each way that the world may go. */
  readonly said: string;
  readonly rows: ReadonlySet<RowId>;
  readonly rules: ReadonlySet<RuleId>;
}

/** Goes through a try; of several ways on, the first. */
function run({ image, ops }: Try, options: TableOptions = {}): Ran {
  let world: World = start(image);
  const said: string[] = [];
  const seen = { rows: new Set<RowId>(), rules: new Set<RuleId>() };
  for (const [i, op] of ops.entries()) {
    const ways = does(world, op, new Date(Date.UTC(2026, 0, 1) + i).toISOString(), options);
    for (const { outcome, applied, rows: went, decisions, world: after } of ways) {
      said.push(textOf([outcome, applied, [...after.image]]));
      for (const id of went) seen.rows.add(id);
      for (const id of decisions.keys()) seen.rules.add(id);
    }
    world = ways[0]?.world ?? world;
  }
  return { said: said.join('\n'), ...seen };
}

const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) => {
    if (typeof one === 'bigint') return `${one}n`;
    return one instanceof Uint8Array ? hexOf(one) : one;
  });

const ran = tries.map((one) => ({ one, ...run(one) }));

/** The tries on which a mutant of a decision answers otherwise. */
function killers(rule: RuleId): readonly (typeof ran)[number][] {
  return ran.filter(({ one, said, rules }) => {
    if (!rules.has(rule)) return false;
    const mutants = [rule, { rule, answer: true }, { rule, answer: false }] as const;
    return mutants.some((mutate) => run(one, { mutate }).said !== said);
  });
}

describe('the decision table', () => {
  it('has a try for every row and every decision', () => {
    const went = new Set(ran.flatMap((one) => [...one.rows]));
    expect(rowIds.filter((id) => !went.has(id))).toEqual([]);
    const asked = new Set(ran.flatMap((one) => [...one.rules]));
    expect(ruleIds.filter((id) => !asked.has(id))).toEqual([]);
    expect(new Set(rowIds).size).toBe(rowIds.length);
  });

  it('answers otherwise wherever one decision is another, and shows it on its rows', () => {
    const shown = new Map(ruleIds.map((rule) => [rule, killers(rule)]));
    expect(ruleIds.filter((rule) => shown.get(rule)?.length === 0)).toEqual([]);
    for (const { id, rules } of rows) {
      const kills = rules.some((rule) => shown.get(rule)?.some((one) => one.rows.has(id)));
      expect(kills, id).toBe(true);
    }
  });

  it('names decisions that no row hangs on', () => {
    const named = new Set(rows.flatMap((one) => one.rules));
    expect(ruleIds.filter((rule) => !named.has(rule))).toEqual(['open-last']);
  });
});
