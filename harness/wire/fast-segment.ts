import { z } from 'zod';
import type { Op, Value } from '../../spec/fast-segment/ops.ts';
import { makeCodec } from './codec.ts';
import type { WireMethod } from './codec.ts';
import { answers, reads, reports, silent, whole, writes } from './methods.ts';
import { between, directory, givenBytes, toldBytes, u64 } from './values.ts';

const u32 = between(0, 2 ** 32 - 1);
const address = { space: u64, coords: z.array(u32) };

const others = [
  z.object({ t: z.literal('tombstone'), ...address, revision: u64 }),
  z.object({ t: z.literal('sealed'), block: u64, space: u64, snapshot: u64 }),
  z.object({ t: z.literal('checkpoint'), revision: u64 }),
] as const;
const write = { t: z.literal('write'), ...address, revision: u64 };
const given = z.discriminatedUnion('t', [z.object({ ...write, data: givenBytes }), ...others]);
const told = z.discriminatedUnion('t', [z.object({ ...write, data: toldBytes }), ...others]);

const id = u32.describe('The session, as the handle was opened with.');
const ms = between(0, Number.MAX_SAFE_INTEGER);
const opened = z.object({ committed: u64, ...reports });

/** Every method of fast-segment, in the order in which `ports/PROTOCOL.md` lists them. */
export const fastSegmentMethods = {
  open: whole(writes({ dir: directory, id }), opened),
  append: answers(writes({ id, entry: given, track: z.boolean() }), 'bytes', u64),
  track: silent(reads({ id, bytes: u64 })),
  syncGroup: silent(writes({ id })),
  truncate: silent(writes({ id, len: u64 })),
  reset: silent(writes({ id })),
  readCommitted: answers(reads({ id }), 'entries', z.array(told), {
    at: ['entries', '*', 'data'],
    as: 'base64',
  }),
  seal: answers(
    writes({ id, entries: z.array(given), deadlineMs: ms, tickMs: ms.exactOptional() }),
    'how',
    z.enum(['sealed', 'timed_out']),
  ),
  committedBytes: answers(reads({ id }), 'bytes', u64),
  close: silent(writes({ id })),
  list: answers(z.object({ dir: directory }), 'ids', z.array(u32)),
} satisfies Record<Op['op'], WireMethod>;

/**
 * Lines of fast-segment. Each handle of a session is one on the line, so nothing else need tell
 * several of one session apart.
 */
export const fastSegmentCodec = makeCodec<Op, Value>('fast-segment', fastSegmentMethods, (op) => {
  if (!('id' in op)) return '';
  return op.h === undefined || op.h === '' ? String(op.id) : `${op.id}.${op.h}`;
});
