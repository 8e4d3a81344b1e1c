// Answers with more than the harness said it takes.
import { hello, reply, serve } from './port.mjs';

let most = 0;
serve({
  initialize: ({ id, params }) => {
    most = params.limits.maxLineBytes;
    return reply(id, hello);
  },
  'append-log/append': ({ id }) => reply(id, { more: 'x'.repeat(most) }),
});
