import type { Check, Evidence, Finding, Phase, Seen } from './clause.ts';
import type { Outcome } from './history.ts';
import { differences } from './image.ts';
import type { Image, Node, Path } from './image.ts';
import type { Repair } from './judge.ts';
import { finding, keysOf, named, sameKeys, shows } from './promises-log.ts';
import type { Facts } from './promises-log.ts';

/** Bytes [from, to) of a file that are no longer there. */
export interface Lost {
  readonly file: Path;
  readonly from: number;
  readonly to: number;
}

interface Around {
  readonly seen: Seen;
  readonly before: Image;
  readonly after: Image;
}

const around = new WeakMap<Evidence, readonly Around[]>();

/**
 * Every step with the image before it and the image after it; many clauses ask for one evidence.
 */
export function aroundSteps(evidence: Evidence): readonly Around[] {
  let steps = around.get(evidence);
  if (steps === undefined) around.set(evidence, (steps = stepsAround(evidence)));
  return steps;
}

function stepsAround(evidence: Evidence): readonly Around[] {
  let before = evidence.start;
  const steps: Around[] = [];
  for (const seen of evidence.seen) {
    const after = seen.image ?? before;
    steps.push({ seen, before, after });
    before = after;
  }
  return steps;
}

/** Where a kind keeps what it takes away, and what may go without a copy. */
export interface Keeping {
  readonly isKeeper: (path: Path) => boolean;
  /** Files that need no copy in this image: derived ones of a rollback that is finished, say. */
  readonly isSpared: (path: Path, before: Image) => boolean;
}

/**
 * What opening takes away is kept: bytes that went are found, whole, in a keeper that the image
 * after it holds.
 */
export function nothingDestroyed(facts: Facts, keeping: Keeping): Check {
  return (evidence) => {
    const opens = aroundSteps(evidence).filter(
      ({ seen, before, after }) => before !== after && facts.isOpen(seen),
    );
    const gone = opens.flatMap(({ seen, before, after }) =>
      takenAway(before, after)
        .filter(({ file }) => !facts.isVolatile(file) && !keeping.isSpared(file, before))
        .map((lost) => ({ seen, before, after, lost })),
    );
    if (gone.length === 0) return 'not_exercised';
    return gone.flatMap(({ seen, before, after, lost }) => {
      const parts = partsOf(lost, seen.view?.repairs ?? []);
      if (parts.every((part) => isKept(before, after, part, keeping))) return [];
      const say = `bytes ${lost.from} to ${lost.to} of ${lost.file} are gone and kept nowhere`;
      return [finding('destroyed_evidence', seen.phase, say)];
    });
  };
}

/**
 * What a first open took away is kept when a second crash has come before it was done: bytes that
 * its image held and this one does not are found in a keeper, here or after the next open.
 */
export function nothingDestroyedBefore(facts: Facts, keeping: Keeping): Check {
  return (evidence) => {
    const { earlier, start, seen } = evidence;
    if (earlier === undefined) return 'not_exercised';
    const after = seen.find((s) => facts.isOpen(s) && s.outcome.is === 'ok')?.image ?? start;
    return takenAway(earlier, start)
      .filter(({ file }) => !facts.isVolatile(file) && !keeping.isSpared(file, earlier))
      .filter((lost) => ![start, after].some((image) => isKept(earlier, image, lost, keeping)))
      .map(({ file, from, to }) => {
        const say = `bytes ${from} to ${to} of ${file} went in an earlier open, and are kept nowhere`;
        return finding('destroyed_evidence', 'open', say);
      });
  };
}

/** The bytes of files that a change took away: behind the common beginning of old and new. */
export function takenAway(before: Image, after: Image): readonly Lost[] {
  const lost: Lost[] = [];
  for (const [file, node] of before) {
    const now = after.get(file);
    if (node.is !== 'file' || now === node) continue;
    const from = now?.is === 'file' ? commonLength(node, now) : 0;
    if (from < node.size) lost.push({ file, from, to: node.size });
  }
  return lost;
}

