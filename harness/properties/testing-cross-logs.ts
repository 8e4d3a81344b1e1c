import { createDisk } from '../../faults/disk.ts';
import { randomFrom } from '../../faults/random.ts';
import type { Outcome } from '../../spec/lib/history.ts';
import type { Image } from '../../spec/lib/image.ts';
import type { Key } from '../../spec/lib/judge.ts';
import type { Policy, Port } from '../../spec/lib/port.ts';
import { makeRun } from '../check.ts';
import { storeRoot } from '../drive.ts';
import type { Kind } from '../kind.ts';
import { show } from '../lib/show.ts';
import { timeAt } from '../lib/time.ts';
import { trialOf } from '../subjects.ts';
import { countIn, type Counts } from './testing-agree.ts';

/** How a log of a kind is opened, read, appended to and closed by one who wants it kept. */
export interface CrossSubject<O, R> {
  readonly kind: Kind<O, R>;
  readonly open: O;
  readonly read: O;
  readonly close: O;
  /** Operations that add an entry, durably, given what opening and reading answered. */
  add(name: string, opened: R, shown: R): readonly O[];
  /** Kinds of bytes that a store may hold all the same: what was never committed. */
  readonly leftovers: readonly string[];
}

/** What became of logs that one wrote and the other opened. */
export interface CrossTally {
  tried: number;
  /** Histories that are not tried: the writer cannot read them back, or the bytes are no log. */
  readonly shut: Counts;
  entries: number;
  readonly wrong: string[];
}

interface Visit {
  readonly opened: Outcome<unknown>;
  readonly keys: readonly Key[] | null;
  /** What went wrong in adding an entry, or null. */
  readonly refused: string | null;
  readonly image: Image;
}

/** Has one store write histories, and the other open them, append, and hand them back. */
export async function crossLogs<O, R>(
  subject: CrossSubject<O, R>,
  writer: Policy,
  plan: { readonly seed: string; readonly asked: number },
): Promise<CrossTally> {
  const { kind } = subject;
  const trial = trialOf(kind, kind.ports[writer]!, writer);
  const tally: CrossTally = { tried: 0, shut: new Map(), entries: 0, wrong: [] };
  for (let index = 0; tally.tried < plan.asked && index < 20 * plan.asked; index++) {
    const random = randomFrom(plan.seed).fork(`cross/${writer}/${index}`);
    const run = await makeRun(trial, random, 12);
    const why = kind
      .classify(run.image)
      .filter(({ is, why: what }) => is !== 'valid' && !subject.leftovers.includes(what));
    const own = why.length > 0 ? null : visit(subject, writer, run.image, null);
    if (own === null || own.keys === null) {
      countIn(tally.shut, why[0]?.why ?? show(own?.opened ?? null, 60));
      continue;
    }
    tally.tried++;
    tally.entries += own.keys.length;
    const say = (what: string): void => void tally.wrong.push(`history ${index}: ${what}`);
    exchange(subject, writer, { image: run.image, keys: own.keys }, say);
  }
  return tally;
}

function exchange<O, R>(
  subject: CrossSubject<O, R>,
  writer: Policy,
  { image, keys }: { readonly image: Image; readonly keys: readonly Key[] },
  say: (what: string) => void,
): void {
  const reader: Policy = writer === 'safe' ? 'original' : 'safe';
  let last: Visit = { opened: { is: 'fail', code: '' }, keys, refused: null, image };
  let most = keys.length;
  for (const [who, name] of [[reader, 'across'], [writer, 'back'], [reader, null]] as const) {
    last = visit(subject, who, last.image, name);
    const shown = last.keys;
    if (shown === null) return say(`${who} answers ${show(last.opened, 120)}`);
    if (shown.length !== most || !keys.every((key, i) => key === shown[i])) {
      say(`${who} shows ${shown.length} entries for ${most}`);
    }
    if (last.refused !== null) return say(`${who} cannot append: ${last.refused}`);
    most++;
  }
} // prettier-ignore

function visit<O, R>(
  subject: CrossSubject<O, R>,
  store: Policy,
  image: Image,
  add: string | null,
): Visit {
  const { kind, open, read, close } = subject;
  const disk = createDisk(image, { root: storeRoot, record: false });
  const port: Port<O, R> = kind.ports[store]!(disk.fs, storeRoot);
  const ask = (op: O): Outcome<R> => port.step(op, timeAt(90_000_000)) as Outcome<R>;
  const opened = ask(open);
  const shown = opened.is === 'ok' ? ask(read) : opened;
  const view = kind.view(read, shown);
  let refused: string | null = null;
  if (add !== null && opened.is === 'ok' && shown.is === 'ok') {
    for (const op of subject.add(add, opened.value, shown.value)) {
      const outcome = ask(op);
      if (outcome.is !== 'ok') refused ??= `${show(op, 80)}: ${outcome.code}`;
    }
  }
  if (opened.is === 'ok') ask(close);
  const failed = opened.is === 'ok' ? shown : opened;
  return { opened: failed, keys: view?.keys ?? null, refused, image: disk.image() };
}

/** The tally in a few lines, for the log of the tests. */
export function crossLogsText(name: string, writer: Policy, tally: CrossTally): string {
  const shut = [...tally.shut].map(([why, count]) => `${why} ${count}`).join(', ') || 'none';
  return [
    `${name}: ${tally.tried} stores of ${writer} with ${tally.entries} entries, opened by the other and handed back`,
    `  not tried: ${shut}; wrong: ${tally.wrong.length}`,
  ].join('\n');
}
