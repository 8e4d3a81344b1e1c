import { join } from 'node:path';
import type { Op, Value } from '../../../spec/append-log/ops.ts';
import { appendLogCodec } from '../append-log.ts';
import { connect, connectAgain } from '../client.ts';
import type { Client, ClientOptions } from '../client.ts';
import { PortFault } from '../fault.ts';
import { stdioPort } from '../stdio-port.ts';
import type { BadDriver } from './testing-zoo.ts';

/** What a driver's case came to. */
export interface Told {
  readonly fault: PortFault | null;
  readonly when: BadDriver['when'];
  /** What the log showed, where it came to that. */
  readonly entries: number | null;
}

const time = '2026-01-01T00:00:00.000Z';

/** How the program of that name is started. */
export function commandOf(program: string): readonly string[] {
  const path = join(import.meta.dirname, program);
  if (program.startsWith('is-not-there')) return [path];
  return program.endsWith('.py') ? ['python3', path] : [process.execPath, path];
}

/** One case with a log in `dir`: two appends at once, a sync, a read, another start, the end. */
export async function runCase(options: ClientOptions, dir: string): Promise<Told> {
  let when: BadDriver['when'] = 'start';
  let entries: number | null = null;
  const clients: Client[] = [];
  try {
    const client = await connect(options);
    clients.push(client);
    const port = stdioPort<Op, Value>(client, appendLogCodec, { dir, handle: 'h' });
    when = 'call';
    await port.step({ op: 'open' }, time);
    const payload = Buffer.from('an entry');
    await Promise.all([1, 2].map(() => port.step({ op: 'append', payload }, time)));
    await port.step({ op: 'sync' }, time);
    const read = await port.step({ op: 'read' }, time);
    entries = read.is === 'ok' && Array.isArray(read.value) ? read.value.length : null;
    when = 'again';
    clients.push(await connectAgain(client));
    when = 'end';
    const [ending] = await Promise.all(clients.map((one) => one.close()));
    return { fault: ending?.fault ?? null, when, entries };
  } catch (thrown) {
    await Promise.all(clients.map((one) => one.kill()));
    if (!(thrown instanceof PortFault)) throw thrown;
    return { fault: thrown, when, entries };
  }
}
