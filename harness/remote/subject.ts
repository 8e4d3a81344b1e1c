import * as fs from 'node:fs';
import type { Clause } from '../../spec/lib/clause.ts';
import type { Policy } from '../../spec/lib/port.ts';
import type { Subject } from '../check.ts';
import type { Beat, Trial, Walker } from '../judge.ts';
import type { PortMaker } from '../kind.ts';
import { rungs, type Rung } from '../rungs.ts';
import { kindNamed, trialOf, type AnyKind } from '../subjects.ts';
import { walk } from '../walk.ts';
import { claimsOf } from '../wire/stdio-port.ts';
import { codecs } from '../wire/codecs.ts';
import { PortFault } from '../wire/fault.ts';
import type { ClientOptions } from '../wire/client.ts';
import { openLane, type Lane } from './lane.ts';
import { askableOf, kindOfClaimed, machineOfAskable } from './narrowed.ts';
import { startPort, type Processes } from './processes.ts';
import type { PortRequest } from './request.ts';

/** A subject whose operations, answers and states are its kind's business. */
export type AnySubject = Subject<unknown, unknown, unknown, unknown>;
type AnyTrial = Trial<unknown, unknown, unknown, unknown>;

/** A port in another process, ready to be tried. */
export interface Remote {
  /** The kinds that it claims, of those that we know. */
  readonly kinds: readonly string[];
  /** Rejects with a `PortFault` (`handshake`) where it does not serve the kind, or not its core. */
  subject(kind: string, policy: Policy, beat?: Beat): AnySubject;
  /** Ends its processes. Answers what was wrong with their end, or null. */
  close(): Promise<PortFault | null>;
}

/** Starts a port whose stores stand in `work`, an existing folder that nobody else uses. */
export async function openRemote(port: PortRequest, work: string): Promise<Remote> {
  const processes = await startPort(clientOptionsOf(port));
  const helpers = `${work}/helpers`;
  fs.mkdirSync(helpers);
  const lane = (name: string, own: Processes): Lane => {
    const world = `${work}/${name}`;
    fs.mkdirSync(world);
    return openLane({ world, helpers, name, processes: own, isAlone: true });
  };
  const main = lane('main', processes);
  const kinds = codecs.map(({ kind }) => kind).filter((kind) => claims(processes, kind));
  return {
    kinds,
    subject: (kind, policy, beat) => subjectIn(main, processes, { kind, policy, beat }),
    close: () => processes.close(),
  };
}

/** How a port is started and how long it may take, on a machine that has nothing else to do. */
export function clientOptionsOf({ command, timeoutFactor }: PortRequest): ClientOptions {
  return { command, timeFactor: timeoutFactor };
}

const claims = ({ hello }: Processes, kind: string): boolean => Object.hasOwn(hello.kinds, kind);

interface Wanted {
  readonly kind: string;
  readonly policy: Policy;
  readonly beat: Beat | undefined;
}

function subjectIn(lane: Lane, processes: Processes, wanted: Wanted): AnySubject {
  const { kind: name, policy, beat } = wanted;
  const codec = codecs.find(({ kind }) => kind === name);
  if (codec === undefined) throw new PortFault('handshake', `no kind ${name} is served`);
  const own = claimsOf({ hello: processes.hello }, name);
  const full = kindNamed(name);
  requireCore(full, own.ops);
  const kind = kindOfClaimed(full, own.ops);
  const isAskable = askableOf(full, codec, own.ops);
  const make = lane.maker(codec, own);
  const machine = machineOfAskable(full.machine(policy, own, { root: lane.dir }), isAskable);
  // What costs seconds costs a line of 100 MiB here.
  const walker: Walker = async (image) => ({
    image,
    walked: await walk(kind, make, policy, image),
  });
  const beating = beat === undefined ? {} : { beat };
  const itself: AnyTrial = { kind, make, policy, machine, claims: own, walker, ...beating };
  const common = { unseen: unseenAtImages, renew: () => processes.renew(), shrinkBudget };
  const subject = { ...common, trial: itself, by: `${own.name} ${own.version}`, rungs: stepRungs };
  const reference = referenceOf(full, policy);
  if (reference === null) return subject;
  const made = trialOf(full, reference, policy, beat);
  const ours: AnyTrial = {
    ...made,
    kind,
    judged: make,
    walker,
    machine: machineOfAskable(made.machine, isAskable),
    claims: { ...made.claims, ops: own.ops },
  };
  const ofOurs = { ...common, trial: ours, by: policy, rungs: imageRungs };
  return {
    ...subject,
    rungs: imageRungs,
    ofHistory: (index) => (isOfPort(index) ? subject : ofOurs),
  };
}

/** Each walk of a shrink costs milliseconds here, and a process each time that the port dies. */
const shrinkBudget = { walks: 500 };

/** Of each three histories one is the port's own; the states of the others are those of ours. */
const isOfPort = (index: number): boolean => index % 3 === 2;

/** What is known of a history whose steps were seen only as wholes. */
const stepRungs: readonly Rung[] = ['none', 'all prefixes', 'damage at rest'];

/** Where our store makes the history, all but what concerns the calls of the port itself. */
const imageRungs = rungs.filter((rung) => rung !== 'error sweep' && rung !== 'read-set-lazy');

/** The store of ours whose files the port must understand; null where its format is its own. */
function referenceOf(kind: AnyKind, policy: Policy): PortMaker<unknown, unknown> | null {
  return kind.structuralDamage === undefined ? null : (kind.ports[policy] ?? null);
}

function requireCore({ name, core }: AnyKind, ops: readonly string[]): void {
  const missing = core.filter((op) => !ops.includes(op));
  if (missing.length === 0) return;
  const say = `the port serves ${name} without ${missing.join(', ')}; nothing can be judged without`;
  throw new PortFault('handshake', say);
}

/** Why a clause cannot be judged by answers and files alone; null where it can. */
export function unseenAtImages({ watches }: Clause): string | null {
  return watches === undefined ? null : 'needs --reach traced, or a port in this process';
}
