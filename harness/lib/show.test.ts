import { describe, expect, it } from 'vitest';
import { show } from './show.ts';

describe('show', () => {
  it('writes short printable bytes as text, wherever they stand, and others as their number', () => {
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    const op = {
      frames: [
        { seq: 1n, payload: bytes('p1 ') },
        { seq: 2n, payload: bytes('a\n') },
      ],
    };
    expect(show(op)).toBe(
      `{"frames":[{"seq":1,"payload":"'p1 '"},{"seq":2,"payload":"<2 bytes>"}]}`,
    );
    expect(show([bytes(''), bytes('x'.repeat(25)), new Uint8Array([0x9f])])).toBe(
      `["''","<25 bytes>","<1 bytes>"]`,
    );
  });

  it('keeps what no number holds, and shows what could steer a terminal', () => {
    expect(show([2n ** 64n - 1n, '\u001b[2J'])).toBe('["18446744073709551615","\\u001b[2J"]');
    expect(show('x'.repeat(700), 20)).toHaveLength(21);
  });
});
