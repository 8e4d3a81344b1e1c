// Dies while a helper holds its pipes open.
import { spawn } from 'node:child_process';
import { serve } from './port.mjs';

spawn('sleep', ['600'], { stdio: 'inherit', detached: true });
serve({ 'append-log/append': () => process.exit(2) });
