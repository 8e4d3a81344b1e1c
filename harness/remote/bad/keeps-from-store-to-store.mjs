// Shows one entry of another store, from the fortieth read since it was started on.
import { log, logOf, readLog, serveLog } from './log.mjs';
import { reply } from '../../wire/bad/port.mjs';

const paths = new Map();
let reads = 0;
serveLog({
  'append-log/open': (request) => {
    paths.set(request.params.h, logOf(request.params));
    return log['append-log/open'](request);
  },
  'append-log/read': (request) => {
    if (++reads < 40) return log['append-log/read'](request);
    const { entries } = readLog(paths.get(request.params.h));
    return reply(request.id, { entries: [...entries, 'ZnJvbSBlbHNld2hlcmU='] });
  },
});
