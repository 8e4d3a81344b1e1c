// Writes a gigabyte without the end of a line.
import { say, serve } from './port.mjs';

serve({
  'append-log/append': () => {
    const part = 'x'.repeat(1_048_576);
    for (let i = 0; i < 1024; i++) say(part);
  },
});