type FileNode = Extract<Node, { is: 'file' }>;

function commonLength(a: FileNode, b: FileNode): number {
  const length = Math.min(a.size, b.size);
  const written = Math.min(length, Math.max(a.bytes.length, b.bytes.length));
  for (let i = 0; i < written; i++) if ((a.bytes[i] ?? 0) !== (b.bytes[i] ?? 0)) return i;
  return length;
}

/** Lost bytes, split where one repair took its part and another the rest: each keeps its own. */
function partsOf({ file, from, to }: Lost, repairs: readonly Repair[]): readonly Lost[] {
  const inside = repairs
    .filter((repair) => repair.file === file)
    .flatMap((repair) => [repair.from, repair.to])
    .filter((at) => at > from && at < to)
    .toSorted((a, b) => a - b);
  const edges = [...new Set([from, ...inside, to])];
  return edges.slice(1).map((end, i) => ({ file, from: edges[i]!, to: end }));
}

/** True where a keeper holds the lost bytes; zeros of a sparse tail are counted, not compared. */
function isKept(before: Image, after: Image, lost: Lost, keeping: Keeping): boolean {
  const node = before.get(lost.file);
  if (node?.is !== 'file') return true;
  const wanted = node.bytes.subarray(lost.from, lost.to);
  for (const [path, candidate] of after) {
    if (candidate.is !== 'file' || !keeping.isKeeper(path)) continue;
    const at = indexOfBytes(candidate, wanted);
    if (at !== -1 && candidate.size - at >= lost.to - lost.from) return true;
  }
  return false;
}

function indexOfBytes(node: FileNode, wanted: Uint8Array): number {
  if (wanted.length === 0) return node.size > 0 ? 0 : -1;
  const { bytes } = node;
  const first = wanted[0] ?? 0;
  for (let at = bytes.indexOf(first); at !== -1; at = bytes.indexOf(first, at + 1)) {
    if (at + wanted.length > bytes.length) return -1;
    let same = 1;
    while (same < wanted.length && bytes[at + same] === wanted[same]) same += 1;
    if (same === wanted.length) return at;
  }
  return -1;
}

/**
 * Opening what was opened and closed whole changes nothing, shows nothing else and repairs nothing.
 */
export function idempotent(facts: Facts): Check {
  return (evidence) => {
    const steps = aroundSteps(evidence).filter(({ seen }) => seen.phase === 'again');
    const first = steps[0];
    const last = steps.at(-1);
    if (first === undefined || last === undefined) return 'not_exercised';
    const findings: Finding[] = [];
    const paths = differences(first.before, last.after, facts.isVolatile);
    if (paths.length > 0) findings.push(again(`another open changes ${named(paths)}`));
    const repairs = steps.flatMap(({ seen }) => seen.view?.repairs ?? []);
    if (repairs.length > 0) findings.push(again(`another open repairs ${repairs[0]?.file} again`));
    const shown = shows(facts, evidence, 'again')[0];
    const before = shows(facts, evidence, 'reopen').at(-1);
    if (shown !== undefined && before !== undefined && !sameKeys(keysOf(shown), keysOf(before))) {
      const say = `${keysOf(before).length} entries, then ${keysOf(shown).length} or others`;
      findings.push(again(`another open shows other entries: ${say}`));
    }
    return findings;
  };
}

const again = (say: string): Finding => finding('not_idempotent', 'again', say);

/**
 * A refused operation leaves every byte as it was. `phases` are those in which a refusal counts.
 */
