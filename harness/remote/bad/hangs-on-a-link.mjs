// Never answers where a link stands in the place of the log.
import * as fs from 'node:fs';
import { log, logOf, serveLog } from './log.mjs';

serveLog({
  'append-log/open': (request) => {
    const found = fs.lstatSync(logOf(request.params), { throwIfNoEntry: false });
    return found?.isSymbolicLink() === true ? undefined : log['append-log/open'](request);
  },
});
