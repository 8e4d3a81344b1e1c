// Keeps its log, and writes a file beside the directory of the store.
import * as fs from 'node:fs';
import { honest, serve } from './port.mjs';

serve({
  'append-log/open': (request) => {
    fs.writeFileSync(`${request.params.dir}-beside`, 'not in the store');
    return honest['append-log/open'](request);
  },
});
