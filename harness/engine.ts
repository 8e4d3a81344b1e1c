import { checkKind, planOf, type Subject } from './check.ts';
import type { Depth } from './depth.ts';
import type { RunEvent } from './events.ts';
import type { Beat } from './judge.ts';
import type { Repro } from './repro.ts';
import { subjectOf } from './subjects.ts';
import type { Policy } from '../spec/lib/port.ts';

/** A whole run as plain data, so that it can cross into a worker. */
export interface CheckRequest {
  readonly version: string;
  readonly command: string;
  readonly seed: string;
  readonly depth: Depth;
  readonly policy: Policy;
  /** Which store of which kind: `safe`, `original`, or `bug:<id>` for a planted bug. */
  readonly subjects: readonly { readonly kind: string; readonly store: string }[];
}

/** Where a run's events and repros go. */
export interface Sink {
  event(event: RunEvent): void;
  /** Keeps a repro; answers the file name it was kept under. */
  keep(repro: Repro): string | undefined;
}

/** Where the ports of a run come from, by kind and name. */
export type SubjectSource = typeof subjectOf;

/** Runs every subject of a request, one after the other; the last event is always `end`. */
export async function runCheck(
  request: CheckRequest,
  sink: Sink,
  beat?: Beat,
  source: SubjectSource = subjectOf,
): Promise<void> {
  const { version, command, seed, depth, policy } = request;
  const subjects: Subject<unknown, unknown, unknown, unknown>[] = [];
  for (const { kind, store } of request.subjects) {
    subjects.push(await source(kind, store, policy, beat));
  }
  sink.event({
    is: 'start',
    version: 1,
    tearproof: version,
    seed,
    depth: depth.name,
    policy,
    command,
    kinds: subjects.map((subject) => planOf(subject, depth)),
  });
  // A port whose promise never settles leaves nothing to wait for. Whoever watches the beats names
  // that a hang, if the thread does not end before.
  const awake = setInterval(() => {}, 2 ** 30);
  try {
    for (const subject of subjects) {
      const options = { seed, depth, keep: (repro: Repro) => sink.keep(repro) };
      for await (const event of checkKind(subject, options)) sink.event(event);
    }
    sink.event({ is: 'end', reason: 'done' });
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    sink.event({ is: 'end', reason: 'harness_error', detail });
  } finally {
    clearInterval(awake);
  }
}
