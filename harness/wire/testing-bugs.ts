import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A known error of a starter port: an edit of at most three lines. */
export interface PortBug {
  readonly id: string;
  /** What is wrong then, in a sentence. */
  readonly says: string;
  /** Relative to the folder of the port. */
  readonly file: string;
  /** Stands once in the file. */
  readonly find: string;
  readonly replace: string;
}

/** The languages whose starter port has planted bugs. */
export type PortLanguage = 'python' | 'rust';

/** The folder of a starter port. */
export const portFolder = (language: PortLanguage): string =>
  join(import.meta.dirname, '../../ports', language);

/** All bugs of a starter port, as its `tests/planted.json` holds them. */
export const bugsOf = (language: PortLanguage): readonly PortBug[] =>
  JSON.parse(readFileSync(join(portFolder(language), 'tests/planted.json'), 'utf8'));

/** The file of a bug as it is with the bug in it; throws where its place does not stand once. */
export function withBug(language: PortLanguage, { id, file, find, replace }: PortBug): string {
  const text = readFileSync(join(portFolder(language), file), 'utf8');
  const [before, after, ...more] = text.split(find);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`${id}: its place does not stand once in ${file}`);
  }
  return `${before}${replace}${after}`;
}
