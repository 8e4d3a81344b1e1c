import { mkdirSync, realpathSync } from 'node:fs';
import { defaultOutside } from '../../faults/disk.ts';
import { differences, type Image } from '../../spec/lib/image.ts';
import { folderOf, type Folder } from '../remote/folder.ts';

/** A directory in which a traced store lives, and what stands beside it. */
export interface Site {
  /** The store's directory, absolute and without symbolic links. */
  readonly root: string;
  /** What stands beside it is in here too. */
  readonly world: string;
  readonly store: Folder;
  /** Paths beside the store that changed, under `/`; they are put back. */
  changedAround(): readonly string[];
}

/** What stands beside the store: the same as beside one in memory. */
const decoys: Image = new Map([...defaultOutside].map(([path, node]) => [path.slice(1), node]));

/** Makes a site in a folder that does not exist; `helpers` is one on the same file system. */
export function siteIn(folder: string, helpers: string): Site {
  mkdirSync(`${folder}/store`, { recursive: true });
  const world = realpathSync(folder);
  const root = `${world}/store`;
  const around = folderOf({ dir: world, world, within: '', helpers, skip: 'store' });
  around.lay(decoys);
  return {
    root,
    world,
    store: folderOf({ dir: root, world, within: 'store', helpers }),
    changedAround() {
      const paths = differences(decoys, around.look());
      if (paths.length > 0) around.lay(decoys);
      return paths.map((path) => `/${path}`);
    },
  };
}
