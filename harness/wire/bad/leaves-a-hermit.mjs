// Starts a helper with no environment, in a session of its own, that holds nothing of the port: all
// that is known is who started it.
import { spawn } from 'node:child_process';
import { serve } from './port.mjs';

spawn('env', ['-i', 'setsid', 'sleep', '600'], { stdio: 'ignore', cwd: '/' });
serve();
