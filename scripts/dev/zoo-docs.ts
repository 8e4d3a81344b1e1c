import { writeFileSync } from 'node:fs';
import { strategiesPage } from '../../harness/report/strategies.ts';
import { compareStrategies, type Compared } from '../../harness/zoo/strategies.ts';

// Writes docs/zoo.md: minutes of work, so it is run by hand where the zoo or the engine changed.
const seed = '1';
process.stdout.write(`seed ${seed}\n`);
const rows: Compared[] = [];
for await (const row of compareStrategies({ seed })) {
  rows.push(row);
  process.stdout.write(`${row.bug.kind}/${row.bug.id} ${row.ours ?? 'not found'}\n`);
}
writeFileSync(new URL('../../docs/zoo.md', import.meta.url), strategiesPage(rows, seed));
process.exitCode = rows.every(({ ours }) => ours !== null) ? 0 : 1;
