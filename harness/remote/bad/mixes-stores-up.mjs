// Reads the log that was opened last, whichever it is asked of.
import { log, logOf, readLog, serveLog } from './log.mjs';
import { reply } from '../../wire/bad/port.mjs';

let last = '';
serveLog({
  'append-log/open': (request) => {
    last = logOf(request.params);
    return log['append-log/open'](request);
  },
  'append-log/read': (request) => {
    const own = JSON.parse(log['append-log/read'](request));
    if (own.error !== undefined) return log['append-log/read'](request);
    return reply(request.id, { entries: readLog(last).entries });
  },
});
