// Takes more calls at once than there are.
import { hello, reply, serve } from './port.mjs';

const line = (id) => reply(id, { ...hello, limits: { maxLineBytes: 1, inFlight: 'MANY' } });
serve({ initialize: ({ id }) => line(id).replace('"MANY"', '1e308') });
