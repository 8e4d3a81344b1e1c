// The program that `policies-apart.ts` runs: a directory, a kind and a limit of bytes in, one JSON
// object out.
import { inspectDefaults, limitsOf } from './inspect.ts';
import { inspectorNamed } from './kinds.ts';
import { readImage } from './read.ts';

const [root = '', kind = '', limit = '0'] = process.argv.slice(2);
const inspector = inspectorNamed(kind);
const { image, problems } = readImage(root, {
  ...limitsOf(inspector, inspectDefaults),
  fileBytes: Number(limit),
  totalBytes: Number(limit),
  hollow: (path) => inspector.roleOf(path) === '',
});
const changed = problems.find((p) => p.code !== 'hole_assumed');
const answer =
  changed === undefined
    ? inspector.policies(image)
    : { leftOut: `the store changed meanwhile (${changed.code})` };
process.stdout.write(JSON.stringify(answer));
