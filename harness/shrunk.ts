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
  if (fault.is !== 'damage') return;
  if (fault.kill !== null)
    yield { case: { ops, fault: { ...fault, kill: null } }, without: 'the kill' };
  for (let i = 0; i < fault.damage.length && fault.damage.length > 1; i++) {
    const less = { ...fault, damage: fault.damage.toSpliced(i, 1) };
    yield { case: { ops, fault: less }, without: `damage ${i + 1}` };
  }
}

function faultWithout(fault: Fault, index: number): Fault {
  if (fault.is === 'none' || fault.kill === null) return fault;
  const kill = killWithout(fault.kill, index);
  if (fault.is === 'damage') return { ...fault, kill };
  return kill === null ? { is: 'none' } : { is: 'kill', kill };
}

function killWithout(kill: KillPoint, index: number): KillPoint | null {
  if (kill.step === index) return null;
  return kill.step > index ? { ...kill, step: kill.step - 1 } : kill;
}
