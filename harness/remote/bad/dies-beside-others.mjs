// Ends where a second directory is opened while another one is: it says that it takes several calls
// at once, and does not.
import { log, serveLog } from './log.mjs';

const dirs = new Map();
const forgotten = (method) => (request) => {
  dirs.delete(request.params.h);
  return log[method](request);
};
serveLog({
  'append-log/open': (request) => {
    const { h, dir } = request.params;
    dirs.set(h, dir);
    if (new Set(dirs.values()).size > 1) process.exit(9);
    return log['append-log/open'](request);
  },
  'append-log/close': forgotten('append-log/close'),
  drop: forgotten('drop'),
});
