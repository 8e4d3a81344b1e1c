import type { Bug } from '../types.ts';

export const leavesHalfFrame: Bug = {
  id: 'leaves-half-frame',
  kind: 'session-store-v2',
  text: 'Leaves what a failed append had written, and writes the next entry behind it.',
  clause: 'SSV2-S7-1',
  needs: 'errors',
  errors: [
    { is: 'short', calls: ['writeSync'] },
    { is: 'error', calls: ['writeSync'] },
  ],
  strikes: ['append'],
  edits: [
    {
      file: 'reference/session-store-v2/append.ts',
      find: `    h.files.undo(fd, { size, changes });
    throw error;
  }
}

/**
 * Writes the row`,
      replace: `    tail.mark = h.files.mark(fd);
    throw error;
  }
}

/**
 * Writes the row`,
    },
  ],
};
