import type { Fault, KillPoint } from './fault.ts';
import type { Case } from './shrink.ts';

/** A case with one thing taken away, and what that was in words. */
export interface Less<O> {
  readonly case: Case<O>;
  readonly without: string;
}

/**
 * Every case that has one operation, or the fault, less: where none of them breaks the clause in
 * the same way, nothing can be removed. A kill stays at its operation, and goes with it.
 */
export function* oneLess<O>({ ops, fault }: Case<O>): Generator<Less<O>> {
  for (let i = 0; i < ops.length; i++) {
    const less = faultWithout(fault, i);
    yield { case: { ops: ops.toSpliced(i, 1), fault: less }, without: `operation ${i + 1}` };
  }
  if (fault.is === 'none') return;
  yield { case: { ops, fault: { is: 'none' } }, without: 'the fault' };
  if (fault.is === 'nested') {
    yield { case: { ops, fault: fault.first }, without: 'the second fault' };
    if (fault.first.is === 'none') return;
    const fresh: Fault = { ...fault, first: { is: 'none' } };
    yield { case: { ops, fault: fresh }, without: 'the first fault' };
  }
  if (fault.is === 'power') {
    for (let i = 0; i < fault.lost.length && fault.lost.length > 1; i++) {
      const less = { ...fault, lost: fault.lost.toSpliced(i, 1) };
      yield { case: { ops, fault: less }, without: `the loss of ${fault.lost[i]!.unit}` };
    }
  }
  if (fault.is !== 'damage') return;
  if (fault.kill !== null)
    yield { case: { ops, fault: { ...fault, kill: null } }, without: 'the kill' };
  for (let i = 0; i < fault.damage.length && fault.damage.length > 1; i++) {
    const less = { ...fault, damage: fault.damage.toSpliced(i, 1) };
    yield { case: { ops, fault: less }, without: `damage ${i + 1}` };
  }
}

function faultWithout(fault: Fault, index: number): Fault {
  if (fault.is === 'none') return fault;
  if (fault.is === 'nested') {
    const first = faultWithout(fault.first, index) as typeof fault.first;
    return first.is === 'none' && fault.first.is !== 'none' ? first : { ...fault, first };
  }
  if (fault.is === 'damage') {
    const kill = fault.kill === null ? null : killWithout(fault.kill, index);
    return { ...fault, kill };
  }
  const kill = killWithout(fault.kill, index);
  return kill === null ? { is: 'none' } : { ...fault, kill };
}

function killWithout(kill: KillPoint, index: number): KillPoint | null {
  if (kill.step === index) return null;
  return kill.step > index ? { ...kill, step: kill.step - 1 } : kill;
}
