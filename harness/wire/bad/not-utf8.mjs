// Answers in another encoding.
import * as fs from 'node:fs';
import { serve } from './port.mjs';

serve({
  'append-log/append': ({ id }) => {
    const line = `{"jsonrpc":"2.0","id":${id},"result":{"caf\u00e9":1}}\n`;
    fs.writeSync(1, Buffer.from(line, 'latin1'));
  },
});
