// Starts a helper that nothing is known of, but that it works in the port's temporary folder.
import { spawn } from 'node:child_process';
import { serve } from './port.mjs';

spawn('env', ['-i', 'setsid', '--fork', 'sleep', '600'], {
  stdio: 'ignore',
  cwd: process.env.TMPDIR,
});
serve();
