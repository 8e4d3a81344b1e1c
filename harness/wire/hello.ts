import { asciiJson } from './ascii.ts';
import type { JsonObject } from './ascii.ts';
import { initializeResultSchema, protocolRange } from './envelope.ts';
import type { InitializeResult } from './envelope.ts';
import { PortFault } from './fault.ts';
import { falseClaims } from './profiles.ts';
import type { Reply } from './reply.ts';

/** What a port says of itself is compared and shown, so that it must be small in every way. */
const most = { depth: 32, values: 20_000 } as const;

/** The answer to `initialize`, checked. Throws the `PortFault` `handshake`. */
export function readHello(reply: Reply): InitializeResult {
  if (reply.is === 'error') refuse(`initialize was refused: ${asciiJson(reply.message)}`);
  const hello = helloIn(reply.result);
  if (typeof hello === 'string') refuse(hello);
  const { protocol } = hello;
  if (protocol < protocolRange.min || protocol > protocolRange.max) {
    const ours = `${protocolRange.min} to ${protocolRange.max}`;
    refuse(`the port chose protocol ${protocol}; offered was ${ours}`);
  }
  const [problem] = falseClaims(hello.kinds);
  if (problem !== undefined) refuse(`false claims: ${problem}`);
  return hello;
}

/**
 * What a port says of itself, whatever it claims; or what is wrong with its shape, in a sentence.
 */
export function helloIn(result: JsonObject): InitializeResult | string {
  if (!isSmall(result, most)) {
    return `the answer to initialize is deeper than ${most.depth} or has over ${most.values} values`;
  }
  const hello = initializeResultSchema.safeParse(result);
  if (hello.success) return hello.data;
  const place = hello.error.issues[0]?.path.map(String).join('.') ?? '';
  return `the answer to initialize does not fit its schema at ${asciiJson(place)}`;
}

function refuse(say: string): never {
  throw new PortFault('handshake', say);
}

/** Whoever prints a value, or walks through it by calling itself, asks this before. */
export function isSmall(
  value: unknown,
  { depth: depthMost, values }: { readonly depth: number; readonly values: number },
): boolean {
  const open: (readonly [value: unknown, depth: number])[] = [[value, 0]];
  for (let seen = 0; open.length > 0; seen++) {
    const [part, depth] = open.pop() ?? [null, 0];
    if (seen > values || depth > depthMost) return false;
    if (part === null || typeof part !== 'object') continue;
    for (const inner of Object.values(part)) open.push([inner, depth + 1]);
  }
  return true;
}
