// Answers with an id that no number holds.
import { serve } from './port.mjs';

serve({ 'append-log/append': () => '{"jsonrpc":"2.0","id":1e400,"result":{}}\n' });
