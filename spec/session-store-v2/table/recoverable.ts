import type { Fault } from './fault.ts';
import type { Run } from './run.ts';

/**
 * What the text of a session error must contain, in any case of its ASCII letters, for opening to
 * rebuild the index.
 */
const phrases = [
  'checksum mismatch',
  'index out of bounds',
  'index/frame mismatch',
  'index references missing frame',
  'payload integrity mismatch',
  'entry sequence is not strictly increasing',
  'index byte range overflow',
  'failed to stat active segment',
];

/** True where the text holds one of the phrases, be it in an id or a path that it quotes. */
export function recoverableText(message: string): boolean {
  const lower = message.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  return phrases.some((phrase) => lower.includes(phrase));
}

/**
 * True where opening answers this fault by rebuilding the index (format page, Opening in the
 * original).
 */
export function isRecoverable(run: Run, fault: Fault): boolean {
  switch (fault.category) {
    case 'json':
      return run.rule('recoverable-json', true);
    case 'io': {
      const badData = fault.code === 'io-invalid-data' || fault.code === 'io-unexpected-eof';
      return run.rule('recoverable-io', badData);
    }
    case 'session':
      return run.rule('recoverable-text', recoverableText(fault.message));
    default:
      return false;
  }
}
