import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, openSync, symlinkSync } from 'node:fs';
import { writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Node } from '../../spec/lib/image.ts';
import { sampleImage } from '../../spec/session-store-v2/sample.ts';
import { mebibyte, once, sparse, writeLong, type Hostile } from './hostile.ts';
import { writeImage } from './write.ts';

const segment = 'segments/0000000000000001.seg';

function sample(dir: string, change: (image: Map<string, Node>) => void = () => {}): void {
  const image = new Map<string, Node>(sampleImage({ entries: 6, perSegment: 3 }));
  change(image);
  writeImage(dir, image);
}

/** A segment of one line with a payload of `length` bytes made of `text`, closed by `tail`. */
function longFrame(dir: string, text: string, length: number, tail: string): void {
  mkdirSync(join(dir, 'segments'));
  const head =
    '{"schema":"s","segmentSeq":1,"frameSeq":1,"entrySeq":1,"entryId":"a","entryType":"m",' +
    '"timestamp":"t","payloadSha256":"","payloadBytes":0,"payload":';
  const times = Math.floor(length / text.length);
  writeLong(join(dir, segment), [once(head), [text, times], once(tail)]);
}

/** Hostile session stores; the larger ones take a second and 110 MB to make. */
export const hostileSessionStores: readonly Hostile[] = [
  {
    name: 'FIFOs where files should be',
    make: (dir) =>
      sample(dir, (image) => {
        for (const path of [segment, 'index/offsets.jsonl', 'manifest.json', 'segments/x']) {
          image.set(path, { is: 'other', what: 'fifo' });
        }
      }),
    exits: [1],
    says: 'not_a_file',
  },
  {
    name: 'links in a loop, up, and out',
    make: (dir) => {
      sample(dir, (image) => {
        image.set('index/offsets.jsonl', { is: 'link', to: '/dev/zero' });
        image.set('checkpoints/0000000000000002.json', { is: 'link', to: 'loop' });
        image.set('checkpoints/loop', { is: 'link', to: '0000000000000002.json' });
        image.set('quarantine', { is: 'link', to: '..' });
      });
      symlinkSync('.', join(dir, 'self'));
    },
    exits: [1],
    says: 'symlink',
  },
  {
    name: 'a hundred thousand files',
    make: (dir) => {
      mkdirSync(join(dir, 'segments'));
      for (let i = 0; i < 100_000; i++) {
        writeFileSync(join(dir, 'segments', `${String(i).padStart(16, '0')}.seg`), '');
      }
    },
    exits: [1],
    says: 'segment?',
  },
  {
    name: 'names that are no UTF-8, or move the cursor',
    make: (dir) =>
      sample(dir, (image) => {
        for (const name of ['\\xff\\xfe', 'a\u001b[2Jb', 'line\nbreak', 'turn\u202earound']) {
          image.set(`segments/${name}`, { is: 'file', bytes: new Uint8Array(1), size: 1 });
        }
      }),
    exits: [0],
    says: '\\xff\\xfe',
  },
  {
    name: 'a segment of a tebibyte that is one hole',
    make: (dir) => {
      sample(dir);
      sparse(join(dir, 'segments/0000000000000003.seg'), '{"schema"', 2 ** 40);
    },
    exits: [1],
    says: 'line_too_long',
  },
  {
    name: 'an index, a manifest and a ledger of a tebibyte',
    make: (dir) => {
      sample(dir);
      for (const path of ['index/offsets.jsonl', 'manifest.json', 'migrations/ledger.jsonl']) {
        sparse(join(dir, path), '', 2 ** 40);
      }
    },
    exits: [1],
    says: 'line_too_long',
  },
  {
    name: 'a line of 100 MiB of text',
    make: (dir) => longFrame(dir, '"x",', 100 * mebibyte - 400, '0}\n'),
    exits: [1],
    says: 'not_json',
  },
  {
    name: 'a frame of 100 MiB that parses',
    make: (dir) => longFrame(dir, ' ', 100 * mebibyte - 400, '0}\n'),
    exits: [1],
    says: 'payload_hash',
  },
  {
    name: 'a line of 100 MiB and one byte',
    make: (dir) => longFrame(dir, '0', 100 * mebibyte, '}\n'),
    exits: [1],
    says: 'line_too_long',
  },
  {
    name: 'a payload with a hundred million open brackets',
    make: (dir) => longFrame(dir, '[', 100 * mebibyte - 400, '\n'),
    exits: [1],
    says: 'not_json',
  },
  {
    name: 'a payload of twenty million nested objects',
    make: (dir) => longFrame(dir, '{"":', 80 * mebibyte, '\n'),
    exits: [1],
    says: 'not_json',
  },
  {
    name: 'an id of 90 MiB',
    make: (dir) => {
      mkdirSync(join(dir, 'segments'));
      const head = '{"schema":"s","segmentSeq":1,"frameSeq":1,"entrySeq":1,"entryId":"';
      const tail = '","entryType":"m"}\n';
      writeLong(join(dir, segment), [once(head), ['\\u0061', 15 * mebibyte], once(tail)]);
    },
    exits: [1],
    says: 'missing_member',
  },
  {
    name: 'millions of unknown members and blank lines',
    make: (dir) => {
      mkdirSync(join(dir, 'segments'));
      const many = mebibyte;
      writeLong(join(dir, segment), [['\n', many], once('{'), ['"":0,', many], once('\n')]);
    },
    exits: [1],
    says: 'unknown_member',
  },
  {
    name: 'a NUL hole in the middle of a segment',
    make: (dir) => {
      sample(dir);
      const fd = openSync(join(dir, segment), 'r+');
      writeSync(fd, Buffer.alloc(400), 0, 400, 200);
      closeSync(fd);
    },
    exits: [1],
    says: 'not_json',
  },
  {
    name: 'directories nested until the path is too long',
    make: (dir) => {
      sample(dir);
      // Made by a process that steps down, since no call takes the whole path.
      const step = `for (let i = 0; i < 60; i++) {
        require('fs').mkdirSync('${'d'.repeat(200)}');
        process.chdir('${'d'.repeat(200)}');
      }`;
      execFileSync(process.execPath, ['-e', step], { cwd: join(dir, 'segments') });
    },
    exits: [0],
    says: 'whole',
  },
  {
    name: 'files that may not be read',
    make: (dir) => {
      sample(dir);
      chmodSync(join(dir, 'index/offsets.jsonl'), 0);
      chmodSync(join(dir, 'checkpoints'), 0);
    },
    exits: process.getuid?.() === 0 ? [0] : [1],
    says: process.getuid?.() === 0 ? 'whole' : 'unreadable',
  },
  {
    name: 'a directory for every file, and a file for every directory',
    make: (dir) => {
      for (const path of ['manifest.json', segment, 'index/offsets.jsonl']) {
        mkdirSync(join(dir, path), { recursive: true });
      }
      for (const path of ['checkpoints', 'migrations', 'tmp']) writeFileSync(join(dir, path), 'x');
    },
    exits: [1],
    says: 'not_a_file',
  },
  {
    name: 'a segment that grows while it is read',
    make: (dir) => sample(dir),
    exits: [0, 1],
    says: 'entr',
    grows: true,
  },
];
