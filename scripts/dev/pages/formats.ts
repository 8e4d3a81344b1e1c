import type { FormatPage } from './format-page.ts';
import { sessionStorePage } from './session-store-v2.ts';

/** The format pages of all kinds whose files are known. */
export const formatPages: readonly FormatPage[] = [sessionStorePage];
