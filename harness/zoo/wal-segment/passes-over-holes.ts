import type { Bug } from '../types.ts';

export const passesOverHoles: Bug = {
  id: 'passes-over-holes',
  kind: 'wal-segment',
  text: 'Passes over bytes that are no frame, to the next frame that verifies.',
  clause: 'WAL-S3-3',
  needs: 'power',
  edits: [
    {
      file: 'reference/wal-segment/frames.ts',
      find: `    const total = this.#verify(this.end);
`,
      replace: `    let total = this.#verify(this.end);
    for (let at = this.end; total === 0 && ++at < this.window.size; total = this.#verify(at))
      if (this.#verify(at) > 0) this.end = at;
`,
    },
  ],
};
