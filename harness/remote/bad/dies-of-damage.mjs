// Ends at a log that is not whole: one damaged file takes it down.
import * as fs from 'node:fs';
import { log, logOf, readLog, serveLog } from './log.mjs';

const isFile = (path) => fs.lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;

serveLog({
  'append-log/open': (request) => {
    const path = logOf(request.params);
    if (isFile(path) && !readLog(path).isWhole) process.exit(9);
    return log['append-log/open'](request);
  },
});
