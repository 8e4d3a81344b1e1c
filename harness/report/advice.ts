import type { Advice } from '../advise/advise.ts';
import type { Barrier } from '../advise/edited.ts';
import { allows } from '../../faults/models/allows.ts';
import { modelNamed, models } from '../../faults/models/index.ts';
import { ROOT_INO, type Ino, type OpLog } from '../../faults/oplog.ts';
import { powerOf } from '../../faults/power.ts';
import { cutOf, type Fault, type Faultable } from '../fault.ts';
import { visible } from '../lib/show.ts';
import { namerOf } from './calls.ts';
import { callWords } from './losses.ts';
import { partAt, spotText } from './parts.ts';
import { listText, plural } from './words.ts';

/** What was found out about a counterexample, as lines: where it happens, what would prevent it. */
export function adviceLines(advice: Advice): string[] {
  return [`  bites on: ${bitesText(advice)}`, ...barrierLines(advice)];
}

/**
 * Where a kill came after a power cut: which models allow what the cut lost. Whether it would break
 * under others, or with more syncs, is not searched, and the line says so.
 */
export function firstCutLines(log: OpLog, steps: Faultable['steps'], fault: Fault): string[] {
  if (fault.is !== 'nested' || fault.first.is !== 'power' || fault.second.is !== 'kill') return [];
  const { kill, lost } = fault.first;
  const cut = cutOf({ log, steps }, kill)?.event ?? log.events.length;
  const power = powerOf(log);
  const on = models.filter((model) => allows(power.rules(model), { cut, lost }));
  const names = on.map(({ name, honest }) => (honest ? name : `${name} (reported only)`));
  return [
    `  bites on: ${names.join(', ')}`,
    '            (this very loss; others, and syncs, are not searched where a kill follows)',
  ];
}

function bitesText({ bites: { on, notOn, unknown } }: Advice): string {
  const counts = on.filter((name) => modelNamed(name).honest);
  const others = on.filter((name) => !modelNamed(name).honest).join(', ');
  return [
    counts.length === 0 ? `${others} (reported only)` : counts.join(', '),
    ...(counts.length === 0 || others === '' ? [] : [`reported only: ${others}`]),
    ...(notOn.length === 0 ? [] : [`not on: ${notOn.join(', ')}`]),
    ...(unknown.length === 0 ? [] : [`not found, and not all tried, on: ${unknown.join(', ')}`]),
  ].join('; ');
}

function barrierLines({ barriers: advice, scene, walks }: Advice): string[] {
  const { is, failing, barriers, rungs } = advice;
  const states =
    failing === null ? 'the failing states, too many to count,' : plural(failing, 'failing state');
  const scope = `(${rungs.join(', ')}; ${scene.fault.model})`;
  if (is === 'removes') {
    const { every } = advice;
    const syncs =
      every === undefined
        ? barriers.map((barrier) => barrierText(scene, barrier))
        : [everyText(scene, every, barriers.length)];
    const verb = syncs.length === 1 ? 'removes' : 'together remove';
    return [
      `  advice:   ${listText(syncs, 4)} ${verb} it:`,
      `            ${states} of this history ${failing === 1 ? 'becomes' : 'become'} 0 ${scope}`,
    ];
  }
  if (is === 'forgotten') {
    const at = spotText(scene.on.log, scene.parts, advice.failed ?? 0);
    return [
      `  advice:   no sync helps: after the fsync that failed (${at}) the system believes that these`,
      '            bytes are written; they have to be written anew before anything is acknowledged',
    ];
  }
  if (modelNamed(scene.fault.model).loses?.sync === null) {
    return ['  advice:   no sync helps where the device reports syncs that it did not make'];
  }
  if (is === 'logic') {
    return [
      '  advice:   no sync helps: it stays with a completed sync of file and directory behind',
      `            every call, so the fault is in the order or the logic of the calls ${scope}`,
    ];
  }
  return [`  advice:   none found within ${plural(walks, 'walk')} ${scope}`];
}

/** One file that is synced too seldom throughout. */
function everyText({ on }: Advice['scene'], ino: Ino, places: number): string {
  const names = namerOf(on.log);
  for (const event of on.log.events) names.apply(event);
  const file = visible(ino === ROOT_INO ? "the store's directory" : names.of(ino));
  return `an fsync of ${file} after each call that changes it (${plural(places, 'place')})`;
}

/** One sync that is missing: what of, and behind which call a person finds the place for it. */
function barrierText({ on, parts, from }: Advice['scene'], { after, ino }: Barrier): string {
  const { log } = on;
  const names = namerOf(log);
  for (const event of log.events.slice(0, after + 1)) names.apply(event);
  const file = visible(ino === ROOT_INO ? "the store's directory" : names.of(ino));
  if (after < from) {
    const part = partAt(parts, from);
    return `a sync of ${file} at the start of ${part?.title ?? 'the walk'}`;
  }
  const { what } = callWords({ log, units: powerOf(log).units, parts }, after);
  return `an fsync of ${file} after ${spotText(log, parts, after)} (${what})`;
}
