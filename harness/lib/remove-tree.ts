import * as fs from 'node:fs';

/**
 * Removes what stands at a path, with all that is in it; nothing where nothing stands. Folders may
 * be deeper than any path can name, and without any rights; no link is followed.
 */
export function removeTree(path: string): void {
  try {
    fs.rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    removeFlat(path);
  }
}

/** Each folder within it is moved right below it before it is emptied, so that paths stay short. */
export function removeFlat(path: string): void {
  const within = (name: Buffer | string, of: Buffer | string = path): Buffer =>
    Buffer.concat([Buffer.from(of), Buffer.from('/'), Buffer.from(name)]);
  const open = (dir: Buffer | string): Buffer[] => {
    fs.chmodSync(dir, 0o700);
    return fs.readdirSync(dir, { encoding: 'buffer' });
  };
  let moved = 0;
  const unused = (): Buffer => {
    const place = within(`moved-to-be-removed-${moved++}`);
    return fs.lstatSync(place, { throwIfNoEntry: false }) === undefined ? place : unused();
  };
  for (let names = open(path); names.length > 0; names = open(path)) {
    for (const name of names) {
      const top = within(name);
      if (!isFolder(top)) {
        fs.unlinkSync(top);
        continue;
      }
      for (const inner of open(top)) {
        const from = within(inner, top);
        if (!isFolder(from)) fs.unlinkSync(from);
        else {
          // To move a folder elsewhere is to write into it.
          fs.chmodSync(from, 0o700);
          fs.renameSync(from, unused());
        }
      }
      fs.rmdirSync(top);
    }
  }
  fs.rmdirSync(path);
}

const isFolder = (path: Buffer): boolean => fs.lstatSync(path).isDirectory();
