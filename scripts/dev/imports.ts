/**
 * One import of a TypeScript file. `typeOnly` vanishes when it is compiled; `line` counts from 1.
 */
export interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
  readonly line: number;
  /** Where the specifier stands between its quotes, as offsets in the text. */
  readonly from: number;
  readonly to: number;
}

const statement = /^[ \t]*(import|export)\s+(type\s)?(?:[^'";]*?\bfrom\s*)?(['"])([^'"\n]+)\3/gm;
const call = /\bimport\(\s*(['"])([^'"\n]+)\1/g;

/**
 * Every import of a text that prettier has formatted: statements, re-exports, `import()` and
 * `typeof import()`. Comments are blanked first; a string that looks like a statement is taken
 * for one, which is the safe side for a test of arrows.
 */
export function importsOf(text: string): readonly Import[] {
  const code = withoutComments(text);
  const found: Import[] = [];
  for (const match of code.matchAll(statement)) {
    const specifier = match[4]!;
    const typeOnly = match[2] !== undefined;
    found.push(at(code, match.index + match[0].length - 1, specifier, typeOnly));
  }
  for (const match of code.matchAll(call)) {
    const typeOnly = /\btypeof\s*$/.test(code.slice(0, match.index));
    found.push(at(code, match.index + match[0].length - 1, match[2]!, typeOnly));
  }
  return found.toSorted((a, b) => a.from - b.from);
}

function at(code: string, quote: number, specifier: string, typeOnly: boolean): Import {
  const from = quote - specifier.length;
  return { specifier, typeOnly, line: code.slice(0, from).split('\n').length, from, to: quote };
}

const tokens =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;

/** The same text with comments turned into spaces, so that offsets and lines stay. */
export function withoutComments(text: string): string {
  return text.replace(tokens, (token) =>
    token.startsWith('/') ? token.replace(/[^\n]/g, ' ') : token,
  );
}
