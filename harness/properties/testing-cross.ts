import { createDisk } from '../../faults/disk.ts';
import { randomFrom } from '../../faults/random.ts';
import type { Outcome } from '../../spec/lib/history.ts';
import { differences, type Image } from '../../spec/lib/image.ts';
import type { Key } from '../../spec/lib/judge.ts';
import type { Policy } from '../../spec/lib/port.ts';
import { keyOf } from '../../spec/session-store-v2/key.ts';
import type { Frame, Op, Opened, Value } from '../../spec/session-store-v2/ops.ts';
import { makeRun } from '../check.ts';
import { storeRoot } from '../drive.ts';
import { sessionStoreV2 } from '../kinds/session-store-v2.ts';
import { timeAt } from '../lib/time.ts';
import { show } from '../lib/show.ts';
import { trialOf } from '../subjects.ts';
import { countIn, type Counts } from './testing-agree.ts';

/** What became of stores that one wrote and the other opened. */
export interface CrossTally {
  /**
   * Histories whose store was tried; those that the writer itself cannot open are not among them.
   */
  tried: number;
  /** Histories that the writer cannot open again, by its code. */
  readonly shut: Counts;
  readonly notices: Counts;
  /** Entries in all stores, and segments, so that nobody takes empty stores for success. */
  entries: number;
  readonly wrong: string[];
}

/**
 * A store as one of ours opens it: the keys, what opening reports, and the bytes that it leaves.
 */
interface Visit {
  readonly opened: Outcome<Value>;
  readonly keys: readonly Key[] | null;
  readonly added: Outcome<Value> | null;
  readonly image: Image;
}

/**
 * Has one store write a history and close, and the other open it, append, and hand it back.
 * `asked` histories are tried that the writer can open again.
 */
export async function crossOpening(
  writer: Policy,
  plan: { readonly seed: string; readonly asked: number },
): Promise<CrossTally> {
  const trial = trialOf(sessionStoreV2, sessionStoreV2.ports[writer]!, writer);
  const reader: Policy = writer === 'safe' ? 'original' : 'safe';
  const tally: CrossTally = {
    tried: 0, shut: new Map(), notices: new Map(), entries: 0, wrong: [],
  }; // prettier-ignore
  for (let index = 0; tally.tried < plan.asked; index++) {
    const random = randomFrom(plan.seed).fork(`cross/${writer}/${index}`);
    const run = await makeRun(trial, random, 20);
    const image = closed(writer, run.image);
    const own = visit(writer, image, null);
    if (own.keys === null) {
      countIn(tally.shut, own.opened.is === 'ok' ? 'unreadable' : own.opened.code);
      continue;
    }
    tally.tried++;
    tally.entries += own.keys.length;
    const say = (what: string): void => void tally.wrong.push(`history ${index}: ${what}`);
    exchange({ writer, reader, image, keys: own.keys }, tally, say);
  }
  return tally;
}

/** What a single writer leaves who closes it: handles that are still open are forgotten. */
function closed(writer: Policy, image: Image): Image {
  return writer === 'safe' ? visit('safe', image, null).image : image;
}

function exchange(
  store: {
    readonly writer: Policy;
    readonly reader: Policy;
    readonly image: Image;
    readonly keys: readonly Key[];
  },
  tally: CrossTally,
  say: (what: string) => void,
): void {
  const { writer, reader, image, keys } = store;
  const there = visit(reader, image, 'across');
  if (!sameKeys(there.keys, keys)) say(`${reader} shows ${text(there)} for ${keys.length} entries`);
  if (there.opened.is === 'ok') reports(there.opened.value as Opened, tally, say);
  const looked = visit(reader, image, null);
  const changed = differences(image, looked.image);
  if (changed.length > 0) say(`${reader} changes ${changed.join(', ')} by opening`);
  if (there.added?.is !== 'ok') say(`${reader} cannot append: ${show(there.added)}`);
  const back = visit(writer, there.image, 'back');
  const grown = [...keys, addedKey('across')];
  if (!sameKeys(back.keys, grown)) say(`${writer} shows ${text(back)} for ${grown.length} entries`);
  if (back.opened.is === 'ok') reports(back.opened.value as Opened, tally, say);
  const again = visit(reader, back.image, null);
  const most = [...grown, addedKey('back')];
  if (!sameKeys(again.keys, most)) say(`${reader} shows ${text(again)} for ${most.length} entries`);
}

/** No repair; and of notices only checkpoints that a rollback left behind. */
function reports(opened: Opened, tally: CrossTally, say: (what: string) => void): void {
  for (const repair of opened.repairs) say(`a repair: ${show(repair)}`);
  for (const { code, file = '' } of opened.notices) {
    countIn(tally.notices, code);
    if (code !== 'witness_disagrees' || !file.startsWith('checkpoints/')) {
      say(`a notice: ${code} of ${file}`);
    }
  }
}

function visit(store: Policy, image: Image, append: string | null): Visit {
  const disk = createDisk(image, { root: storeRoot, record: false });
  const port = sessionStoreV2.ports[store]!(disk.fs, storeRoot);
  const ask = (op: Op): Outcome<Value> => port.step(op, timeAt(90_000_000)) as Outcome<Value>;
  const opened = ask({ op: 'create', h: 'x', max: 900n });
  const all = opened.is === 'ok' ? ask({ op: 'all', h: 'x' }) : opened;
  const keys = all.is === 'ok' ? (all.value as readonly Frame[]).map(keyOf) : null;
  const added = append === null ? null : ask(appendOf(append));
  if (opened.is === 'ok') ask({ op: 'close', h: 'x' });
  return { opened, keys, added, image: disk.image() };
}

const entryOf = (name: string) =>
  ({
    id: `crossed ${name}`,
    parent: null,
    type: 'message',
    payload: `{"cross":"${name}"}`,
  }) as const;
const appendOf = (name: string): Op => ({ op: 'append', h: 'x', ...entryOf(name) });
const addedKey = (name: string): Key => {
  const { id, parent, type, payload } = entryOf(name);
  return keyOf({ entryId: id, parentEntryId: parent, entryType: type, payload });
};

const sameKeys = (a: readonly Key[] | null, b: readonly Key[]): boolean =>
  a !== null && a.length === b.length && a.every((key, i) => key === b[i]);

const text = ({ opened, keys }: Visit): string =>
  keys === null ? show(opened) : `${keys.length} entries`;

/** The tally in a few lines, for the log of the tests. */
export function crossText(writer: Policy, seed: string, tally: CrossTally): string {
  const list = (counts: Counts): string =>
    [...counts].map(([name, count]) => `${name} ${count}`).join(', ') || 'none';
  return [
    `seed ${seed}: ${tally.tried} stores of ${writer} with ${tally.entries} entries, opened by the other and handed back`,
    `  not tried, since ${writer} itself refuses them: ${list(tally.shut)}`,
    `  notices: ${list(tally.notices)}; wrong: ${tally.wrong.length}`,
  ].join('\n');
}
