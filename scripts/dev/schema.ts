// Writes ports/schema/ from the schemas that the code checks with: `npx tsx scripts/dev/schema.ts`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { protocolSchemas } from '../../harness/wire/schema.ts';

const dir = join(import.meta.dirname, '../../ports/schema');
mkdirSync(dir, { recursive: true });
for (const [name, schema] of Object.entries(protocolSchemas())) {
  const path = join(dir, name);
  const options = await resolveConfig(path);
  writeFileSync(path, await format(JSON.stringify(schema), { ...options, parser: 'json' }));
  console.log(`ports/schema/${name}`);
}
