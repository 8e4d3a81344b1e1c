import { Session, type Profiler } from 'node:inspector/promises';

/** How the time of a thread is divided, as parts of one. */
export type Shares = Readonly<Record<string, number>>;

/**
 * Where a sample of the stack belongs: to the first rule that one of its frames meets, from the
 * innermost outwards. `port` is time in which nothing was to be done but to wait for it.
 */
const rules: readonly (readonly [phase: string, where: RegExp])[] = [
  ['port', /^\(idle\)/],
  ['memory of the harness', /^\(garbage collector\)/],
  ['start and end', /wire\/(process|strays|proc|ending|hello|owner)\.|remote\/processes\.|child_process/],
  ['materialise', /remote\/(folder|look|nodes|written|memory)\./],
  ['wire', /harness\/wire\/|remote\/lane|node:(net|internal\/stream)/],
  ['judge', /harness\/(judge|tally|agreement|likeness|limits\/)|spec\/[^/]+\/(clauses|classify|table|legal)|spec\/lib\/promises/],
  ['enumerate', /faults\/|harness\/(explore|stages|ladder|make|fault|lib\/d)|spec\/lib\/ledger/],
  ['history', /harness\/(nested|drive|follow)\.|reference\//],
  ['find', /harness\/(report|shrink|shrunk|repro|advise)/],
  ['walk', /harness\/|spec\//],
]; // prettier-ignore

/** Does the work, and tells how the time of this thread was divided meanwhile. */
export async function profiled(work: () => Promise<void>): Promise<Shares> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 500 });
  await session.post('Profiler.start');
  await work();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return sharesOf(profile);
}

function sharesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Shares {
  const phases = new Map<number, string>();
  // A node stands before its children.
  const parents = new Map<number, number>();
  for (const { id, callFrame, children = [] } of nodes) {
    const name = `${callFrame.functionName} ${callFrame.url}`;
    const [own] = rules.find(([, where]) => where.test(name)) ?? [];
    phases.set(id, own ?? phases.get(parents.get(id) ?? -1) ?? 'other');
    for (const child of children) parents.set(child, id);
  }
  const times: Record<string, number> = {};
  let all = 0;
  for (const [i, id] of samples.entries()) {
    const phase = phases.get(id) ?? 'other';
    times[phase] = (times[phase] ?? 0) + (timeDeltas[i] ?? 0);
    all += timeDeltas[i] ?? 0;
  }
  return Object.fromEntries(Object.entries(times).map(([phase, time]) => [phase, time / all]));
}
