// Leaves a file in the store with each read.
import * as fs from 'node:fs';
import { join } from 'node:path';
import { log, serveLog } from './log.mjs';

const dirs = new Map();
let reads = 0;
serveLog({
  'append-log/open': (request) => {
    dirs.set(request.params.h, request.params.dir);
    return log['append-log/open'](request);
  },
  'append-log/read': (request) => {
    const dir = dirs.get(request.params.h);
    if (dir !== undefined) fs.writeFileSync(join(dir, 'seen'), `${++reads}`);
    return log['append-log/read'](request);
  },
});
