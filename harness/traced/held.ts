import type { CallSite, Injection } from '../../faults/errors/types.ts';
import type { TraceImport } from '../../faults/strace/import.ts';
import type { Image } from '../../spec/lib/image.ts';
import type { AnyCodec } from '../wire/codecs.ts';
import type { ClientOptions } from '../wire/client.ts';
import type { DryRuns } from './dry.ts';
import type { TracedProcess } from './process.ts';
import type { Site } from './site.ts';

/** An operation of any kind that is served. */
export interface Op {
  readonly op: string;
}

/** How a port is started that is to be traced. */
export interface TracedOptions extends ClientOptions {
  /** An existing folder of its own: the caller removes it after `close`. */
  readonly dir: string;
  /** A longer buffer of a call is seen cut, and what it did is not modelled; 64 MiB if missing. */
  readonly stringBytes?: number;
}

/** Everything that a maker of traced ports knows. */
export interface Held {
  readonly options: TracedOptions;
  readonly site: Site;
  /** Where a history is tried without faults, so that it is known which call is which. */
  readonly rehearsal: Site;
  readonly dry: DryRuns;
  process: TracedProcess | null;
  inUse: Laid | null;
  kill: CallSite | null;
  handles: number;
  /** What no trace could model, since it was last asked for. */
  readonly opened: Set<string>;
}

/** One disk: what it began with, what was asked over it, and what the trace told. */
export interface Laid {
  readonly codec: AnyCodec;
  readonly image: Image;
  readonly injections: readonly Injection[];
  readonly kill: CallSite | null;
  readonly asked: { readonly op: Op; readonly at: string }[];
  readonly trace: TraceImport;
  key: string;
  step: number;
  handle: string;
  /** So many events of its log were looked through for what nobody did on disk. */
  realized: number;
  /** The last step whose success was noted where the port told it. */
  acked: number;
}
