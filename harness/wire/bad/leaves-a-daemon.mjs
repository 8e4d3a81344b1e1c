// Starts a helper in a session of its own, which no signal to the group reaches.
import { spawn } from 'node:child_process';
import { serve } from './port.mjs';

spawn('sleep', ['600'], { stdio: 'ignore', detached: true }).unref();
serve();
