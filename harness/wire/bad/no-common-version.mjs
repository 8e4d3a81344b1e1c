// Speaks no version that was offered, and says so.
import { failure, serve } from './port.mjs';

serve({ initialize: ({ id }) => failure(id, -32003, 'only \u001b[31mversion 9') });
