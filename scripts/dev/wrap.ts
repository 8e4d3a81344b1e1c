// Breaks comments that are wider than the house allows; prettier leaves comments as they are.
// Usage: tsx scripts/dev/wrap.ts [FILE...], without files on every TypeScript file.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { maxColumns } from './house.ts';
import { withoutComments } from './imports.ts';
import { repository, typeScriptSources } from './sources.ts';

/**
 * The text with every paragraph of a comment filled anew where one of its lines is too wide. Lines
 * that begin like a list, a table or a directive are left alone, and so is a comment behind code.
 */
export function wrapComments(text: string, columns: number = maxColumns): string {
  const lines = text.split('\n');
  const code = withoutComments(text).split('\n');
  const isComment = (i: number): boolean => code[i]?.trim() === '' && lines[i]?.trim() !== '';
  const out: string[] = [];
  for (let i = 0; i < lines.length;) {
    const line = lines[i]!;
    const isWide = line.length > columns && isComment(i);
    const single = isWide ? /^(\s*)\/\*\* (.*) \*\/$/.exec(line) : null;
    if (single !== null) {
      const [, indent = '', words = ''] = single;
      const filled = fill([words], `${indent} * `, columns);
      out.push(`${indent}/**`, ...filled, `${indent} */`);
      i += 1;
      continue;
    }
    const prefix = isComment(i) ? prefixOf(line) : null;
    if (prefix === null || isOwnLine(line.slice(prefix.length))) {
      out.push(line);
      i += 1;
      continue;
    }
    const paragraph = [line.slice(prefix.length)];
    while (isComment(i + paragraph.length)) {
      const next = lines[i + paragraph.length]!;
      if (prefixOf(next) !== prefix || isOwnLine(next.slice(prefix.length))) break;
      paragraph.push(next.slice(prefix.length));
    }
    const tooWide = paragraph.some((words) => prefix.length + words.length > columns);
    out.push(...(tooWide ? fill(paragraph, prefix, columns) : paragraph.map((w) => prefix + w)));
    i += paragraph.length;
  }
  return out.join('\n');
}

/** The mark of a line of running words (` * `, `// `), or null where the line is something else. */
function prefixOf(line: string): string | null {
  const match = /^(\s*(?:\*|\/\/) )\S/.exec(line);
  return match === null || /\*\/\s*$/.test(line) ? null : match[1]!;
}

function isOwnLine(words: string): boolean {
  return /^(?:[-*|@#\d>]|`{3}|eslint-|oxlint-|prettier-|\s)/.test(words);
}

function fill(paragraph: readonly string[], prefix: string, columns: number): readonly string[] {
  const out: string[] = [];
  let line = '';
  for (const word of paragraph.join(' ').split(/ +/)) {
    if (line !== '' && prefix.length + line.length + 1 + word.length > columns) {
      out.push(prefix + line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...out, prefix + line];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const named = process.argv.slice(2).map((file) => relative(repository, resolve(file)));
  const paths = named.length > 0 ? named : typeScriptSources().map((source) => source.path);
  for (const path of paths) {
    const file = join(repository, path);
    const text = readFileSync(file, 'utf8');
    const wrapped = wrapComments(text);
    if (wrapped !== text) writeFileSync(file, wrapped);
  }
}
