import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { plantedPython, pythonBugs, withBug } from './testing-python.ts';

const port = join(import.meta.dirname, '../../ports/python');

// Whether the port's own tests notice each of them is asked by ports/python/tests/planted.py.
it('knows an edit of at most three lines for each bug of the Python port', () => {
  expect(new Set(pythonBugs.map(({ id }) => id)).size).toBe(pythonBugs.length);
  expect(pythonBugs.length).toBeGreaterThan(50);
  for (const bug of pythonBugs) {
    expect(withBug(bug), bug.id).not.toBe(fs.readFileSync(join(port, bug.file), 'utf8'));
    const now = new Set(bug.replace.split('\n'));
    const gone = bug.find.split('\n').filter((line) => !now.has(line));
    expect(gone.length, bug.id).toBeLessThanOrEqual(3);
  }
  const [some] = pythonBugs;
  expect(() => withBug({ ...some!, find: 'import ' })).toThrow(/does not stand once in /);
});

it('plants one in a copy', () => {
  const folder = fs.mkdtempSync(join(tmpdir(), 'tearproof-python-bugs-'));
  try {
    const [some] = pythonBugs;
    expect(plantedPython(some!.id, join(folder, 'a'))).toBe(join(folder, 'a/driver.py'));
    expect(fs.readFileSync(join(folder, 'a', some!.file), 'utf8')).toBe(withBug(some!));
    expect(fs.existsSync(join(folder, 'a/driver.py'))).toBe(true);
    expect(() => plantedPython('nothing', join(folder, 'b'))).toThrow('no bug nothing');
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
