import { fastSegmentRecordings } from './fast-segment.ts';
import type { Recording } from './recording.ts';
import { sessionStoreRecordings } from './session-store-v2.ts';
import { walSegmentRecordings } from './wal-segment.ts';

/** What the originals of all kinds were recorded doing. */
export const recordings: readonly Recording[] = [
  ...sessionStoreRecordings,
  ...walSegmentRecordings,
  ...fastSegmentRecordings,
];
