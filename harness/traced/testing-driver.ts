import { once } from 'node:events';
import * as fs from 'node:fs';
import { kindNames, servedBy } from '../wire/kinds.ts';
import { serve } from '../wire/server.ts';

// All kinds of safe stores in one process, so that a test starts one process and not four.

await serve({
  input: process.stdin,
  write: async (line) => {
    if (!process.stdout.write(line)) await once(process.stdout, 'drain');
    return true;
  },
  kinds: kindNames.map((kind) => servedBy(kind, 'safe', fs)),
  name: 'tearproof-safe',
  version: '1',
});
process.stdin.destroy();
