/** JSON that can be decoded: what `JSON.parse` gives, and what a line of the protocol may hold. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export type JsonObject = { readonly [name: string]: Json };

/**
 * Compact JSON of ASCII only: what lies beyond is written `\uXXXX`, so no reader can split or
 * misread the line.
 */
export function asciiJson(value: Json): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** True for a JSON object among what `JSON.parse` gives: neither an array nor null. */
export function isObject(value: unknown): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
