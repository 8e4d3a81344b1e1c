import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../faults/random.ts';
import { checkRun } from '../check.ts';
import { depths } from '../depth.ts';
import type { CaseEvent, FindingEvent } from '../events.ts';
import type { Repro } from '../repro.ts';
import { runOps } from '../shrink.ts';
import { toyKind, toyOps, toyPort, toyTrial } from './testing-committed.ts';

async function checked(syncs: boolean) {
  const trial = toyTrial(toyPort({ syncs }));
  const run = await runOps(trial, toyOps);
  const findings: FindingEvent[] = [];
  const repros: Repro[] = [];
  let spread: CaseEvent['clauses'][string] | undefined;
  const { tearsPerWrite: _all, ...quick } = depths.quick;
  const depth = { ...quick, damaged: 0, errors: { injections: 0, powerCuts: 0, inRecovery: 0 } };
  const keep = (repro: Repro): string => `${repros.push(repro)}`;
  const toCheck = { id: 'toy/0', run, random: randomFrom('1'), known: new Set<string>() };
  for await (const event of checkRun({ trial, by: 'toy' }, { seed: '1', depth, keep }, toCheck)) {
    if (event.is === 'finding') findings.push(event);
    else if (event.is === 'case') spread = event.clauses[toyKind.clauses[0]!.id];
  }
  return { findings, repros, spread };
}

describe('a run over a store whose format has a limit', () => {
  it('does not count what a certificate lays to the format, and keeps the proof', async () => {
    const { findings, repros, spread } = await checked(true);
    expect(spread).toMatchObject({ failed: 0 });
    expect(spread?.limited).toBeGreaterThan(0);
    expect(findings.map((f) => [f.gates, f.limit])).toEqual([[false, true]]);
    expect(JSON.stringify(repros[0]?.limit)).toContain('reset');
  });

  it('counts what a missing sync loses beside it', async () => {
    const { findings, spread } = await checked(false);
    expect(spread?.failed).toBeGreaterThan(0);
    expect(findings.some((f) => f.gates && f.limit === undefined)).toBe(true);
  });
});
