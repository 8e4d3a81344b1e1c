import type { Image } from '../../spec/lib/image.ts';
import { applyChoice, type CrashChoice } from '../crash.ts';
import type { OpLog } from '../oplog.ts';
import { unitsOf, type Unit } from '../units.ts';
import { rulesOf, type Rules } from './allows.ts';
import type { Left, PersistenceModel } from './model.ts';

/** A state that a power cut may leave, and one choice that makes it. */
export interface CrashState {
  readonly choice: CrashChoice;
  readonly image: Image;
}

/**
 * All choices that a model allows at the cut after `cut` events; a cut with more than `pendingMost`
 * units that are not yet durable is answered with null, for it would have too many.
 */
export function choicesAt(rules: Rules, cut: number, pendingMost = 12): CrashChoice[] | null {
  const durable = rules.durableAt(cut);
  const pending = [...rules.units.keys()].filter(
    (i) => rules.units[i]!.event < cut && !durable.has(i),
  );
  if (pending.length > pendingMost) return null;
  const choices: CrashChoice[] = [];
  const lost: { unit: string; left: Left }[] = [];
  const gone = new Set<number>();
  const extend = (at: number): void => {
    const i = pending[at];
    if (i === undefined) {
      choices.push({ cut, lost: [...lost] });
      return;
    }
    if (!rules.waitsFor[i]!.some((before) => gone.has(before))) extend(at + 1);
    const unit = rules.units[i]!;
    gone.add(i);
    for (const left of lossesOf(rules.model, unit)) {
      lost.push({ unit: unit.id, left });
      extend(at + 1);
      lost.pop();
    }
    gone.delete(i);
  };
  extend(0);
  return choices;
}

function lossesOf(model: PersistenceModel, unit: Unit): readonly Left[] {
  if (unit.is === 'extension') return model.lost.extension;
  return unit.is === 'data' ? model.lost.overwrite : ['old'];
}

/**
 * Every choice at every cut of a log, with its image; null where some cut has too many units
 * pending.
 */
export function crashStates(
  log: OpLog,
  model: PersistenceModel,
  pendingMost = 12,
): CrashState[] | null {
  const units = unitsOf(log, { blockBytes: model.blockBytes });
  const rules = rulesOf(log, units, model);
  const states: CrashState[] = [];
  for (let cut = 0; cut <= log.events.length; cut++) {
    const choices = choicesAt(rules, cut, pendingMost);
    if (choices === null) return null;
    for (const choice of choices) states.push({ choice, image: applyChoice(log, units, choice) });
  }
  return states;
}
