import { plainer as plainerDamage } from '../faults/damage.ts';
import { models } from '../faults/models/index.ts';
import type { Decay, Fault, Kill, Nested, PowerCut, SingleFault } from './fault.ts';
import type { Hit } from './shrink.ts';

/** Plainer faults at the same place of the same history, those that tell most first. */
export function* plainerFaults<O, R, S>({ case: { fault } }: Hit<O, R, S>): Generator<Fault> {
  if (fault.is === 'nested') yield* plainerNested(fault);
  else yield* plainerSingle(fault);
}

function* plainerNested({ first, errors, second }: Nested): Generator<Fault> {
  yield first;
  const failing = errors === undefined ? {} : { errors };
  if (first.is !== 'none') yield { is: 'nested', first: { is: 'none' }, ...failing, second };
  if (errors !== undefined) return;
  if (second.is === 'power')
    yield { is: 'nested', first, second: { is: 'kill', kill: second.kill } };
  if (first.is === 'power') {
    yield { is: 'nested', first: { is: 'kill', kill: first.kill }, second };
  }
  for (const less of lessOf(second)) yield { is: 'nested', first, second: less };
  if (first.is === 'none') return;
  for (const less of lessOf(first)) yield { is: 'nested', first: less, second };
}

function* plainerSingle(fault: SingleFault): Generator<SingleFault> {
  if (fault.is === 'none') return;
  if (fault.is === 'damage') return yield* plainerDecay(fault);
  // A kill that finds everything written, or a power cut that loses nothing, is no part of the
  // matter.
  yield { is: 'none' };
  if (fault.is === 'power') yield { is: 'kill', kill: fault.kill };
  yield* lessOf(fault);
}

/** A kill between calls instead of inside a write; less lost, plainer losses, a benigner model. */
function* lessOf(fault: Kill | PowerCut): Generator<Kill | PowerCut> {
  if (fault.is === 'kill') {
    const { partialBytes, ...whole } = fault.kill;
    if (partialBytes !== undefined) yield { is: 'kill', kill: whole };
    return;
  }
  const { lost } = fault;
  for (let chunk = lost.length >> 1; chunk >= 1; chunk >>= 1) {
    for (let i = 0; i + chunk <= lost.length && chunk < lost.length; i += chunk) {
      yield { ...fault, lost: lost.toSpliced(i, chunk) };
    }
  }
  for (const [i, one] of lost.entries()) {
    if (one.left === 'old') continue;
    yield { ...fault, lost: lost.with(i, { ...one, left: 'old' }) };
    if (one.left === 'garbage' || typeof one.left === 'object') {
      yield { ...fault, lost: lost.with(i, { ...one, left: 'zeros' }) };
    }
  }
  for (const { name } of models) {
    if (name === fault.model) return;
    yield { ...fault, model: name };
  }
}

function* plainerDecay(fault: Decay): Generator<SingleFault> {
  yield fault.kill === null ? { is: 'none' } : { is: 'kill', kill: fault.kill };
  if (fault.kill !== null) yield { ...fault, kill: null };
  for (let i = 0; i < fault.damage.length && fault.damage.length > 1; i++) {
    yield { ...fault, damage: fault.damage.toSpliced(i, 1) };
  }
  for (let i = 0; i < fault.damage.length; i++) {
    for (const simpler of plainerDamage(fault.damage[i]!)) {
      yield { ...fault, damage: fault.damage.with(i, simpler) };
    }
  }
}
