export { decodeEntry, encodeEntry, frameBytes, framed, headerOf, keyOf, keyText } from './bytes.ts';
export { format } from './layout.ts';
export type { Address, Entry, Op, Opened, Sealing, Value, Values } from './ops.ts';
