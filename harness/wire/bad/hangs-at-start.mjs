// Never answers the first call.
import { serve } from './port.mjs';

serve({ initialize: () => {} });
