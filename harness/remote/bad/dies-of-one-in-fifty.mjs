// Ends at one log in fifty, as its bytes have it: alone or beside others, it is the same ones.
import * as fs from 'node:fs';
import { createHash } from 'node:crypto';
import { log, logOf, serveLog } from './log.mjs';

const isFile = (path) => fs.lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
const numberOf = (path) => createHash('sha256').update(fs.readFileSync(path)).digest()[0];

serveLog({
  'append-log/open': (request) => {
    const path = logOf(request.params);
    if (isFile(path) && numberOf(path) % 50 === 7) process.exit(9);
    return log['append-log/open'](request);
  },
});
