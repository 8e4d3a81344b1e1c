/**
 * Makers of the checks that any append-only store can be held to, judged from what one walk saw. A
 * kind calls them with its facts and gives the clauses their ids and sentences; nothing here knows
 * a format.
 */
export * from './departure.ts';
export * from './promises-books.ts';
export * from './promises-disk.ts';
export * from './promises-errors.ts';
export * from './promises-live.ts';
export * from './promises-log.ts';
export * from './promises-open.ts';
export * from './promises-repairs.ts';
