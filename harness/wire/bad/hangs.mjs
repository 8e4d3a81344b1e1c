// Never answers one call.
import { serve } from './port.mjs';

serve({ 'append-log/append': () => {} });
