import type { Bug } from '../types.ts';

export const backsUpAtEachOpen: Bug = {
  id: 'backs-up-at-each-open',
  kind: 'append-log',
  text: 'Copies the whole log beside itself at each open, and never takes a copy away.',
  clause: 'LOG-S4-2',
  needs: 'history',
  edits: [
    {
      file: 'ports/examples/append-log.ts',
      find: `  const found = fs.readFileSync(path);
`,
      replace: `  const found = fs.readFileSync(path);
  fs.writeFileSync(\`\${dir}/backup-\${fs.readdirSync(dir).length}\`, found);
`,
    },
  ],
};
