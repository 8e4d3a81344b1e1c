import { describe, expect, it } from 'vitest';
import type { Edit } from '../../harness/zoo/types.ts';
import { editedLines, plantBug } from './plant-copy.ts';

const sources: Readonly<Record<string, string>> = {
  'kinds/port.ts': "import { open } from '../store/open.ts';\nimport '../lib/error.ts';\n",
  'store/open.ts':
    "import { cut } from './cut.ts';\nimport { keep } from './keep.ts';\nimport type { T } from '../lib/t.ts';\n",
  'store/cut.ts': "import { E } from '../lib/error.ts';\nexport const cut = 1;\nconst x = 2;\n",
  'store/keep.ts': 'export const keep = 1;\n',
  'lib/error.ts': 'export class E {}\n',
};
const read = (path: string): string | null => sources[path] ?? null;
const plant = (...edits: readonly Edit[]): Record<string, string> =>
  Object.fromEntries(plantBug('zoo/planted/b', 'kinds/port.ts', edits, read));
const edit = (file: string, find: string, replace: string): Edit => ({ file, find, replace });

describe('planting a bug', () => {
  it('copies only the modules on the way to the edit, and points the others to the originals', () => {
    expect(plant(edit('store/cut.ts', 'cut = 1', 'cut = 0'))).toEqual({
      'zoo/planted/b/kinds/port.ts':
        "import { open } from '../store/open.ts';\nimport '../../../../lib/error.ts';\n",
      'zoo/planted/b/store/open.ts':
        "import { cut } from './cut.ts';\nimport { keep } from '../../../../store/keep.ts';\nimport type { T } from '../../../../lib/t.ts';\n",
      'zoo/planted/b/store/cut.ts':
        "import { E } from '../../../../lib/error.ts';\nexport const cut = 0;\nconst x = 2;\n",
    });
  });

  it('refuses an edit that does not fit its file, or that the port never runs', () => {
    expect(() => plant(edit('store/gone.ts', 'a', 'b'))).toThrow('does not exist');
    expect(() => plant(edit('store/cut.ts', 'absent', 'b'))).toThrow('does not hold');
    expect(() => plant(edit('store/cut.ts', 'const', 'let'))).toThrow('holds more than once');
    expect(() => plant(edit('store/cut.ts', 'cut = 1', 'cut = 1'))).toThrow('changes 0 lines');
    expect(() => plant(edit('store/cut.ts', 'cut = 1', 'a;\nb;\nc;\nd'))).toThrow('changes 4');
    expect(() =>
      plantBug('z', 'store/keep.ts', [edit('store/cut.ts', 'cut = 1', 'cut = 0')], read),
    ).toThrow('store/keep.ts does not reach store/keep.ts');
  });

  it('counts the lines that differ, whichever side has more', () => {
    expect(editedLines(edit('f', 'a\nb\nc', 'a\nx\nc'))).toBe(1);
    expect(editedLines(edit('f', 'a\nb\nc\n', ''))).toBe(3);
    expect(editedLines(edit('f', 'a\n', 'a\nb\nc\n'))).toBe(2);
  });
});
