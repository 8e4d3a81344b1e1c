import type { Ino } from '../../faults/oplog.ts';
import { traceImport } from '../../faults/strace/import.ts';
import type { TracedCall } from '../../faults/strace/state.ts';
import { differences } from '../../spec/lib/image.ts';
import type { Outcome } from '../../spec/lib/history.ts';
import { PortFault, SuiteFault } from '../wire/fault.ts';
import { stdioPort, type StdioPort } from '../wire/stdio-port.ts';
import { keyAfter, keyOfImage } from './dry.ts';
import type { Held, Laid, Op } from './held.ts';
import { killOf, planOf, type Plan } from './plan.ts';
import { startTraced, type TracedProcess } from './process.ts';
import { isOwed, realize } from './realize.ts';
import type { Site } from './site.ts';

const stringBytesDefault = 64 * 1024 * 1024;

/** Asks the traced port once; resolves when the trace has come as far as the answer. */
export async function asked(held: Held, laid: Laid, op: Op, at: string): Promise<Outcome<unknown>> {
  const process = await begin(held, laid);
  const { trace } = laid;
  laid.asked.push({ op, at });
  laid.key = keyWith(laid, laid.key, op, at);
  const plan = await planFor(held, laid, process);
  if (plan !== null) await arm(held, laid, process, plan);
  const first = trace.calls.length;
  try {
    const outcome = await portOn(laid, process, held.site, laid.handle).step(op, at);
    if (outcome.is === 'ok') {
      trace.ack(laid.step);
      laid.acked = laid.step;
    }
    return outcome;
  } finally {
    if (plan !== null) await disarm(laid, process, plan, first);
    await compare(held, laid, process);
    if (isWithoutFaults(laid)) held.dry.set(laid.key, trace.calls.slice(first));
  }
}

/**
 * Holds the log against what stands on disk. A port may do more behind its answer: what it has done
 * by the next one belongs to the step too, behind the promise.
 */
async function compare(held: Held, { trace }: Laid, process: TracedProcess): Promise<void> {
  const isSame = (): boolean => differences(trace.image(), held.site.store.look()).length === 0;
  if (isSame()) return;
  if (!process.isDead) await process.client.call('ping', {}).catch(() => {});
  if (!isSame()) trace.notModelled('the trace does not build what stands on disk');
}

const isWithoutFaults = ({ injections, kill }: Laid): boolean =>
  injections.length === 0 && kill === null;

function portOn(
  { codec }: Laid,
  process: TracedProcess,
  site: Site,
  handle: string,
): StdioPort<Op, unknown> {
  return stdioPort(process.client, codec, { dir: site.root, handle });
}

function keyWith({ codec }: Laid, key: string, op: Op, at: string): string {
  try {
    return keyAfter(key, codec.call(op, { dir: '/', handle: 't', at }));
  } catch {
    // It fits no line, and will not be asked.
    return key;
  }
}

/** The first step over a disk: a process that knows nothing of any store, and the disk's tree. */
async function begin(held: Held, laid: Laid): Promise<TracedProcess> {
  if (held.inUse === laid && held.process !== null) return held.process;
  // Two histories at once would be told of each other's calls.
  if (laid.asked.length > 0) throw new SuiteFault('a disk whose directory another one has by now');
  if (held.process?.isDead === true) {
    await held.process.close();
    held.process = null;
  }
  const { options, site } = held;
  if (held.process === null) {
    const { stringBytes = stringBytesDefault, dir } = options;
    held.process = await startTraced({ ...options, stringBytes, traces: `${dir}/traces` });
  } else {
    const { client, feed } = held.process;
    feed.tell(null);
    // First, so that no error that lasts meets what the port does when it forgets.
    await held.process.trace([]);
    const reply = await client.call('reset', {});
    if (reply.is === 'error') throw new PortFault('not-served', 'the port does not forget handles');
  }
  const { process } = held;
  process.processes.forget();
  site.store.lay(laid.image);
  process.feed.tell(laid.trace);
  laid.handle = `t${++held.handles}.`;
  held.inUse = laid;
  return process;
}

/** What is to happen in the step that was asked last, or null. */
async function planFor(held: Held, laid: Laid, process: TracedProcess): Promise<Plan | null> {
  const [injection, ...others] = laid.injections;
  const { step, trace, kill } = laid;
  if (kill?.step === step) {
    return killOf(kill.nth, await stepWithoutFaults(held, laid, process));
  }
  if (injection === undefined) return null;
  if (others.length > 0) trace.notModelled('several injections at once');
  if (injection.is === 'space') trace.notModelled('a budget of space');
  else if (injection.at.step === step) {
    const plan = planOf(injection, await stepWithoutFaults(held, laid, process));
    if (plan === null) trace.notModelled(`an injection that strace cannot do: ${injection.is}`);
    return plan;
  }
  return null;
}

/**
 * The calls of the step that was asked last as they are without faults: known from an earlier run
 * of the same history, or from one that is made now.
 */
async function stepWithoutFaults(
  held: Held,
  laid: Laid,
  process: TracedProcess,
): Promise<readonly TracedCall[]> {
  const known = held.dry.get(laid.key);
  if (known !== null) return known;
  const { rehearsal } = held;
  const { processes, feed } = process;
  const trace = traceImport({
    root: rehearsal.root,
    near: rehearsal.world,
    base: laid.image,
    procOf: (tid) => processes.of(tid),
    oldestOpen: () => feed.oldestOpen(),
  });
  rehearsal.store.lay(laid.image);
  feed.tell(trace);
  const port = portOn(laid, process, rehearsal, `t${++held.handles}.`);
  let key = keyOfImage(laid.image);
  for (const [step, { op, at }] of laid.asked.entries()) {
    const first = trace.calls.length;
    trace.mark(step);
    await port.step(op, at);
    key = keyWith(laid, key, op, at);
    held.dry.set(key, trace.calls.slice(first));
  }
  feed.tell(laid.trace);
  return held.dry.get(laid.key) ?? [];
}

async function arm(held: Held, laid: Laid, process: TracedProcess, plan: Plan): Promise<void> {
  const { trace } = laid;
  const { inject, fileBytes, halts, means } = plan;
  trace.inject(means);
  laid.realized = trace.log.events.length;
  if (fileBytes !== undefined) await process.limit(fileBytes);
  if (inject === undefined) return;
  const halted = async (): Promise<void> => {
    if (fileBytes !== undefined) await process.limit(null);
    else makeUpFor(held, laid);
  };
  await process.trace([inject], halts ? halted : undefined);
}

/** Does on disk what the log tells and no system call did. */
function makeUpFor({ site }: Held, laid: Laid): void {
  const { trace } = laid;
  const owed = trace.log.events.slice(laid.realized).filter(isOwed);
  laid.realized = trace.log.events.length;
  const place = { root: site.root, pathOf: (ino: Ino) => trace.pathOf(ino) };
  try {
    for (const event of owed) realize(event, place);
  } catch {
    trace.notModelled('a call that failed, whose effect nobody could make up for');
  }
}

/** An error that comes once has come; one that lasts goes on until the disk is given up. */
async function disarm(
  { trace }: Laid,
  process: TracedProcess,
  plan: Plan,
  first: number,
): Promise<void> {
  if (process.isDead) return;
  // Also where it should be gone by now: the call that it was for may never have come.
  if (plan.fileBytes !== undefined) await process.limit(null);
  if (plan.lasts) return;
  const struck = trace.calls.slice(first);
  const isSpent = struck.some(({ failed, done }) => failed !== undefined || done !== undefined);
  if (plan.inject !== undefined) await process.calm(isSpent);
  trace.inject(null);
}
