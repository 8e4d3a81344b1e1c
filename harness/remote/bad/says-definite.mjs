// Cuts what is damaged, refuses to open, and says that it changed nothing.
import * as fs from 'node:fs';
import { failure } from '../../wire/bad/port.mjs';
import { log, logOf, readLog, serveLog } from './log.mjs';

const isFile = (path) => fs.lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;

serveLog({
  'append-log/open': (request) => {
    const path = logOf(request.params);
    if (!isFile(path) || readLog(path).isWhole) return log['append-log/open'](request);
    fs.truncateSync(path, readLog(path).bytes);
    return failure(request.id, 1, 'damaged', { code: 'damaged', definite: true });
  },
});
