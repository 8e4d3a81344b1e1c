import type { FaultName } from '../fault.ts';

/** A driver that is wrong in one way, and what the runner must say of it. */
export interface BadDriver {
  /** The program beside this file; it ends in `.mjs` or `.py`. */
  readonly program: string;
  /** Null where it is odd and right. */
  readonly fault: FaultName | null;
  /** When it must be told: at the start, at a call, at a second start, or at the end. */
  readonly when: 'start' | 'call' | 'again' | 'end';
  /** What the message must say. */
  readonly says?: RegExp;
}

const at =
  (when: BadDriver['when']) =>
  (program: string, fault: FaultName | null, says?: RegExp): BadDriver => ({
    program: program.includes('.') ? program : `${program}.mjs`,
    fault,
    when,
    ...(says === undefined ? {} : { says }),
  });
const start = at('start');
const call = at('call');
const again = at('again');
const end = at('end');

/** Every bad driver, by the moment at which it must be told. */
export const badDrivers: readonly BadDriver[] = [
  start('is-not-there', 'start', /ENOENT.*python3 driver.py/),
  start('exits-at-once', 'died', /exit code 7/),
  start('hangs-at-start', 'hang', /initialize within/),
  start('unflushed.py', 'hang', /flush/),
  start('wrong-version', 'handshake', /protocol 2; offered was 1 to 1/),
  start('no-common-version', 'handshake', /only \\u001b\[31mversion 9/),
  start('claims-falsely', 'handshake', /sync/),
  start('deep-hello', 'handshake', /deeper/),
  start('huge-limits', 'handshake', /limits.inFlight/),
  call('prints', 'noise', /appending \\u001b\[2J/),
  call('json-logger', 'noise', /stderr/),
  call('batch', 'noise'),
  call('invalid-json', 'invalid-json'),
  call('not-utf8', 'invalid-json'),
  call('half-line', 'half-line', /flushed/),
  call('half-line-then-death', 'died', /exit code 3, within a line/),
  call('wrong-id', 'unknown-id', /4711/),
  call('answers-twice', 'duplicate-reply'),
  call('answers-early', 'unknown-id'),
  call('floods-answers', 'duplicate-reply'),
  call('echoes', 'echo'),
  call('answers-neither', 'schema'),
  call('answers-otherwise', 'schema', /entries.0/),
  call('deep-answer', 'schema', /entries.0/),
  call('deep-error', 'schema'),
  call('huge-id', 'schema'),
  call('hangs', 'hang', /append-log\/append within/),
  call('dies-mid-write', 'died', /exit code 1/),
  call('dies-by-signal', 'died', /SIGSEGV/),
  call('child-holds-pipes', 'died', /exit code 2/),
  call('claims-too-much', 'not-served', /append-log\/sync/),
  call('refuses-calls', 'refused-call', /payload: \\u001b\[1mno/),
  call('cannot-read', 'refused-call'),
  call('too-long', 'line-too-long'),
  call('floods-stdout', 'flood', /without the end of a line/),
  call('floods-notifications', 'flood', /notifications/),
  call('closes-stdin', 'closed-pipe', /stdin/),
  call('closes-stdout', 'closed-pipe', /stdout/),
  again('changes-claims', 'claims-changed', /port$/),
  end('stays', 'refuses-to-exit', /nor after SIGTERM/),
  end('stays-until-asked-again', 'refuses-to-exit'),
  end('ends-with-an-error', 'died', /exit code 9/),
  end('leaves-a-child', 'orphan', /sleep \(\d+\)/),
  end('leaves-a-daemon', 'orphan', /sleep \(\d+, in a group of its own\)/),
  end('leaves-a-stranger', 'orphan', /sleep \(\d+, in a group of its own\)/),
  end('leaves-a-squatter', 'orphan', /sleep \(\d+, in a group of its own\)/),
  end('leaves-a-hermit', 'orphan', /sleep \(\d+, in a group of its own\)/),
  end('honest', null),
  end('odd-but-right', null),
  end('floods-stderr', null),
  // What it writes beside its store is found by who looks at the disk, not at the wire.
  end('writes-outside', null),
];
