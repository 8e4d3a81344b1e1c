import * as fs from 'node:fs';
import * as path from 'node:path';
import { checkHistory } from './check.ts';
import { portEvent } from './port-events.ts';
import { planOf, withChosen, type Subject } from './plan.ts';
import type { Deal } from './deal.ts';
import type { Depth } from './depth.ts';
import type { CaseEvent, FindingEvent, NotModelledEvent, PortEvent, StartEvent } from './events.ts';
import type { Beat } from './judge.ts';
import type { Only } from './narrow.ts';
import type { PortRequest } from './remote/request.ts';
import { openRemote, type Remote } from './remote/subject.ts';
import type { Repro } from './repro.ts';
import { subjectOf } from './subjects.ts';
import { PortFault } from './wire/fault.ts';
import type { Select } from './verdicts/plan.ts';
import { inProfile } from './verdicts/profile.ts';
import type { Expect } from './verdicts/expect.ts';
import type { Policy } from '../spec/lib/port.ts';

/** A whole run as plain data, so that it can cross into a worker. */
export interface CheckRequest {
  readonly version: string;
  readonly command: string;
  readonly seed: string;
  /** Already narrowed, where `only` says so. */
  readonly depth: Depth;
  readonly only?: Only;
  readonly policy: Policy;
  /** Which store of which kind: `safe`, `original`, or `bug:<id>` for a planted bug. */
  readonly subjects: readonly { readonly kind: string; readonly store: string }[];
  /** Set where a program of somebody else's is tried; `store` of each subject is `port` then. */
  readonly port?: PortRequest;
  /** What is chosen of the clauses; all of them where missing. */
  readonly select?: Select;
  /** The failures that are expected, and the clauses that do not count. */
  readonly expect?: Expect;
}

/** Histories of a run are numbered through its subjects. */
export function historiesOf({ subjects, depth }: CheckRequest): number {
  return subjects.length * depth.histories;
}

/** What a worker tells; `subject` is its place in the request. */
export type Told =
  | { readonly is: 'start'; readonly event: StartEvent }
  | {
      readonly is: 'event';
      readonly index: number;
      readonly subject: number;
      /** A finding has no file name yet. */
      readonly event: CaseEvent | FindingEvent | PortEvent | NotModelledEvent;
      readonly repro?: Repro;
    }
  /** What was wrong with the end of a worker's port, when its last history was over. */
  | { readonly is: 'ending'; readonly event: PortEvent };

/** A finding that was written: subjects by their place in the request. */
export interface FoundBefore {
  readonly subject: number;
  readonly name: string;
}

/** One worker of a run: where its histories come from, and whom it tells. */
export interface EngineWorker {
  readonly number: number;
  readonly deal: Deal;
  readonly tell: (told: Told) => void;
  readonly beat?: Beat;
  /** Findings of earlier histories that others made since it was last asked. */
  readonly foundBefore?: () => readonly FoundBefore[];
}

/** Where the ports of a run come from, by kind and name. */
export type SubjectSource = typeof subjectOf;

type AnySubject = Subject<unknown, unknown, unknown, unknown>;

/** Runs the histories that one worker is dealt, to the last one. */
export async function runWorker(
  request: CheckRequest,
  worker: EngineWorker,
  source: SubjectSource = subjectOf,
): Promise<void> {
  const { port } = request;
  if (port === undefined) return runSubjects(request, worker, source);
  const work = fs.mkdtempSync(path.join(port.work, 'worker-'));
  const fault = await runRemote(request, worker, () => openRemote(port, work));
  if (fault === null) return;
  const kind = request.subjects[0]?.kind ?? '';
  worker.tell({ is: 'ending', event: portEvent(kind, `${kind}/end`, fault) });
}

/** Answers what was wrong with the port's beginning or its end, or null. */
async function runRemote(
  request: CheckRequest,
  worker: EngineWorker,
  open: () => Promise<Remote>,
): Promise<PortFault | null> {
  let remote: Remote;
  try {
    remote = await open();
  } catch (error) {
    if (error instanceof PortFault) return error;
    throw error;
  }
  const profile = request.select?.profile;
  const source: SubjectSource = (kind, _store, policy, beat) =>
    remote.subject(kind, policy, { beat, profile });
  try {
    await runSubjects(request, worker, source);
  } finally {
    // Also where the run broke: nothing that was started is left.
    await remote.close();
  }
  return remote.fault();
}

