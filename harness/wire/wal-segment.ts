import { z } from 'zod';
import type { Op, Value } from '../../spec/wal-segment/ops.ts';
import { makeCodec } from './codec.ts';
import type { WireMethod } from './codec.ts';
import type { Large } from './recipe.ts';
import { answers, reads, reports, silent, whole, writes } from './methods.ts';
import { between, directory, givenBytes, text, time, toldBytes, u64 } from './values.ts';

const head = {
  seq: u64,
  at: u64.describe('Microseconds since 1970.'),
  type: between(0, 255),
};
const given = z.array(z.object({ ...head, payload: givenBytes }));

const opened = z.object({ segment: u64, sizeBytes: u64, ...reports });
const closed = z.object({ segment: u64, hash: text, sizeBytes: u64 });
const link = z.object({ segment: u64, prev: text, hash: text });
const frames = z.array(z.object({ ...head, payload: toldBytes }));
const large: Large = { at: ['frames', '*', 'payload'], as: 'base64' };

/** Every method of wal-segment, in the order in which `ports/PROTOCOL.md` lists them. */
export const walSegmentMethods = {
  open: whole(
    writes({
      dir: directory,
      seq: u64.exactOptional(),
      instance: u64,
      maxBytes: u64.exactOptional(),
      maxAgeMicros: u64.exactOptional(),
      onGap: z.enum(['refuse', 'keep-prefix']).exactOptional(),
    }),
    opened,
  ),
  append: silent(writes({ frames: given, sync: z.boolean() })),
  other: silent(z.object({ dir: directory, instance: u64, frames: given, at: time })),
  sync: silent(writes()),
  force: silent(reads()),
  shouldRotate: answers(writes(), 'due', z.enum(['forced', 'size', 'time']).nullable()),
  rotate: whole(writes(), closed),
  close: whole(writes(), closed),
  frames: answers(z.object({ dir: directory, segment: u64 }), 'frames', frames, large),
  verify: answers(z.object({ dir: directory }), 'links', z.array(link)),
  replay: answers(
    z.object({
      dir: directory,
      after: u64,
      strict: z.boolean().exactOptional(),
      chain: z.boolean().exactOptional(),
    }),
    'frames',
    frames,
    large,
  ),
} satisfies Record<Op['op'], WireMethod>;

/** Lines of wal-segment. A port is one log, so its operations name no handle of their own. */
export const walSegmentCodec = makeCodec<Op, Value>('wal-segment', walSegmentMethods, () => '');
