import type { Bug } from '../types.ts';

export const followsStaleNote: Bug = {
  id: 'follows-stale-note',
  kind: 'wal-segment',
  text: 'Notes where to cut when a write fails, and the next open cuts there, come what may.',
  clause: 'WAL-S7-4',
  needs: 'errors',
  errors: [{ is: 'error', calls: ['writeSync'] }],
  strikes: ['append'],
  edits: [
    {
      file: 'reference/wal-segment/handle.ts',
      find: `      files.fs.ftruncateSync(active.fd, active.size);
`,
      replace: `      files.fs.ftruncateSync(active.fd, active.size);
      files.fs.mkdirSync(\`\${h.dir}/\${active.size}@\${active.path.slice(h.dir.length + 1)}\`);
`,
    },
    {
      file: 'reference/wal-segment/store.ts',
      find: `    const site = { files, dir, instance: options.instance, now: now() };
`,
      replace: `    const site = { files, dir, instance: options.instance, now: now() };
    const note = files.look(dir) && files.fs.readdirSync(dir).find((one) => one.includes('@'));
    if (note) files.cut(files.openWrite(note.replace(/.*@/, \`\${dir}/\`)), parseInt(note));
`,
    },
  ],
};
