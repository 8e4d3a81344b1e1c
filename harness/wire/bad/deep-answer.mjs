// Answers with lists in lists, a hundred thousand deep.
import { serve } from './port.mjs';

const deep = '['.repeat(100_000) + ']'.repeat(100_000);
serve({
  'append-log/read': ({ id }) => `{"jsonrpc":"2.0","id":${id},"result":{"entries":${deep}}}\n`,
});
