// Answers one call for ever.
import { reply, say, serve } from './port.mjs';

serve({
  'append-log/append': ({ id }) => {
    for (;;) say(reply(id));
  },
});
