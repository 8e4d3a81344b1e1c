// Reading JSON as serde_json reads it, from bytes: u64 exactly, raw values by their source, no
// depth limit but where a value is decoded.
export type { Cursor } from './json-cursor.ts';
export { cursorOver, jsonError, peek, take, takeWord } from './json-cursor.ts';
export { readBool, readNumberText, readU64 } from './json-scalar.ts';
export { skipValue } from './json-skip.ts';
export { readString } from './json-string.ts';
