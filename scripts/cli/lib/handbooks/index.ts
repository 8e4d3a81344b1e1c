import { appendLogBook } from './append-log.ts';
import type { Handbook } from './handbook.ts';
import { sessionStoreBook } from './session-store-v2.ts';

/** What there is to say of each kind. */
export const handbooks: readonly Handbook[] = [sessionStoreBook, appendLogBook];
