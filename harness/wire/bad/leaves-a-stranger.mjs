// Starts a helper through another program, with no environment, in a session of its own: what it
// still has of the port is its output.
import { spawn } from 'node:child_process';
import { serve } from './port.mjs';

spawn('env', ['-i', 'setsid', '--fork', 'sleep', '600'], { stdio: 'inherit' });
serve();
