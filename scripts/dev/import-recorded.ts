/**
 * Copies what the original session store was recorded doing into the fixtures, byte for byte, with
 * its provenance. Usage: tsx scripts/dev/import-recorded.ts DIR where DIR holds cases.jsonl and
 * histories.jsonl
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const source = process.argv[2];
if (source === undefined) {
  console.error('usage: tsx scripts/dev/import-recorded.ts DIR');
  process.exit(2);
}

const target = join(import.meta.dirname, '../../fixtures/session-store-v2/recorded');
mkdirSync(target, { recursive: true });

const files = ['cases.jsonl', 'histories.jsonl'].map((name) => {
  const bytes = readFileSync(join(source, name));
  writeFileSync(join(target, name), bytes);
  const lines = bytes.toString('utf8').trimEnd().split('\n').length;
  const schema = `../../schema/recorded-session-store-v2-${name.replace('.jsonl', '')}-1.json`;
  return { name, lines, sha256: createHash('sha256').update(bytes).digest('hex'), schema };
});

const provenance = {
  what: 'what the original session store did with damaged stores (cases) and in histories of operations',
  program: 'the segmented session store of pi (session_store_v2), built with optimisation',
  versions: { serde_json: '1.0.87 without preserve_order' },
  notes: [
    'bytes are base64, a path that ends in / is an empty directory, and <root> stands for the store directory',
    'timestamps are those of the recording; error messages are compared by their stable prefix',
    'which id a missing-parent or cycle error names is not stable',
  ],
  files,
};
writeFileSync(join(target, 'provenance.json'), `${JSON.stringify(provenance, null, 2)}\n`);
console.log(files.map((f) => `${f.name}: ${f.lines}`).join('\n'));
