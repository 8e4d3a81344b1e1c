// Claims a profile, and leaves out an operation of it.
import { hello, reply, serve } from './port.mjs';

const log = { ...hello.kinds['append-log'], ops: ['open', 'append', 'read', 'close'] };
serve({ initialize: ({ id }) => reply(id, { ...hello, kinds: { 'append-log': log } }) });
