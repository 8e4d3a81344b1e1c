import { applyTo, faultable, type Fault } from '../fault.ts';
import { faultsOf } from '../make.ts';
import { errorStage, recoveryErrorStage } from './error-stage.ts';
import { opsOf, type Candidate, type Ground, type StageName } from './ground.ts';
import { nestedStage } from './nested-stage.ts';
import { powerStage } from './power-stage.ts';

/** The states that a stage gives of one history, those that find most first. */
export async function* candidates<O, R, S, D>(
  ground: Ground<O, R, S, D>,
  stage: StageName,
): AsyncGenerator<Candidate<O, R, S>> {
  switch (stage) {
    case 'history':
    case 'kill':
    case 'damage':
      return yield* first(ground, stage);
    case 'nested':
      return yield* nestedStage(ground);
    case 'error in recovery':
      return yield* recoveryErrorStage(ground);
    case 'errors':
    case 'error and crash':
      return yield* errorStage(ground, stage);
    default:
      return yield* powerStage(ground, stage);
  }
}

/** Inside the writes of one history, this many kills are tried before the next history. */
const tearsMost = 120;

/** The history itself; kills between calls before those inside writes, which are mostly alike. */
function* first<O, R, S, D>(
  { trial, run, random, bug, size }: Ground<O, R, S, D>,
  stage: 'history' | 'kill' | 'damage',
): Generator<Candidate<O, R, S>> {
  const damaged = stage === 'damage' ? size.damaged : 0;
  const faults = [...faultsOf(trial, run, random, damaged, bug.leansOn)].map((one) => one.fault);
  const wanted = stage === 'history' ? 'none' : stage;
  const fitting = faults.filter((fault) => fault.is === wanted);
  const isTorn = (f: Fault): boolean => f.is === 'kill' && f.kill.partialBytes !== undefined;
  const opAt = opsOf(trial, run);
  const struck = (f: Fault): boolean =>
    f.is === 'kill' && bug.strikes?.includes(opAt(f.kill.step)) === true;
  const torn = fitting.filter(isTorn);
  const chosen = [
    ...fitting.filter((fault) => !isTorn(fault)),
    ...torn.filter(() => random.chance(tearsMost, Math.max(tearsMost, torn.length))),
  ].toSorted((a, b) => Number(struck(b)) - Number(struck(a)));
  const on = faultable(trial.machine, run);
  for (const fault of chosen) {
    const faulted = applyTo(on, fault);
    if (faulted !== null) yield { run, fault, faulted, stage };
  }
}
