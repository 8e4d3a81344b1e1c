// Shows an entry of nobody in the first store that the process serves, and in no later one: what was
// seen there cannot be seen again by whoever tries the history once more.
import { hello, reply } from '../../wire/bad/port.mjs';
import { log, serveLog } from './log.mjs';

const own = hello.kinds['append-log'];
let isFirst = true;
serveLog({
  // Nothing survives a kill, so that none is tried.
  initialize: ({ id }) =>
    reply(id, { ...hello, kinds: { 'append-log': { ...own, holds: ['memory'] } } }),
  reset: (request) => {
    isFirst = false;
    return log.reset(request);
  },
  'append-log/read': (request) => {
    const { id, result } = JSON.parse(log['append-log/read'](request));
    if (!isFirst || result === undefined) return log['append-log/read'](request);
    return reply(id, { entries: [...result.entries, 'ZnJvbSBlbHNld2hlcmU='] });
  },
});
