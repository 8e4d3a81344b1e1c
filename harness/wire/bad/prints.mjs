// Says hello on stdout.
import { reply, serve } from './port.mjs';

serve({ 'append-log/append': ({ id }) => `appending \u001b[2J one entry\n${reply(id)}` });
