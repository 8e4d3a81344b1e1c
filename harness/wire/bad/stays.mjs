// Answers shutdown and runs on, whatever it is asked.
import { reply, serve } from './port.mjs';

process.on('SIGTERM', () => {});
serve({ shutdown: ({ id }) => reply(id) });
process.stdin.removeAllListeners('end');
setInterval(() => {}, 60_000);
