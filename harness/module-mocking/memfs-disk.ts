import { constants } from 'node:fs';
import { createFsFromVolume, Volume } from 'memfs';
import type { DiskFs } from '../../faults/disk/shape.ts';
import { createDisk, type Disk, type DiskOptions } from '../../faults/disk.ts';
import { createRecorder } from '../../faults/recorder/recorder.ts';
import type { Image } from '../../spec/lib/image.ts';

/**
 * A fresh memfs volume behind the recorder: all of `node:fs`, and the op log of a disk of ours.
 * Where calls are to be counted or to fail it is a disk of ours, which leaves the same log.
 */
export function memfsDisk(image?: Image, options: DiskOptions = {}): Disk {
  if (options.account === true || (options.inject?.length ?? 0) > 0) {
    return createDisk(image, options);
  }
  const fsOf = (volume: Volume): DiskFs =>
    // memfs has its own, shorter list of constants.
    Object.assign(createFsFromVolume(volume), { constants }) as unknown as DiskFs;
  return createRecorder({ volume: new Volume(), fsOf }, image, options);
}
