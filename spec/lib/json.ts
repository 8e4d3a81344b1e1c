/**
 * JSON from bytes with positions, by the rules of serde_json 1.0: `json-scan` walks syntax,
 * `json-read` reads typed objects, `json-write` prints. JavaScript's own parser loses positions,
 * spellings, duplicates and integers above 2^53.
 */
export * from './json-read.ts';
export * from './json-scan.ts';
export * from './json-write.ts';
