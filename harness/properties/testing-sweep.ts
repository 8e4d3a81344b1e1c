import { createDisk } from '../../faults/disk.ts';
import { bytesOf, fileNode, type Image, type Path } from '../../spec/lib/image.ts';
import type { Key } from '../../spec/lib/judge.ts';
import { join } from '../../spec/lib/layout-damage.ts';
import { storeRoot } from '../drive.ts';
import { gatherOn, judge } from '../judge.ts';
import { timeAt } from '../lib/time.ts';
import { kindNamed, trialOf } from '../subjects.ts';
import type { AnyWitness } from '../zoo/witness.ts';
import { mostAllocated } from './testing-allocation.ts';
import { countIn, type Counts } from './testing-agree.ts';

/** One change of one file. */
interface Swept {
  readonly what: string;
  readonly bytes: Uint8Array;
}

/** What is swept: a small store, and changes beside those of every byte. */
export interface SweepPlan {
  readonly witness: AnyWitness;
  readonly image: Image;
  /** Lengths that no file has, and the like: [path, what, its bytes]. */
  readonly more: readonly (readonly [path: Path, what: string, bytes: Uint8Array])[];
}

/** What a sweep came to. `beyond` counts stores at which somebody asked for more than may be. */
export interface SweepTally {
  images: number;
  /** How `safe` opened them: `ok`, or its code. */
  readonly opened: Counts;
  readonly apart: string[];
  readonly wrong: string[];
  readonly beyond: string[];
}

/** Each bit flipped, and at each byte: cut, zeros or ones from there on, a byte put in, one out. */
function* sweepOf(bytes: Uint8Array): Generator<Swept> {
  for (let at = 0; at < bytes.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      yield { what: `bit ${bit} of byte ${at}`, bytes: bytes.with(at, bytes[at]! ^ (1 << bit)) };
    }
    yield { what: `cut at ${at}`, bytes: bytes.slice(0, at) };
    yield { what: `zeros from ${at}`, bytes: bytes.slice().fill(0, at) };
    yield { what: `ones from ${at}`, bytes: bytes.slice().fill(0xff, at) };
  }
  for (let at = 0; at <= bytes.length; at++) {
    const byte = Uint8Array.of(at % 2 === 0 ? 0 : 0x5a);
    yield { what: `a byte at ${at}`, bytes: join(bytes.slice(0, at), byte, bytes.slice(at)) };
  }
}

/** Every change of every file, held against table and original, clauses, and what was allocated. */
export async function sweep(plan: SweepPlan): Promise<SweepTally> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return await sweepAll(plan);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function sweepAll({ witness, image, more }: SweepPlan): Promise<SweepTally> {
  const trial = trialOfSafe(witness);
  const whole = await gatherOn(trial, image);
  const keys = whole.seen.find((seen) => seen.phase === 'read' && seen.view !== undefined)?.view?.keys;
  if (keys === undefined || keys.length < 3) throw new Error('the store to be swept holds too little');
  const tally: SweepTally = { images: 0, opened: new Map(), apart: [], wrong: [], beyond: [] };
  const one = async (path: Path, { what, bytes }: Swept): Promise<void> => {
    const damaged = new Map(image).set(path, fileNode(bytes));
    await tryOne({ witness, image, keys }, damaged, `${path}: ${what}`, tally);
  };
  for (const [path, node] of image) {
    if (node.is !== 'file') continue;
    for (const swept of sweepOf(bytesOf(image, path)!)) await one(path, swept);
  }
  for (const [path, what, bytes] of more) await one(path, { what, bytes });
  return tally;
} // prettier-ignore

const trialOfSafe = ({ kind: name }: AnyWitness) => {
  const kind = kindNamed(name);
  return trialOf(kind, kind.ports['safe']!, 'safe');
};

interface Undamaged {
  readonly witness: AnyWitness;
  readonly image: Image;
  readonly keys: readonly Key[];
}

async function tryOne(
  { witness, image: undamaged, keys }: Undamaged,
  image: Image,
  what: string,
  tally: SweepTally,
): Promise<void> {
  tally.images++;
  const { disagreement } = witness.compare(image, witness.transcribe(image, witness.brief));
  if (disagreement !== null) tally.apart.push(`${what}: ${disagreement.say}`);
  const trial = trialOfSafe(witness);
  const evidence = await gatherOn(trial, image);
  const owes = [{ must: keys, may: [], never: [] }];
  for (const { clause, findings } of judge(trial.kind.clauses, { ...evidence, fault: 'damage', undamaged, owes })) {
    for (const { say } of findings) tally.wrong.push(`${what}: ${clause.id}: ${say}`);
  }
  const appends = evidence.seen.findIndex(({ phase }) => phase !== 'open' && phase !== 'read' && phase !== 'inspect');
  const before = evidence.seen.slice(0, appends === -1 ? undefined : appends);
  for (const { op, view } of before) {
    if (view?.keys.every((key, i) => key === keys[i]) === false) {
      tally.wrong.push(`${what}: ${op} shows what is no beginning of what was there`);
    }
  }
  const opened = before.find(({ phase }) => phase === 'open')?.outcome;
  countIn(tally.opened, opened === undefined ? 'not asked' : opened.is === 'ok' ? 'ok' : opened.code);
  checkAllocation(witness, image, what, tally);
} // prettier-ignore

const mebibyte = 1 << 20;

function checkAllocation(
  witness: AnyWitness,
  image: Image,
  what: string,
  { beyond }: SweepTally,
): void {
  const most = mebibyte + [...image.values()].reduce((sum, n) => sum + (n.is === 'file' ? n.size : 0), 0);
  const { ports } = kindNamed(witness.kind);
  for (const name of ['safe', 'original'] as const) {
    const disk = createDisk(image, { root: storeRoot, record: false });
    const port = ports[name]!(disk.fs, storeRoot);
    const asked = mostAllocated(() => {
      for (const [index, op] of witness.brief.entries()) void port.step(op, timeAt(index));
    });
    if (asked > most) beyond.push(`${what}: ${name} asks for ${asked} bytes at once`);
  }
} // prettier-ignore

/** The tally in a few lines, for the log of the tests. */
export function sweepText(kind: string, tally: SweepTally): string {
  const opened = [...tally.opened].map(([code, count]) => `${code} ${count}`).join(', ');
  return [
    `${kind}: ${tally.images} changes of single bytes, bits and ends`,
    `  table and original disagree on ${tally.apart.length}, safe is wrong on ${tally.wrong.length}, more than the file and 1 MiB is asked for on ${tally.beyond.length}`,
    `  safe opens: ${opened}`,
  ].join('\n');
}
