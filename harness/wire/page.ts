/** One example of `ports/PROTOCOL.md`: a line to a port and the line that it answers. */
export interface Example {
  readonly request: string;
  readonly answer: string;
}

/**
 * The examples of a page, in processes: each `initialize` begins a new one. Throws where a block is
 * malformed.
 */
export function examplesOf(page: string): readonly (readonly Example[])[] {
  const processes: Example[][] = [];
  for (const [, block = ''] of page.matchAll(/^```protocol\n(.*?)^```$/gms)) {
    const lines = block.trimEnd().split('\n');
    for (let i = 0; i < lines.length; i += 2) {
      const example = { request: part(lines[i], '-> '), answer: part(lines[i + 1], '<- ') };
      if (example.request.includes('"method":"initialize"')) processes.push([]);
      processes.at(-1)?.push(example);
    }
  }
  return processes;
}

function part(line: string | undefined, arrow: string): string {
  if (line === undefined || !line.startsWith(arrow)) {
    throw new Error(`expected a line that begins with ${arrow.trim()}: ${line ?? 'end of block'}`);
  }
  return line.slice(arrow.length);
}
