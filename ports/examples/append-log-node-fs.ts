// The log of append-log.ts as a program has it that knows one disk only: nobody hands it a file
// system, it imports `node:fs` itself. It is tested by putting another module in that one's place.
import fs from 'node:fs';
import { openLog } from './append-log.ts';

/** Opens or creates the log in the directory `dir`; as `openLog`. */
export const openNodeFsLog = (dir: string, durability: 'none' | 'entry' = 'none') =>
  openLog(fs, dir, durability);
