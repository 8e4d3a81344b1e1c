// Answers each call twice.
import { reply, serve } from './port.mjs';

serve({ 'append-log/append': ({ id }) => reply(id) + reply(id) });
