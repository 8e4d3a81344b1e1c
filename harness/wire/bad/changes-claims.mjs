// Is another one after each start.
import { hello, reply, serve } from './port.mjs';

const port = { name: 'bad', version: String(process.pid) };
serve({ initialize: ({ id }) => reply(id, { ...hello, port }) });
