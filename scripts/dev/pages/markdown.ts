/** A table of Markdown; bars and line ends in its cells are made harmless. */
export function table(head: readonly string[], body: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}

/** Text set as code; text that holds a backtick is fenced by two. */
export function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** Several texts set as code, commas between them. */
export const codes = (texts: readonly string[]): string => texts.map(code).join(', ');

/** A block of code, of no language. */
export const block = (text: string): string => `\`\`\`text\n${text}\n\`\`\``;

/** A place that links lead to by `#id`. */
export const anchor = (id: string): string => `<a id="${id}"></a>`;
