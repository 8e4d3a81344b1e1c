import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { protocolSchemas } from './schema.ts';

const dir = join(import.meta.dirname, '../../ports/schema');

describe('ports/schema', () => {
  const schemas = protocolSchemas();

  it.each(Object.keys(schemas))('%s is what the code checks with', (name) => {
    expect(JSON.parse(readFileSync(join(dir, name), 'utf8'))).toEqual(schemas[name]);
  });

  it.each(Object.entries(schemas))('%s needs no reference to be resolved', (_name, schema) => {
    expect(JSON.stringify(schema)).not.toContain('$ref');
  });

  it('holds nothing else', () => {
    expect(readdirSync(dir).toSorted()).toEqual(Object.keys(schemas).toSorted());
  });
});
