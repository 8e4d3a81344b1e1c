// Answers in a batch, as JSON-RPC has it and this protocol has not.
import { reply, serve } from './port.mjs';

serve({ 'append-log/append': ({ id }) => `[${reply(id).trim()}]\n` });
