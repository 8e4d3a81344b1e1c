import { appendLogCodec } from './append-log.ts';
import type { WireCodec } from './codec.ts';
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
