import type { Injection } from '../faults/errors/types.ts';
import type { Fault, KillPoint } from './fault.ts';
import type { Case } from './shrink.ts';

/** A case with one thing taken away, and what that was in words. */
export interface Less<O> {
  readonly case: Case<O>;
  readonly without: string;
}

/**
 * Every case that has one operation, one failing call, or the fault, less: where none of them
 * breaks the clause in the same way, nothing can be removed. A kill, and a failing call, stay at
 * their operation, and go with it.
 */
export function* oneLess<O>({ ops, errors = [], fault }: Case<O>): Generator<Less<O>> {
  for (let i = 0; i < ops.length; i++) {
    const less = { errors: errorsWithout(errors, i), fault: faultWithout(fault, i) };
    yield { case: { ops: ops.toSpliced(i, 1), ...less }, without: `operation ${i + 1}` };
  }
  for (let i = 0; i < errors.length; i++) {
    const less = { ops, errors: errors.toSpliced(i, 1), fault };
    yield { case: less, without: `failing call ${i + 1}` };
  }
  for (const { less, without } of faultsLess(fault)) {
    yield { case: { ops, errors, fault: less }, without };
  }
}

function* faultsLess(fault: Fault): Generator<{ readonly less: Fault; readonly without: string }> {
  if (fault.is === 'none') return;
  yield { less: { is: 'none' }, without: 'the fault' };
  if (fault.is === 'nested') {
    yield { less: fault.first, without: 'the second fault' };
    if (fault.first.is === 'none') return;
    yield { less: { ...fault, first: { is: 'none' } }, without: 'the first fault' };
  }
  if (fault.is === 'power') {
    for (let i = 0; i < fault.lost.length && fault.lost.length > 1; i++) {
      const less = { ...fault, lost: fault.lost.toSpliced(i, 1) };
      yield { less, without: `the loss of ${fault.lost[i]!.unit}` };
    }
  }
  if (fault.is !== 'damage') return;
  if (fault.kill !== null) yield { less: { ...fault, kill: null }, without: 'the kill' };
  for (let i = 0; i < fault.damage.length && fault.damage.length > 1; i++) {
    const less = { ...fault, damage: fault.damage.toSpliced(i, 1) };
    yield { less, without: `damage ${i + 1}` };
  }
}

function errorsWithout(errors: readonly Injection[], index: number): readonly Injection[] {
  return errors.flatMap((one): Injection[] => {
    if (one.is === 'space') {
      const { backAtStep } = one;
      const isLater = backAtStep !== undefined && backAtStep > index;
      return [isLater ? { ...one, backAtStep: backAtStep - 1 } : one];
    }
    const { step, nth } = one.at;
    if (step === index) return [];
    return [step > index ? { ...one, at: { step: step - 1, nth } } : one];
  });
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
