export type { Limits } from './handle.ts';
export type { OriginalOptions } from './store.ts';
export { inspectOriginal, openOriginal } from './store.ts';
