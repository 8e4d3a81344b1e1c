import { describe, expect, it } from 'vitest';
import type { Linted, LintReport } from '../../harness/lint/lint.ts';
import { plain } from './lib/paint.ts';
import { lintExit, lintText } from './lint.ts';

const check = (id: string, end: Linted['end'], level: Linted['level'] = 'MUST'): Linted => ({
  id, level, sentence: `Sentence of ${id}.`, cure: `Cure of ${id}.`, end,
}); // prettier-ignore

const report = (...checks: Linted[]): LintReport => ({
  is: 'linted',
  port: { name: 'p\u001b[2J', version: '1' },
  kinds: ['append-log'],
  checks,
  errors: { all: 3, internal: 1 },
});

const held = check('a', { is: 'held' });
const open = check('b', { is: 'not_tried', why: 'implement open' });
const open2 = check('c', { is: 'not_tried', why: 'implement open' });
const broken = check('d', { is: 'failed', saw: 'it said \u001b[31m' });
const ought = check('e', { is: 'failed', saw: 'x' }, 'SHOULD');

describe('tearproof lint', () => {
  it.each([
    [0, report(held, check('x', { is: 'not_applicable', why: 'not claimed' }))],
    [0, report(held, ought)],
    [1, report(held, open, broken)],
    [5, report(held, open)],
    [3, { is: 'cannot_start', saw: 'no' } as const],
  ])('ends with exit code %i', (code, linted) => {
    expect(lintExit(linted)).toBe(code);
  });

  it('prints what held in a line, and what failed last, with the cure', () => {
    const text = lintText(report(held, broken, open, open2, ought), plain);
    expect(text).toContain('✓ 1 held: a\n');
    expect(text).toContain('– not tested: b, c\n    implement open\n');
    expect(text).toContain('1 of 3 errors of the store were internal');
    expect(text.indexOf('✗ d  MUST  Sentence of d.')).toBeGreaterThan(text.indexOf('✓'));
    expect(text).toContain('    to do: Cure of d.');
    expect(text).toContain('! e  SHOULD');
    expect(text.endsWith('1 of MUST failed, 1 of SHOULD\n')).toBe(true);
    expect(text).not.toContain('\u001b');
  });

  it('says what comes next', () => {
    expect(lintText(report(held), plain)).toContain('tearproof check -- PORT');
    expect(lintText(report(held, open), plain)).toContain('1 check not tested');
    const hint = lintText({ is: 'cannot_start', saw: 'no answer \u001b' }, plain);
    expect(hint).toContain('flushed after every line');
    expect(hint).not.toContain('\u001b');
  });
});
