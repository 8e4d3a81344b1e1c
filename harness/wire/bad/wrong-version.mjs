// Chooses a version that was not offered.
import { hello, reply, serve } from './port.mjs';

serve({ initialize: ({ id }) => reply(id, { ...hello, protocol: 2 }) });
