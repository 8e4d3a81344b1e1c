// Writes a gigabyte to stderr when it opens its first store, and does its work.
import * as fs from 'node:fs';
import { honest, serve } from './port.mjs';

let left = 1_073_741_824;
serve({
  'append-log/open': (request) => {
    const part = Buffer.alloc(1_048_576, 'x');
    while (left > 0) {
      try {
        left -= fs.writeSync(2, part, 0, Math.min(left, part.length));
      } catch (error) {
        if (error.code !== 'EAGAIN') throw error;
      }
    }
    return honest['append-log/open'](request);
  },
});
