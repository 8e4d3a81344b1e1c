// Ends with an exit code that says that something went wrong.
import { reply, say, serve } from './port.mjs';

serve({
  shutdown: ({ id }) => {
    say(reply(id));
    process.exit(9);
  },
});
