// Writes half of its answer, and then nothing any more.
import { reply, serve } from './port.mjs';

serve({ 'append-log/append': ({ id }) => reply(id).slice(0, -5) });
