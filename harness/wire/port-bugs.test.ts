import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bugsOf, portFolder, withBug } from './testing-bugs.ts';
import { plantedPython } from './testing-python.ts';

// Whether the ports' own tests notice each of them is asked by ports/python/tests/planted.py and
// scripts/dev/planted-rust.ts.
it.each([
  ['python', 50],
  ['rust', 15],
] as const)(
  'knows an edit of at most three lines for each bug of the port in %s',
  (port, least) => {
    const bugs = bugsOf(port);
    expect(new Set(bugs.map(({ id }) => id)).size).toBe(bugs.length);
    expect(bugs.length).toBeGreaterThan(least);
    for (const bug of bugs) {
      const text = fs.readFileSync(join(portFolder(port), bug.file), 'utf8');
      expect(withBug(port, bug), bug.id).not.toBe(text);
      const now = new Set(bug.replace.split('\n'));
      const gone = bug.find.split('\n').filter((line) => !now.has(line));
      expect(gone.length, bug.id).toBeLessThanOrEqual(3);
    }
    const [some] = bugs;
    expect(() => withBug(port, { ...some!, find: '\n' })).toThrow(/does not stand once in /);
  },
);

it('plants one in a copy', () => {
  const folder = fs.mkdtempSync(join(tmpdir(), 'tearproof-python-bugs-'));
  try {
    const [some] = bugsOf('python');
    expect(plantedPython(some!.id, join(folder, 'a'))).toBe(join(folder, 'a/driver.py'));
    expect(fs.readFileSync(join(folder, 'a', some!.file), 'utf8')).toBe(withBug('python', some!));
    expect(fs.existsSync(join(folder, 'a/driver.py'))).toBe(true);
    expect(() => plantedPython('nothing', join(folder, 'b'))).toThrow('no bug nothing');
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
