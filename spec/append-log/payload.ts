import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Key } from '../lib/judge.ts';

/**
 * What a payload is filled with, each provoking a framing of its own: `lines` and `quotes` break
 * line and JSON framings, `zeros` and `ones` look like space never written, `frames` looks like
 * length-prefixed records.
 */
export const fills = ['text', 'lines', 'quotes', 'zeros', 'ones', 'frames'] as const;
export type Fill = (typeof fills)[number];

/** A payload as a few numbers, so that it shrinks well and is named in one line. */
export interface PayloadDraft {
  readonly fill: Fill;
  /** Bytes of filling behind the tag. */
  readonly fillBytes: number;
  /** Tells two attempts at one position apart, such as an append that failed and its retry. */
  readonly salt: number;
}

const patterns: Readonly<Record<Fill, readonly number[]>> = {
  text: [...new TextEncoder().encode('the quick brown fox jumps over the lazy dog. ')],
  lines: [...new TextEncoder().encode('a line\r\nanother\n\n')],
  quotes: [...new TextEncoder().encode('{"k":"v\\"\u00e9\u2028"},')],
  zeros: [0],
  ones: [0xff],
  frames: [3, 0, 0, 0, 0xaa, 0xbb, 0xcc],
};

/** The bytes of a draft at `position` in the log: a readable, unique tag, then the filling. */
export function payloadBytes(draft: PayloadDraft, position: number): Uint8Array {
  const tag = new TextEncoder().encode(`${position}.${draft.salt} `);
  const pattern = patterns[draft.fill];
  const bytes = new Uint8Array(tag.length + draft.fillBytes);
  bytes.set(tag);
  for (let i = 0; i < draft.fillBytes; i++) bytes[tag.length + i] = pattern[i % pattern.length]!;
  return bytes;
}

const plainLimitBytes = 48;

/** The identity of an entry: a short ASCII payload itself, else its length and SHA-256. */
export function keyOf(payload: Uint8Array): Key {
  if (payload.length <= plainLimitBytes && payload.every((b) => b >= 0x20 && b < 0x7f)) {
    return `'${String.fromCharCode(...payload)}'`;
  }
  return `${payload.length} bytes sha256:${bytesToHex(sha256(payload))}`;
}
