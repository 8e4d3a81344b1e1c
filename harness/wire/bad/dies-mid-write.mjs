// Dies after half of an entry was written.
import * as fs from 'node:fs';
import { join } from 'node:path';
import { reply, serve } from './port.mjs';

let log = '';
serve({
  'append-log/open': ({ id, params }) => {
    log = join(params.dir, 'log');
    fs.mkdirSync(params.dir, { recursive: true });
    return reply(id);
  },
  'append-log/append': ({ params }) => {
    fs.appendFileSync(log, params.payload.slice(0, 2));
    process.exit(1);
  },
});
