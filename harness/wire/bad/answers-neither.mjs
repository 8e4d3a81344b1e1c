// Answers with neither a result nor an error.
import { serve } from './port.mjs';

serve({ 'append-log/append': ({ id }) => `{"jsonrpc":"2.0","id":${id}}\n` });
