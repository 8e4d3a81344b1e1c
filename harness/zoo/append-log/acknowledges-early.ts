import { writeBehind } from '../write-behind.ts';
import type { Bug } from '../types.ts';

/** Not an edit but a file system under the log. */
export const acknowledgesEarly: Bug = {
  id: 'acknowledges-early',
  kind: 'append-log',
  text: 'Acknowledges an append while its bytes still wait in a buffer of the process.',
  clause: 'LOG-S3-1',
  needs: 'kill',
  wrap: writeBehind,
};
