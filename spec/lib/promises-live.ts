import type { BesideWriter, Check, Evidence, Finding, Seen } from './clause.ts';
import { nearest, type Departure } from './departure.ts';
import type { Key } from './judge.ts';
import { finding, keysOf, named, sameKeys } from './promises-log.ts';

// One read beside a writer that goes on. Its evidence holds the answer as the only thing that was
// seen, and owes what the log was at each moment from its beginning to its end.

/** What a clause judges: an answer that shows entries, and how far it is from every moment. */
interface Shown {
  readonly seen: Seen;
  readonly keys: readonly Key[];
  readonly live: BesideWriter;
  readonly off: Departure;
}

const departures = new WeakMap<Evidence, Departure | null>();

/** The nearest departure of one read; several clauses ask for it. */
function departureOf(evidence: Evidence, keys: readonly Key[]): Departure | null {
  if (!departures.has(evidence)) departures.set(evidence, nearest(keys, evidence.owes));
  return departures.get(evidence) ?? null;
}

function shown(judge: (read: Shown) => readonly Finding[] | 'not_exercised'): Check {
  return (evidence) => {
    const { live } = evidence;
    const [seen] = evidence.seen;
    if (live === undefined || seen?.view === undefined) return 'not_exercised';
    const keys = keysOf(seen);
    const off = departureOf(evidence, keys);
    return off === null ? 'not_exercised' : judge({ seen, keys, live, off });
  };
}

const isGone = (code: string): boolean => /^(died|hang)\b/.test(code);

/**
 * Every entry is shown that was acknowledged before the read began. What an operation takes back
 * meanwhile is judged by `besideRollback`.
 */
export function besideAcknowledged(): Check {
  return (evidence) => {
    if (evidence.live?.cutting === true) return 'not_exercised';
    if (!evidence.owes.some(({ must }) => must.length > 0)) return 'not_exercised';
    return shown(({ seen, off }) =>
      off.lost.length === 0
        ? []
        : [finding('lost_acked', seen.phase, `acknowledged, and not shown: ${named(off.lost)}`)],
    )(evidence);
  };
}

/** What is shown is a prefix of what was appended: nothing twice, nothing moved, no gap. */
export function besideInOrder(): Check {
  return shown(({ seen, keys, off }) => {
    if (keys.length === 0) return 'not_exercised';
    const { twice, moved, skipped } = off;
    const say = (anomaly: 'duplicate' | 'reordered' | 'gap', what: string, all: readonly Key[]) =>
      all.length === 0 ? [] : [finding(anomaly, seen.phase, `${what}: ${named(all)}`)];
    return [
      ...say('duplicate', 'shown more often', twice),
      ...say('reordered', 'shown out of its order', moved),
      ...say('gap', 'passed over by what came later', skipped),
    ];
  });
}

/** Nothing is shown that no append was given: half of an entry is none. */
export function besideWhole(): Check {
  return shown(({ seen, keys, off }) => {
    if (keys.length === 0) return 'not_exercised';
    if (off.alien.length === 0) return [];
    return [finding('torn_visible', seen.phase, `nobody appended ${named(off.alien)}`)];
  });
}

/** Whoever looks later sees no less than who looked before, unless something was taken back. */
export function besideForward(): Check {
  return shown(({ seen, keys, live: { before } }) => {
    if (before === undefined || before.length === 0) return 'not_exercised';
    if (sameKeys(keys.slice(0, before.length), before)) return [];
    const at = before.findIndex((key, i) => key !== keys[i]);
    const say = `an earlier reader saw ${before.length} entries, this one ${keys.length}; entry ${at + 1} was ${before[at]}`;
    return [finding('readers_disagree', seen.phase, say)];
  });
}

/**
 * Where entries are taken back, the log is shown as before that or as after it, and never again.
 */
export function besideRollback(): Check {
  return (evidence) => {
    const isSplit = evidence.owes.some(({ never }) => never.length > 0);
    if (evidence.live?.cutting !== true && !isSplit) return 'not_exercised';
    return shown(({ seen, live, off: { lost, returned } }) => {
      if (live.cutting && lost.length + returned.length > 0) {
        const say = 'the log is shown neither as before the rollback nor as after it';
        return [finding('not_atomic', seen.phase, say)];
      }
      if (returned.length === 0) return [];
      const say = `taken back before, and shown again: ${named(returned)}`;
      return [finding('resurrected', seen.phase, say)];
    })(evidence);
  };
}

/**
 * A reader is let in once the store is there. Under an operation that takes entries back it may be
 * refused, by a code that says that the store moved: those of `moved`, by operation.
 */
export function besideLetIn(moved: Readonly<Record<string, readonly string[]>> = {}): Check {
  return ({ live, seen: [read] }) => {
    if (live === undefined || read === undefined || !live.begun) return 'not_exercised';
    const { outcome, phase } = read;
    if (outcome.is === 'ok' || isGone(outcome.code)) return [];
    if (live.cutting && moved[read.op]?.includes(outcome.code) === true) return [];
    return [finding('unopenable', phase, `${read.op} answers ${outcome.code}`)];
  };
}

/** Nothing that is half written ends the reader, or keeps it for ever. */
export function besideLives(): Check {
  return ({ live, seen: [read] }) => {
    if (live === undefined || read === undefined) return 'not_exercised';
    const { outcome, phase } = read;
    if (outcome.is === 'ok' || !isGone(outcome.code)) return [];
    const anomaly = outcome.code.startsWith('hang') ? 'hang' : 'died';
    return [finding(anomaly, phase, `${read.op}: ${outcome.code}`)];
  };
}

/** The reader changes no file, and the writer answers as it would without one. */
export function besideUnnoticed(): Check {
  return ({ live, seen: [read] }) => {
    if (live === undefined || read === undefined) return 'not_exercised';
    const { changes, strays } = live;
    return [
      ...(changes === 0
        ? []
        : [finding('side_effect', read.phase, `the reader made ${changes} changes to the files`)]),
      ...strays.map((say) => finding('side_effect', read.phase, `beside the reader, ${say}`)),
    ];
  };
}
