import type { Path } from '../../spec/lib/image.ts';
import type { Fact } from './facts.ts';

/**
 * What a look into a file's buffer means while a call is served: `whole` where nobody said more,
 * and that is the default. `ranged` reads say their range themselves, `writes` look at nothing, and
 * while `paused` it is the harness that looks.
 */
export type Mode = 'whole' | 'ranged' | 'writes' | 'paused';

/** Facts in the order in which they were learned, each once. */
export interface Recorder {
  readonly facts: readonly Fact[];
  mode: Mode;
  name(dir: Path, name: string): void;
  list(dir: Path): void;
  size(file: Path): void;
  /** Bytes [from, to) as the file began with them; nothing where all were learned before. */
  bytes(file: Path, from: number, to: number): void;
  everything(): void;
}

/** A recorder that has seen nothing yet. */
export function newRecorder(): Recorder {
  const facts: Fact[] = [];
  const known = new Set<string>();
  const read = new Map<Path, { readonly from: number; readonly to: number }[]>();
  const note = (key: string, fact: Fact): void => {
    if (recorder.mode === 'paused' || known.has(key)) return;
    known.add(key);
    facts.push(fact);
  };
  const recorder: Recorder = {
    facts,
    mode: 'whole',
    name: (dir, name) => note(`n${dir}\n${name}`, { is: 'name', dir, name }),
    list: (dir) => note(`l${dir}`, { is: 'list', dir }),
    size: (file) => note(`s${file}`, { is: 'size', file }),
    bytes: (file, from, to) => {
      if (recorder.mode === 'paused' || to <= from) return;
      const ranges = read.get(file);
      if (ranges?.some((range) => range.from <= from && to <= range.to) === true) return;
      if (ranges === undefined) read.set(file, [{ from, to }]);
      else ranges.push({ from, to });
      facts.push({ is: 'bytes', file, from, to });
    },
    everything: () => note('*', { is: 'everything' }),
  };
  return recorder;
}
