// Logs lines of JSON on stdout.
import { reply, serve } from './port.mjs';

serve({ 'append-log/append': ({ id }) => `{"level":"info","msg":"append"}\n${reply(id)}` });
