// Answers with numbers where strings belong.
import { reply, serve } from './port.mjs';

serve({ 'append-log/read': ({ id }) => reply(id, { entries: [1, 2] }) });
