// Claims what it does not serve.
import { failure, serve } from './port.mjs';

serve({ 'append-log/sync': ({ id }) => failure(id, -32601, 'no such method') });
