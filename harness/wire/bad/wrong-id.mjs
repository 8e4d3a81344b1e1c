// Answers calls by a number of its own.
import { reply, serve } from './port.mjs';

serve({ 'append-log/append': () => reply(4711) });
