import type { Bug } from '../types.ts';

export const repairsBeforeItRefuses: Bug = {
  id: 'repairs-before-it-refuses',
  kind: 'session-store-v2',
  text: 'Repairs what it can of a store before it refuses to open it.',
  clause: 'SSV2-S1-2',
  needs: 'damage',
  edits: [
    {
      file: 'reference/session-store-v2/store.ts',
      find: `    if (look.refusal !== null) {
      const`,
      replace: `    const repairs = repairStore(site, look);
    if (look.refusal !== null) {
      const`,
    },
    {
      file: 'reference/session-store-v2/store.ts',
      find: `    const repairs = repairStore(site, look);
    const h`,
      replace: '    const h',
    },
  ],
};
