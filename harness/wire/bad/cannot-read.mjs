// Says that it cannot read our line.
import { serve } from './port.mjs';

const error = { code: -32700, message: 'what?' };
serve({
  'append-log/append': () => `${JSON.stringify({ jsonrpc: '2.0', id: null, error })}\n`,
});
