// Starts a helper and does not end it.
import { spawn } from 'node:child_process';
import { serve } from './port.mjs';

spawn('sleep', ['600'], { stdio: 'ignore' });
serve();
