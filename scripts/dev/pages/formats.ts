import { fastSegmentPage } from './fast-segment.ts';
import type { FormatPage } from './format-page.ts';
import { sessionStorePage } from './session-store-v2.ts';
import { walSegmentPage } from './wal-segment.ts';

/** The format pages of all kinds whose files are known. */
export const formatPages: readonly FormatPage[] = [
  sessionStorePage, fastSegmentPage, walSegmentPage,
]; // prettier-ignore
