import { z } from 'zod';
import type { Op, Value } from '../../spec/append-log/ops.ts';
import { makeCodec } from './codec.ts';
import type { WireMethod } from './codec.ts';
import { directory, givenBytes, handleName, time, toldBytes } from './values.ts';

const nothing = z.object({});

/** Every method of append-log. */
export const appendLogMethods = {
  open: {
    params: z.object({
      h: handleName,
      dir: directory,
      durability: z.enum(['none', 'entry']).exactOptional(),
      at: time,
    }),
    result: nothing,
    value: 'none',
  },
  append: {
    params: z.object({ h: handleName, payload: givenBytes, at: time }),
    result: nothing,
    value: 'none',
  },
  sync: { params: z.object({ h: handleName, at: time }), result: nothing, value: 'none' },
  read: {
    params: z.object({ h: handleName }),
    result: z.object({ entries: z.array(toldBytes) }),
    value: { member: 'entries' },
    large: { at: ['entries', '*'], as: 'base64' },
  },
  close: { params: z.object({ h: handleName, at: time }), result: nothing, value: 'none' },
} satisfies Record<Op['op'], WireMethod>;

/** Lines of append-log. A port is one log, so its operations name no handle of their own. */
export const appendLogCodec = makeCodec<Op, Value>('append-log', appendLogMethods, () => '');
