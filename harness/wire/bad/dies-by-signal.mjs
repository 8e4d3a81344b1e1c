// Is killed by the system in the middle of a call.
import { serve } from './port.mjs';

serve({ 'append-log/append': () => process.kill(process.pid, 'SIGSEGV') });
