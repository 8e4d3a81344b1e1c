import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repository } from './sources.ts';
import { tutorialSteps, unseen } from './tutorial.ts';

const readme = readFileSync(join(repository, 'README.md'), 'utf8');
const wrapped = (text: string): string => {
  const [begin = ''] = /<!-- tutorial: .* -->/.exec(readme) ?? [];
  return `${begin}\n\n${text}\n\n<!-- end of tutorial -->\n`;
};

// That it ends as the README says is asked by `npx tsx scripts/dev/tutorial.ts`, after a build.
it('finds in README.md what a newcomer is told to do and to see', () => {
  const steps = tutorialSteps(readme);
  const commands = steps.flatMap((step) => (step.is === 'run' ? [step.words[2]] : []));
  for (const command of ['doctor', 'init', 'lint', 'check']) expect(commands).toContain(command);
  expect(steps.at(-1)).toMatchObject({ is: 'see' });
  const written = steps.flatMap((step) => (step.is === 'write' ? [step.text] : [])).join('');
  for (const step of steps) {
    if (step.is === 'edit') expect(written.split(step.find).length).toBe(2);
  }
});

it('reads commands, files, changes and what is to be seen', () => {
  const text = [
    '```sh\nnpx tearproof check # exit code 3: why\n# a comment\nls\n```',
    '<!-- file: a/b -->\n\n```python\nx = 1\ny = 2\n```',
    '<!-- edit: a/b -->\n\n```diff\n x = 1\n-y = 2\n+y = 3\n\n+z\n```',
    'between\n\n```text\none\n…\n```',
  ];
  expect(tutorialSteps(wrapped(text.join('\n\n')))).toEqual([
    { is: 'run', words: ['npx', 'tearproof', 'check'], exitCode: 3 },
    { is: 'run', words: ['ls'], exitCode: 0 },
    { is: 'write', path: 'a/b', text: 'x = 1\ny = 2\n' },
    { is: 'edit', path: 'a/b', find: 'x = 1\ny = 2\n\n', replace: 'x = 1\ny = 3\n\nz\n' },
    { is: 'see', lines: ['one', '…'] },
  ]);
  expect(() => tutorialSteps('# Tearproof\n')).toThrow('README.md lacks');
});

it('misses what an output does not show, or shows in another order', () => {
  const output = '  one\n\ntwo \nthree\n';
  expect(unseen(['one', '…', 'three'], output)).toBe(null);
  expect(unseen(['three', 'one'], output)).toBe('one');
  expect(unseen(['tw'], output)).toBe('tw');
  expect(unseen(['tw…', 'three'], output)).toBe(null);
  expect(unseen(['wo…'], output)).toBe('wo…');
});
