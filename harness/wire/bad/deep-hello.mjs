// Says of itself what is a hundred thousand lists deep.
import { hello, reply, serve } from './port.mjs';

const deep = '['.repeat(100_000) + ']'.repeat(100_000);
const line = (id) => reply(id, { ...hello, port: { name: 'bad', version: '1', more: 'DEEP' } });
serve({ initialize: ({ id }) => line(id).replace('"DEEP"', deep) });
