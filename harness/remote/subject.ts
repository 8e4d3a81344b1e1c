import * as fs from 'node:fs';
import type { Clause } from '../../spec/lib/clause.ts';
import type { Claims, Policy } from '../../spec/lib/port.ts';
import type { Subject } from '../plan.ts';
import type { Beat, Trial } from '../judge.ts';
import type { PortMaker } from '../kind.ts';
import type { Traced } from '../traced/maker.ts';
import { rungs, type Rung } from '../rungs.ts';
import { kindNamed, trialOf, type AnyKind } from '../subjects.ts';
import { claimsOf, hasFeature } from '../wire/stdio-port.ts';
import { codecs, type AnyCodec } from '../wire/codecs.ts';
import { PortFault } from '../wire/fault.ts';
import { profileNames, profileOps } from '../wire/profiles.ts';
import type { ClientOptions } from '../wire/client.ts';
import type { RemoteMaker } from './lane.ts';
import { openLanes, worldsIn, type Lanes } from './lanes.ts';
import { killedOneIn, laneWalks } from './lane-walks.ts';
import { askableOf, kindOfClaimed, kindWithoutCosts, machineOfAskable } from './narrowed.ts';
import { startPort, type Processes } from './processes.ts';
import type { PortRequest } from './request.ts';

/** A subject whose operations, answers and states are its kind's business. */
export type AnySubject = Subject<unknown, unknown, unknown, unknown>;
type AnyMaker = PortMaker<unknown, unknown>;
type AnyTrial = Trial<unknown, unknown, unknown, unknown>;

/** A port in another process, ready to be tried. */
export interface Remote {
  /** The kinds that it claims, of those that we know. */
  readonly kinds: readonly string[];
  /** Rejects with a `PortFault` (`handshake`) where it does not serve the kind, or not its core. */
  subject(kind: string, policy: Policy, asked?: SubjectOptions): Promise<AnySubject>;
  /** Ends its process until it is asked for something again. */
  rest(): Promise<void>;
  /** Ends its processes. */
  close(): Promise<void>;
  /** What was wrong with their end, or null; known when they were closed. */
  fault(): PortFault | null;
}

/** What a port is asked for beyond its kind. */
export interface SubjectOptions {
  readonly beat?: Beat | undefined;
  /** Only the operations of this profile are asked for. */
  readonly profile?: string | undefined;
}

/** Starts a port whose stores stand in `work`, an existing folder that nobody else uses. */
export async function openRemote(port: PortRequest, work: string): Promise<Remote> {
  const { inFlight = inFlightMost } = port;
  const killedWork = `${work}/killed`;
  fs.mkdirSync(killedWork);
  const folders = [...worldsIn(work, inFlight), ...worldsIn(killedWork, 1)];
  const processes = await startPort({ ...clientOptionsOf(port), folders });
  const helpers = `${work}/helpers`;
  fs.mkdirSync(helpers);
  const most = Math.min(inFlight, processes.hello.limits.inFlight);
  const killed = processes.another();
  const lanes: AllLanes = {
    usual: openLanes({ work, helpers, processes, most }),
    killed: openLanes({ work: killedWork, helpers, processes: killed, most: 1 }),
  };
  const traced = port.reach === 'traced' ? await tracedIn(port, `${work}/traced`) : null;
  const kinds = codecs.map(({ kind }) => kind).filter((kind) => serves(processes, kind));
  let fault: PortFault | null = null;
  return {
    kinds,
    subject: (kind, policy, asked) =>
      traced === null
        ? subjectAtImages(lanes, processes, { kind, policy, ...asked })
        : tracedSubject(lanes, processes, traced, { kind, policy, ...asked }),
    rest: async () => void (await Promise.all([processes.renew(), killed.renew()])),
    close: async () => {
      await traced?.close();
      const faults = await Promise.all([processes.close(), killed.close()]);
      fault = faults.find((one) => one !== null) ?? null;
    },
    fault: () => fault,
  };
}

/** How a port is started and how long it may take, on a machine that has nothing else to do. */
export function clientOptionsOf({ command, timeoutFactor }: PortRequest): ClientOptions {
  return { command, timeFactor: timeoutFactor };
}

const serves = ({ hello }: Processes, kind: string): boolean => Object.hasOwn(hello.kinds, kind);

interface Wanted extends SubjectOptions {
  readonly kind: string;
  readonly policy: Policy;
}

/** A port as it is asked: what of its kind it claims, and how it walks over a state. */
interface Asked {
  readonly full: AnyKind;
  readonly codec: AnyCodec;
  readonly own: Claims;
  /** The operations that are asked for. */
  readonly ops: readonly string[];
  /** Of all trials of it: its walks are those over a folder. */
  readonly trial: Omit<AnyTrial, 'make' | 'machine'> & { readonly judged: RemoteMaker };
  readonly subject: Pick<AnySubject, 'by' | 'renew' | 'shrinkBudget' | 'lies' | 'blind' | 'flight'>;
}

/** Where walks are made: the usual ones, and those with kills, on a process of their own. */
interface AllLanes {
  readonly usual: Lanes;
  readonly killed: Lanes;
}

