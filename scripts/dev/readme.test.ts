import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readmeWithCounterexample, shownRepro } from './readme.ts';
import { repository } from './sources.ts';

const readme = readFileSync(join(repository, 'README.md'), 'utf8');

it('shows a counterexample as it is told now (npx tsx scripts/dev/readme.ts writes it)', async () => {
  const now = await readmeWithCounterexample(readme);
  expect(readme).toBe(now);
  expect(now).toContain(`replay: npx tearproof replay ${shownRepro}\n`);
});

it('says of it what the README says: the models that it needs, and the sync that mends it', () => {
  const [, told = ''] = readme.split('<!-- counterexample');
  expect(told).toMatch(/bites on: adversarial-512; /);
  expect(told).toMatch(/not on: .*ext4-ordered,/);
  expect(told).toMatch(/advice: {3}an fsync of the store's directory .* removes it:\n/);
  expect(told).toMatch(/1 failing state of this history becomes 0/);
});

it('throws where there is no place for it', async () => {
  await expect(readmeWithCounterexample('# Tearproof\n')).rejects.toThrow('README.md lacks');
});
