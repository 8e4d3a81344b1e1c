// Answers with more than the harness said it takes.
import { reply, serve } from './port.mjs';

serve({ 'append-log/append': ({ id }) => reply(id, { more: 'x'.repeat(1_100_000) }) });
