import type { NotModelledEvent, PortEvent } from './events.ts';
import type { Subject } from './plan.ts';
import type { PortFault } from './wire/fault.ts';

/** What a traced port did that no crash state can be made of. */
export function* notModelled<O, R, S, D>(
  { trial, opened }: Subject<O, R, S, D>,
  id: string,
): Generator<NotModelledEvent, void> {
  for (const call of opened?.() ?? []) {
    const say = 'nobody can tell what it does to the disk';
    yield { is: 'not_modelled', kind: trial.kind.name, id, call, say };
  }
}

/** Refusals that had changed files, against what the port said of them. */
export function* falselyDefinite<O, R, S, D>(
  { trial, lies }: Subject<O, R, S, D>,
  id: string,
): Generator<PortEvent, void> {
  for (const op of lies?.() ?? []) {
    const say = `${op} was refused with «definite»: true, and files had changed`;
    yield { is: 'port', kind: trial.kind.name, id, fault: 'false-definite', say };
  }
}

/** A port that fails while several states are walked at once, and on none of them alone. */
export function failsInFlight(kind: string, id: string, { message }: PortFault): PortEvent {
  const say =
    `while several states were walked at once: ${message}; walked alone, none of them does that. ` +
    'The port says that it takes several calls in flight';
  return { is: 'port', kind, id, fault: 'fails-in-flight', say };
}

/** What a port did wrong as a program, as an event. */
export function portEvent(
  kind: string,
  id: string,
  { fault, message, stderr }: PortFault,
): PortEvent {
  const told = stderr === '' ? {} : { stderr: stderr.slice(-stderrMost) };
  return { is: 'port', kind, id, fault, say: message, ...told };
}

/** The end of stderr that an event has room for, in characters. */
const stderrMost = 2000;
