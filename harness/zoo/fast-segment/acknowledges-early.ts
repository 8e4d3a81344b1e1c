import { writeBehind } from '../write-behind.ts';
import type { Bug } from '../types.ts';

/** Not an edit but a file system: each write reaches it only with the call after it. */
export const acknowledgesEarly: Bug = {
  id: 'acknowledges-early',
  kind: 'fast-segment',
  text: 'Acknowledges while its bytes still wait in a buffer of the process.',
  clause: 'FAST-S3-1',
  needs: 'kill',
  wrap: writeBehind,
};
