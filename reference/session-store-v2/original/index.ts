export type { Limits } from './handle.ts';
export { originalLimits } from './handle.ts';
export { printPayload } from './payload.ts';
export type { OriginalOptions } from './store.ts';
export { inspectOriginal, openOriginal } from './store.ts';
