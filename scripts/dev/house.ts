import { withoutComments } from './imports.ts';
import type { Source } from './sources.ts';

/** The longest comment line, in characters; code is prettier's, but for what cannot be broken. */
export const maxColumns = 100;
const maxUnbreakable = 200;
const maxLines = 300;

/** Where chance and the clock may be asked, and why; a path that ends in '/' is a folder. */
export const impure: Readonly<Record<string, string>> = {
  'scripts/': 'the command line and what maintains the repository show and measure time',
};

const rules: readonly { readonly pattern: RegExp; readonly say: string }[] = [
  { pattern: /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/g, say: 'asks the clock' },
  { pattern: /\bMath\.random\(|\brandomUUID\(|\brandomBytes\(/g, say: 'asks chance' },
];
const skipped = /\b(?:it|test|describe)\.(only|skip|todo|skipIf|runIf|fails)\b/g;

/** Every breach of the house's rules in a file, as `path:line: sentence`. */
export function houseProblems(source: Source): readonly string[] {
  return [
    ...wideLines(source),
    ...longFile(source),
    ...matches(source, skipped, (found) => `${found} reads as a pass`),
    ...(isImpure(source.path)
      ? []
      : rules.flatMap(({ pattern, say }) => matches(source, pattern, () => say))),
  ];
}

function isImpure(path: string): boolean {
  return Object.keys(impure).some((at) => (at.endsWith('/') ? path.startsWith(at) : path === at));
}

function wideLines({ path, text }: Source): readonly string[] {
  const code = withoutComments(text).split('\n');
  return text.split('\n').flatMap((line, i) => {
    // What is left of a comment line without its comment is blank.
    const limit = (code[i] ?? '').trim() === '' ? maxColumns : maxUnbreakable;
    const width = line.length;
    return width <= limit ? [] : [`${path}:${i + 1}: ${width} columns, at most ${limit}`];
  });
}

function longFile({ path, text }: Source): readonly string[] {
  const lines = text.split('\n').length - 1;
  if (lines <= maxLines || /^\/(\/|\*).*\blong\b/is.test(text.split('\n\n')[0] ?? '')) return [];
  return [`${path}:1: ${lines} lines; above ${maxLines} a first comment says why it is long`];
}

function matches(
  { path, text }: Source,
  pattern: RegExp,
  say: (found: string) => string,
): readonly string[] {
  const code = withoutComments(text);
  return [...code.matchAll(pattern)].map((match) => {
    const line = code.slice(0, match.index).split('\n').length;
    return `${path}:${line}: ${say(match[0])}`;
  });
}
