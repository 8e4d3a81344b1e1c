import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root, runProject } from './testing-project.ts';

/** The one block of a page that replaces modules, made quick. */
function exampleOf(page: string): string {
  const blocks = [...readFileSync(join(root, page), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)];
  const found = blocks.map((block) => block[1] ?? '').filter((text) => text.includes('vi.mock('));
  expect(found).toHaveLength(1);
  const quick = found[0]!.replace('onMockedFs(port))', 'onMockedFs(port), { histories: 1 })');
  expect(quick).not.toBe(found[0]);
  return quick;
}

const log = readFileSync(join(root, 'ports/examples/append-log-promises.ts'), 'utf8');
const mine = log.replace('openPromisesLog', 'openMyLog');

it.each([
  ['README.md', 'LOG-S3-1 MUST'],
  ['docs/test-your-own-log.md', 'keeps what it acknowledges'],
])('runs the log of %s that imports node:fs/promises', (page, test) => {
  const ran = runProject({ 'my-log.ts': mine, 'my-log.test.ts': exampleOf(page) });
  expect(ran.said).toContain(`✓ ${test}`);
  // So few histories may leave a clause about failing calls unexercised, and then say so.
  const errors = [...ran.said.matchAll(/^\w*Error: .*$/gm)].map((line) => line[0]);
  expect(errors.filter((line) => !line.endsWith(' is not_exercised'))).toEqual([]);
});

it('fails where the log has a bug', () => {
  const ran = runProject({
    'my-log.ts': mine.replace('await repair(file, dir)', '(await file.stat()).size'),
    'my-log.test.ts': exampleOf('README.md'),
  });
  expect(ran.code).toBe(1);
  expect(ran.said).toContain('LOG-S3-4 is fail');
  expect(ran.said).toContain('the history');
});
