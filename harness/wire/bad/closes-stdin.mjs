// Stops listening, and runs on.
import * as fs from 'node:fs';
import { hello, reply, say } from './port.mjs';

process.stdin.once('data', (chunk) => {
  say(reply(JSON.parse(chunk.toString()).id, hello));
  process.stdin.pause();
  process.stdin.destroy();
  fs.closeSync(0);
});
setInterval(() => {}, 60_000);