function askedOf({ usual, killed }: AllLanes, processes: Processes, wanted: Wanted): Asked {
  const { kind: name, policy, beat, profile } = wanted;
  const codec = codecs.find(({ kind }) => kind === name);
  if (codec === undefined) throw new PortFault('handshake', `no kind ${name} is served`);
  const own = claimsOf({ hello: processes.hello }, name);
  const full = kindNamed(name);
  requireCore(full, own.ops);
  const { ops } = wantedOf(own, profile);
  const claimed = leaningOnLayout(kindOfClaimed(full, ops));
  const kind = hasFeature(processes, 'recipes') ? claimed : kindWithoutCosts(claimed);
  const judged = usual.main.maker(codec, own);
  const walks = laneWalks(usual, killed, { kind, policy, codec, claims: own });
  const beating = beat === undefined ? {} : { beat };
  return {
    full,
    codec,
    own,
    ops,
    trial: { kind, policy, claims: { ...own, ops }, judged, walker: walks.walker, ...beating },
    subject: {
      by: `${own.name} ${own.version}`,
      renew: async () => {
        walks.beginAnew();
        await processes.renew();
      },
      lies: () => [...new Set([...usual.lies(), ...killed.lies()])].toSorted(),
      flight: {
        get most() {
          return usual.most;
        },
        killsOneIn: killedOneIn,
        narrow: usual.narrow,
      },
      blind: ['files that the port writes far from its store'],
      shrinkBudget,
    },
  };
}

/** Fewer states are drawn here: what the layout suggests must be among them all the same. */
function leaningOnLayout(kind: AnyKind): AnyKind {
  return { ...kind, leans: [...(kind.leans ?? []), { damage: ['splice'] }] };
}

/** A trial of histories that the port itself makes, in the directory `root`. */
function ownTrial({ full, codec, own, ops, trial }: Asked, make: AnyMaker, root: string): AnyTrial {
  const whole = full.machine(trial.policy, own, { root });
  return { ...trial, make, machine: machineOfAskable(whole, askableOf(full, codec, ops)) };
}

function subjectAtImages(
  lanes: AllLanes,
  processes: Processes,
  wanted: Wanted,
): Promise<AnySubject> {
  const asked = askedOf(lanes, processes, wanted);
  const { full, codec, own, ops, trial } = asked;
  const isMemorySeen = processes.memory.peakBytes() !== null;
  const unseen = unseenOf(processes, isMemorySeen ? ['lengths asked for'] : []);
  const common = { ...asked.subject, unseen };
  const itself = ownTrial(asked, trial.judged, lanes.usual.main.dir);
  const subject: AnySubject = { ...common, trial: itself, rungs: stepRungs };
  const reference = referenceOf(full, trial.policy);
  if (reference === null) return Promise.resolve(subject);
  const made = trialOf(full, reference, trial.policy);
  const ours: AnyTrial = {
    ...trial,
    make: reference,
    machine: machineOfAskable(made.machine, askableOf(full, codec, [...full.core, ...own.ops])),
    claims: { ...made.claims, ops },
  };
  const ofOurs = { ...common, trial: ours, by: trial.policy, rungs: imageRungs };
  const ofHistory = (index: number): AnySubject => (isOfPort(index) ? subject : ofOurs);
  return Promise.resolve({ ...subject, rungs: imageRungs, ofHistory });
}

/** Its own histories alone, whose calls are all seen. */
function tracedSubject(
  lanes: AllLanes,
  processes: Processes,
  traced: Traced,
  wanted: Wanted,
): Promise<AnySubject> {
  const asked = askedOf(lanes, processes, wanted);
  const make = traced.maker(asked.codec, asked.own);
  const trial = ownTrial(asked, make, traced.root);
  const unseen = unseenOf(processes, ['failing calls', 'lengths asked for']);
  const { blind: _blind, ...subject } = asked.subject;
  return Promise.resolve({ ...subject, trial, unseen, opened: () => traced.opened() });
}

/**
 * Loaded only where it is wanted: it is for Linux. Rejects with a `PortFault` where it cannot be.
 */
async function tracedIn(port: PortRequest, dir: string): Promise<Traced> {
  const { canTrace } = await import('../traced/support.ts');
  const support = await canTrace();
  if (!support.ok)
    throw new PortFault('start', `--reach traced cannot be had here: ${support.why}`);
  fs.mkdirSync(dir);
  const { openTraced } = await import('../traced/maker.ts');
  return openTraced({ ...clientOptionsOf(port), dir });
}

/** More walks at once than this gain nothing: the harness itself is busy all the time by then. */
const inFlightMost = 8;

/** Each walk of a shrink costs milliseconds here, and a process each time that the port dies. */
const shrinkBudget = { walks: 500 };

/** Of each three histories one is the port's own; the states of the others are those of ours. */
const isOfPort = (index: number): boolean => index % 3 === 2;

/** What is asked of what is claimed. */
function wantedOf({ kind, ops }: Claims, profile: string | undefined): Pick<Claims, 'ops'> {
  const part = profileNames.find((name) => name === profile);
  if (part === undefined) return { ops };
  const asked = profileOps(kind)[part];
  return { ops: ops.filter((op) => asked.includes(op)) };
}

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
  const say = `the port serves ${name} without its core: ${missing.join(', ')} not claimed`;
  throw new PortFault('handshake', say);
}

/** Why a clause cannot be judged of a port in another process; null where it can. */
function unseenOf(port: Processes, seen: readonly string[]): (clause: Clause) => string | null {
  return ({ watches }) => {
    if (watches === undefined || seen.includes(watches)) return null;
    if (watches !== 'entries beyond any line')
      return 'needs --reach traced, or a port in this process';
    return hasFeature(port, 'recipes')
      ? null
      : 'needs a port that takes recipes, or one in this process';
  };
}