async function runSubjects(
  request: CheckRequest,
  worker: EngineWorker,
  source: SubjectSource,
): Promise<void> {
  const { depth, policy } = request;
  const subjects: AnySubject[] = [];
  for (const { kind, store } of request.subjects) {
    const subject = await source(kind, store, policy, worker.beat);
    subjects.push(
      request.port === undefined ? inProfile(subject, request.select?.profile) : subject,
    );
  }
  worker.tell({ is: 'start', event: startOf(request, subjects) });
  // A port whose promise never settles leaves nothing to wait for. Whoever watches the beats names
  // that a hang, if the thread does not end before.
  const awake = setInterval(() => {}, 2 ** 30);
  const chosen = { select: request.select, waivers: request.expect?.waivers };
  const judged = subjects.map((subject) => withChosen(subject, chosen));
  const known = subjects.map(() => new Set<string>());
  try {
    for (let index = next(worker); index !== null; index = next(worker)) {
      for (const { subject, name } of worker.foundBefore?.() ?? []) known[subject]?.add(name);
      const at = Math.floor(index / depth.histories);
      const dealt = { index, subject: at, history: index % depth.histories };
      await runHistory(request, worker, dealt, { subject: judged[at]!, known: known[at]! });
    }
  } finally {
    clearInterval(awake);
  }
}

const next = ({ deal, number }: EngineWorker): number | null => deal.take(number);

interface Dealt {
  readonly index: number;
  readonly subject: number;
  readonly history: number;
}

async function runHistory(
  { seed, depth }: CheckRequest,
  { tell }: EngineWorker,
  { index, subject: at, history }: Dealt,
  { subject, known }: { readonly subject: AnySubject; readonly known: Set<string> },
): Promise<void> {
  let kept: Repro | undefined;
  const keep = (repro: Repro): undefined => void (kept = repro);
  for await (const event of checkHistory(subject, { seed, depth, keep }, history, known)) {
    const repro = event.is === 'finding' && kept !== undefined ? { repro: kept } : {};
    kept = undefined;
    tell({ is: 'event', index, subject: at, event, ...repro });
  }
}

function startOf(request: CheckRequest, subjects: readonly AnySubject[]): StartEvent {
  const { version, command, seed, depth, policy, only, select, expect } = request;
  const chosen = { select, waivers: expect?.waivers };
  return {
    is: 'start',
    version: 2,
    tearproof: version,
    seed,
    depth: depth.name,
    policy,
    command,
    ...(request.port === undefined ? {} : { reach: request.port.reach }),
    ...judgedBy({ only, select, expect }),
    kinds: subjects.map((subject) => planOf(subject, depth, chosen)),
  };
}

/** By what a run is judged beyond its clauses, as its first event has it. */
export function judgedBy({
  only,
  select,
  expect,
}: {
  readonly only?: Only | undefined;
  readonly select?: Select | undefined;
  readonly expect?: Expect | undefined;
}): Pick<StartEvent, 'only' | 'requirements' | 'baseline' | 'waivers'> {
  return {
    ...narrowedTo(only, select),
    ...(select?.requirements === undefined ? {} : { requirements: select.requirements }),
    ...(expect?.baseline === undefined ? {} : { baseline: [...expect.baseline] }),
    ...(expect?.waivers === undefined ? {} : { waivers: [...expect.waivers] }),
  };
}

/** What a run is narrowed to, of its faults and of its clauses; nothing where it is whole. */
function narrowedTo(only: Only | undefined, select: Select | undefined): Pick<StartEvent, 'only'> {
  const { clauses, profile } = select ?? {};
  if (only === undefined && clauses === undefined && profile === undefined) return {};
  return {
    only: {
      ...plainOnly(only ?? {}),
      ...(clauses === undefined ? {} : { clauses: [...clauses] }),
      ...(profile === undefined ? {} : { profile }),
    },
  };
}

/** What a run is narrowed to, as its first event has it. */
function plainOnly({ models, rungs }: Only): NonNullable<StartEvent['only']> {
  return {
    ...(models === undefined ? {} : { models: [...models] }),
    ...(rungs === undefined ? {} : { rungs: [...rungs] }),
  };
}
