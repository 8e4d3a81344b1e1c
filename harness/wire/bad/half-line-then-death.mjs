// Dies inside an answer.
import { reply, say, serve } from './port.mjs';

serve({
  'append-log/append': ({ id }) => {
    say(reply(id).slice(0, -5));
    process.exit(3);
  },
});
