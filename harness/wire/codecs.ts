import { timeAt } from '../lib/time.ts';
import { appendLogCodec } from './append-log.ts';
import { WireError, type WireCodec } from './codec.ts';
import { fastSegmentCodec } from './fast-segment.ts';
import { sessionStoreCodec } from './session-store-v2.ts';
import { walSegmentCodec } from './wal-segment.ts';

/** A codec whose operations and answers are its own business. */
export type AnyCodec = WireCodec<{ readonly op: string }, unknown>;

/** The codecs of all kinds that are served, in the order of `ports/PROTOCOL.md`. */
export const codecs: readonly AnyCodec[] = [
  sessionStoreCodec,
  appendLogCodec,
  walSegmentCodec,
  fastSegmentCodec,
]; // prettier-ignore;

/**
 * False for what no message of the codec's kind can say: half a surrogate pair. The operation is
 * one of that kind.
 */
export function isSendable(codec: AnyCodec, op: { readonly op: string }): boolean {
  try {
    codec.call(op, { handle: 'x', dir: '/x', at: timeAt(0) });
    return true;
  } catch (error) {
    if (error instanceof WireError) return false;
    throw error;
  }
}
