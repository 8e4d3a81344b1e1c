// Stops answering, and runs on.
import * as fs from 'node:fs';
import { honest, serve } from './port.mjs';

serve({
  'append-log/sync': () => fs.closeSync(1),
  shutdown: honest.ping,
});
process.stdin.removeAllListeners('end');
setInterval(() => {}, 60_000);
