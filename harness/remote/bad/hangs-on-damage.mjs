// Never answers where a log is not whole.
import * as fs from 'node:fs';
import { log, logOf, readLog, serveLog } from './log.mjs';

const isFile = (path) => fs.lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;

serveLog({
  'append-log/open': (request) => {
    const path = logOf(request.params);
    const isDamaged = isFile(path) && !readLog(path).isWhole;
    return isDamaged ? undefined : log['append-log/open'](request);
  },
});
