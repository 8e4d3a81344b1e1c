// Control characters, what turns the direction of text, line separators, lone surrogates.
const unsafe = new RegExp(
  [
    '[\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u200b-\\u200f\\u2028-\\u202e',
    '\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb]|\\p{Cs}',
  ].join(''),
  'gu',
);

/**
 * Text from a store or a port, safe to print: nothing in it can move the cursor, hide or reorder
 * what follows. What could is shown as `\u{1b}`.
 */
export function shown(text: string): string {
  return text.replace(unsafe, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
}

/** `shown`, cut to `most` characters with the number of those left out. */
export function shownShort(text: string, most = 120): string {
  if (text.length <= most) return shown(text);
  return `${shown(text.slice(0, most))}… (${text.length - most} more)`;
}

/** A number of things in words: `1 frame`, `3 frames`. */
export function counted(count: number | bigint, one: string, many = `${one}s`): string {
  return `${count} ${BigInt(count) === 1n ? one : many}`;
}
