// Answers a call before it is made.
import { hello, reply, serve } from './port.mjs';

serve({ initialize: ({ id }) => reply(id, hello) + reply(id + 1) });
