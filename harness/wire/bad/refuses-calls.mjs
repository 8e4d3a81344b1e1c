// Takes calls that fit their schema for wrong ones.
import { failure, serve } from './port.mjs';

serve({ 'append-log/append': ({ id }) => failure(id, -32602, 'payload: \u001b[1mno') });
