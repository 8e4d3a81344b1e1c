// Notifies for ever, and never answers.
import { say, serve } from './port.mjs';

const one = '{"jsonrpc":"2.0","method":"log","params":{"text":"still working"}}\n'.repeat(10_000);
serve({
  'append-log/append': () => {
    for (;;) say(one);
  },
});
