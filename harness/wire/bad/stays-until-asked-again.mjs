// Answers shutdown and runs on until SIGTERM.
import { reply, serve } from './port.mjs';

serve({ shutdown: ({ id }) => reply(id) });
process.stdin.removeAllListeners('end');
setInterval(() => {}, 60_000);
