import type { DiskFs } from '../../faults/disk/shape.ts';
import type { DiskMaker, PortMaker } from '../kind.ts';
import { memfsDisk } from './memfs-disk.ts';
import { onFs } from './modules.ts';
import { wideOf } from './wide.ts';

/**
 * A port whose code imports `node:fs` itself: whatever it calls goes to the disk of the state that
 * is being tried, if the test runner has put `mockedFs` in that module's place.
 */
export function onMockedFs<O, R>(
  make: PortMaker<O, R>,
  disk: DiskMaker = memfsDisk,
): PortMaker<O, R> {
  const maker: PortMaker<O, R> = (given, root) => {
    const fs = isWhole(given) ? given : wideOf(given as DiskFs);
    const port = onFs(fs, () => make(fs, root));
    return { claims: port.claims, step: (op, at) => onFs(fs, () => port.step(op, at)) };
  };
  return Object.assign(maker, { disk });
}

/** True for what serves all of `node:fs` by itself, as memfs does. */
function isWhole(fs: object): boolean {
  return 'createWriteStream' in fs;
}
