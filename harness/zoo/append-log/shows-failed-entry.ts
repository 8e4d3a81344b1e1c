import type { Bug } from '../types.ts';

export const showsFailedEntry: Bug = {
  id: 'shows-failed-entry',
  kind: 'append-log',
  text: 'Goes on after a write that failed, and shows its entry from memory, where it reads.',
  clause: 'LOG-S7-4',
  needs: 'errors',
  errors: [{ is: 'error', calls: ['writeSync'] }],
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: "    if (broken) throw Object.assign(new Error('reopen the log to go on'), { code: 'poisoned' });\n",
      replace: '    orBroken.known ??= [...payloads(found)];\n',
    },
    {
      file: 'ports/examples/append-log.ts',
      find: '        const frame = frameOf(payload);\n',
      replace: `        const frame = frameOf(payload);
        orBroken.known.push(payload);
`,
    },
    {
      file: 'ports/examples/append-log.ts',
      find: '=> [...payloads(fs.readFileSync(path))],\n',
      replace: '=> orBroken.known ?? [...payloads(found)],\n',
    },
  ],
};
