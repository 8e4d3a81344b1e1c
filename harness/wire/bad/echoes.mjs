// Sends back what it is sent.
import { serve } from './port.mjs';

serve({ 'append-log/append': (request) => `${JSON.stringify(request)}\n` });
