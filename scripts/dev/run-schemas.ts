// Writes the schemas of repros, events and results to fixtures/schema/: `npx tsx
// scripts/dev/run-schemas.ts`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { runSchemas } from '../../harness/schemas.ts';
import { repository } from './sources.ts';

for (const [name, schema] of Object.entries(runSchemas())) {
  const path = join(repository, 'fixtures/schema', name);
  const options = await resolveConfig(path);
  writeFileSync(path, await format(JSON.stringify(schema), { ...options, parser: 'json' }));
}
