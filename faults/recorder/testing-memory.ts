import { createFsFromVolume, Volume } from 'memfs';
import type { Image } from '../../spec/lib/image.ts';
import type { Disk, DiskOptions } from '../disk.ts';
import type { DiskFs } from '../disk/shape.ts';
import { createRecorder } from './recorder.ts';

/**
 * A memfs volume behind the recorder. Its functions are typed as far as a disk of ours has them.
 */
export function recordedDisk(image: Image, options?: DiskOptions): Disk {
  const fsOf = (volume: Volume): DiskFs => createFsFromVolume(volume) as unknown as DiskFs;
  return createRecorder({ volume: new Volume(), fsOf }, image, options);
}