export function refusalsChangeNothing(facts: Facts, ...phases: readonly Phase[]): Check {
  return (evidence) => {
    const refused = aroundSteps(evidence).filter(
      ({ seen }) => seen.outcome.is !== 'ok' && phases.includes(seen.phase),
    );
    if (refused.length === 0) return 'not_exercised';
    return refused.flatMap(({ seen, before, after }) => {
      const paths = before === after ? [] : differences(before, after, facts.isVolatile);
      if (paths.length === 0) return [];
      return [finding('side_effect', seen.phase, `a refused ${seen.op} changes ${named(paths)}`)];
    });
  };
}

/** Steps of these phases change no byte, whatever they answer. */
export function changesNothing(...phases: readonly Phase[]): Check {
  return (evidence) => {
    const steps = aroundSteps(evidence).filter(({ seen }) => phases.includes(seen.phase));
    if (steps.length === 0) return 'not_exercised';
    return steps.flatMap(({ seen, before, after }) => {
      const paths = before === after ? [] : differences(before, after);
      if (paths.length === 0) return [];
      return [finding('side_effect', seen.phase, `${seen.op} changes ${named(paths)}`)];
    });
  };
}

/** Every probe of one rule is refused under one of `codes`, and no byte changes. */
export function probeRefused(probe: string, codes: readonly string[]): Check {
  return (evidence) => {
    const steps = aroundSteps(evidence).filter(({ seen }) => seen.probe === probe);
    if (steps.length === 0) return 'not_exercised';
    return steps.flatMap(({ seen, before, after }) => {
      const { outcome, phase } = seen;
      if (outcome.is === 'ok') return [finding('corrupt_accepted', phase, `${seen.op} accepts it`)];
      const paths = before === after ? [] : differences(before, after);
      if (paths.length > 0) {
        return [
          finding('side_effect', phase, `${seen.op} refuses it, and changes ${named(paths)}`),
        ];
      }
      if (codes.includes(outcome.code)) return [];
      return [
        finding(
          'wrong_error',
          phase,
          `${seen.op} answers ${outcome.code}, not ${codes.join(' or ')}`,
        ),
      ];
    });
  };
}

/**
 * No bytes and no operation make the port die or hang. A hang of a port in another process is an
 * answer that did not come in time; one in this process is seen by whoever watches it.
 */
export const survives: Check = (evidence) => {
  if (evidence.seen.length === 0) return 'not_exercised';
  return evidence.seen.flatMap(({ outcome, op, phase }) => {
    const gone = goneOf(outcome);
    return gone === null ? [] : [finding(gone, phase, `${op} ${codeOf(outcome)}`)];
  });
};

const codeOf = (outcome: Outcome<unknown>): string => (outcome.is === 'ok' ? '' : outcome.code);

/** How a port went that gave no answer; null where it answered. */
export function goneOf(outcome: Outcome<unknown>): 'died' | 'hang' | null {
  const code = codeOf(outcome);
  if (code.startsWith('died')) return 'died';
  return code.startsWith('hang') ? 'hang' : null;
}

/**
 * Every refusal has a code that somebody thought of: `untyped` are those that say "anything went
 * wrong".
 */
export function typedErrors(untyped: (code: string) => boolean): Check {
  return (evidence) => {
    const refused = evidence.seen.filter((s) => s.outcome.is !== 'ok');
    if (refused.length === 0) return 'not_exercised';
    return refused.flatMap(({ outcome, op, phase }) =>
      outcome.is !== 'ok' && untyped(outcome.code)
        ? [finding('wrong_error', phase, `${op} answers ${outcome.code}`)]
        : [],
    );
  };
}

/** Nothing outside the directory of the store is changed. */
export const staysInside: Check = ({ outside }) => {
  if (outside === undefined) return 'not_exercised';
  if (outside.length === 0) return [];
  return [finding('side_effect', 'open', `changes ${named(outside)}, outside its directory`)];
};

/** Every answer on a disk without faults is one that the machine allows. */
export const answersAsModelled: Check = ({ model }) => {
  if (model === undefined || model.asked === 0) return 'not_exercised';
  return model.strays.slice(0, 3).map((say) => finding('readers_disagree', 'read', say));
};
