import type { Outcome } from '../lib/history.ts';
import type { Key } from '../lib/judge.ts';
import { frameFixedBytes, headerBytes, pathOf } from './layout.ts';
import { handleName, type Op, type Value } from './ops.ts';
import { does, legalOpens, start } from './table.ts';
import type { World } from './table.ts';

/** The original's store is its files and open handles: what it does hangs on every byte. */
export interface OriginalState {
  readonly is: 'original';
  readonly world: World;
  /** Operations so far, so that drafts tell their entries apart. */
  readonly asked: number;
}

export const emptyOriginal: OriginalState = { is: 'original', world: start(new Map()), asked: 0 };

/** What the original answers, undamaged or by its own doing: the table's results. */
export function nextOriginal(
  { world, asked }: OriginalState,
  op: Op,
): readonly { readonly state: OriginalState; readonly result: Outcome<Value> }[] {
  return does(world, op).map(({ outcome, world: after }) => ({
    state: { is: 'original', world: after, asked: asked + 1 },
    result: outcome,
  }));
}

/** The keys that the judged session shows to whoever opens it now. */
export function logOriginal({ world }: OriginalState): readonly Key[] {
  const [first] = legalOpens(world.image);
  return first?.open === 'ok' ? first.keys : [];
}

/** What a draft is resolved by. */
export interface Facts {
  readonly isOpen: boolean;
  readonly end: bigint;
  readonly tracked: bigint;
  /** Where frames end, in order, that of the header first. */
  readonly boundaries: readonly bigint[];
}

/** What is known of one session's segment and its handle. */
export function factsOriginal({ world }: OriginalState, id: number): Facts {
  const handle = world.handles.get(handleName({ id }));
  const node = world.image.get(pathOf(id));
  const tracked = handle?.committed ?? 16n;
  if (node?.is !== 'file') {
    return { isOpen: handle !== undefined, end: 16n, tracked, boundaries: [16n] };
  }
  const boundaries = endsIn(node.bytes);
  return { isOpen: handle !== undefined, end: BigInt(node.size), tracked, boundaries };
}

/** Where frames end as their lengths tell, sound or not: nothing is hashed. */
function endsIn(bytes: Uint8Array): readonly bigint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const ends: bigint[] = [];
  for (let at = BigInt(headerBytes); at <= BigInt(bytes.length);) {
    ends.push(at);
    if (at + 8n > BigInt(bytes.length)) break;
    at += view.getBigUint64(Number(at), true) + BigInt(frameFixedBytes);
  }
  return ends.length > 0 ? ends : [BigInt(headerBytes)];
}
