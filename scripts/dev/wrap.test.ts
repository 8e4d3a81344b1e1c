import { describe, expect, it } from 'vitest';
import { wrapComments } from './wrap.ts';

const wrap = (text: string): string => wrapComments(text, 30);

describe('wrapComments', () => {
  it('opens a wide one-line comment into a block', () => {
    expect(wrap('  /** one two three four five six seven */\n  f();\n')).toBe(
      '  /**\n   * one two three four five\n   * six seven\n   */\n  f();\n',
    );
  });

  it('fills a paragraph anew where a line of it is too wide, and leaves the others', () => {
    expect(
      wrap('/**\n * short\n * lines\n *\n * one two three four five six seven\n * eight\n */\n'),
    ).toBe('/**\n * short\n * lines\n *\n * one two three four five six\n * seven eight\n */\n');
    expect(wrap('// one two three four five six seven\n// eight\nf();\n')).toBe(
      '// one two three four five six\n// seven eight\nf();\n',
    );
  });

  it('leaves lists, code, and what only looks like a comment', () => {
    const kept = [
      '// - a list item that is too wide to fit here',
      'f(); // a trailing comment that is too wide here',
      'const s = `',
      '// no comment, however wide this line may be',
      '`;',
      '',
    ].join('\n');
    expect(wrap(kept)).toBe(kept);
  });

  it('changes nothing the second time', () => {
    const once = wrap('/** one two three four five six seven eight nine ten eleven */\n');
    expect(wrap(once)).toBe(once);
  });
});
