// Prints a Python dictionary, which is nearly JSON.
import { serve } from './port.mjs';

serve({ 'append-log/append': ({ id }) => `{'jsonrpc': '2.0', 'id': ${id}, 'result': {}}\n` });
