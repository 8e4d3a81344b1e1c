import { appendLogBook } from './append-log.ts';
import { fastSegmentBook } from './fast-segment.ts';
import type { Handbook } from './handbook.ts';
import { sessionStoreBook } from './session-store-v2.ts';
import { walSegmentBook } from './wal-segment.ts';

/** What there is to say of each kind. */
export const handbooks: readonly Handbook[] = [
  sessionStoreBook,
  fastSegmentBook,
  walSegmentBook,
  appendLogBook,
]; // prettier-ignore;
