import { describe, expect, it } from 'vitest';
import { leastNode } from '../../harness/doctor/advise.ts';
import { doctorText } from './doctor.ts';
import { packageJson } from './lib/package.ts';
import { plain } from './lib/paint.ts';

describe('tearproof doctor', () => {
  it('prints a line for each thing, and shows what a machine says of itself as text', () => {
    const text = doctorText(
      {
        found: [
          { what: 'node', has: '20.20.0', ok: true, means: '' },
          { what: 'strace', has: 'no: \u001b[2J', ok: false, means: 'install it' },
        ],
        reaches: [{ reach: 'traced', works: false, why: 'refused' }],
      },
      plain,
    );
    expect(text.split('\n')).toEqual([
      '✓ node             20.20.0',
      '! strace           no: \\u{1b}[2J  install it',
      '',
      '✗ reach traced     refused',
      '',
    ]);
  });

  it('asks for the Node that the package asks for', () => {
    expect(packageJson('package.json')).toMatchObject({
      engines: { node: `>=${leastNode.join('.')}` },
    });
  });
});
