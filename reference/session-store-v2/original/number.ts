const U64_MAX = 18446744073709551615n;
const I32_MAX = 2147483647;

/**
 * The double that serde_json reads from a number's text without its feature float_roundtrip: up to
 * 64 bits of digits are kept, the rest only counted, and the power of ten is applied in one
 * rounding step (or by 1e308 at a time), so long spellings may be off by a unit in the last place.
 * Null where it is beyond a double.
 */
export function readDouble(spelled: string): number | null {
  const match = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?)([0-9]+))?$/.exec(spelled);
  if (match === null) return null;
  const [, minus, whole = '', fraction = '', expSign, expDigits = '0'] = match;
  const { significand, exponent } = significandOf(whole, fraction);
  const written = Number(expDigits);
  if (written > I32_MAX) {
    if (significand !== 0n && expSign !== '-') return null;
    return minus === '-' ? -0 : 0;
  }
  const scaled = scale(Number(significand), exponent + (expSign === '-' ? -written : written));
  return scaled === null || minus !== '-' ? scaled : -scaled;
}

function significandOf(whole: string, fraction: string): { significand: bigint; exponent: number } {
  let significand = 0n;
  let kept = 0;
  for (const digit of whole) {
    const next = significand * 10n + BigInt(digit);
    if (next > U64_MAX) break;
    significand = next;
    kept++;
  }
  let exponent = whole.length - kept;
  for (const digit of fraction) {
    const next = significand * 10n + BigInt(digit);
    if (next > U64_MAX || exponent > 0) break;
    significand = next;
    exponent--;
  }
  return { significand, exponent };
}

/** f times ten to the power; null where that is infinite. */
function scale(f: number, exponent: number): number | null {
  let value = f;
  let power = exponent;
  while (Math.abs(power) > 308) {
    if (value === 0) return value;
    if (power >= 0) return null;
    value /= 1e308;
    power += 308;
  }
  value = power >= 0 ? value * powerOfTen(power) : value / powerOfTen(-power);
  return Number.isFinite(value) ? value : null;
}

/** The correctly rounded double 1e0 to 1e308. */
function powerOfTen(power: number): number {
  return Number(`1e${power}`);
}

/**
 * The shortest digits that read back as `value`, in ryu's layout: a point or `.0` while the decimal
 * point lies within 16 digits or four zeros before them (`1000000000000000.0`, `0.00001`), else an
 * exponent without plus (`1e16`, `1.5e-7`).
 */
export function printDouble(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const match = /^(-?)([0-9])(?:\.([0-9]+))?e([+-][0-9]+)$/.exec(value.toExponential());
  if (match === null) return 'null';
  const [, minus = '', head = '', tail = '', exp = '0'] = match;
  const digits = head + tail;
  const point = Number(exp) + 1;
  return minus + layOut(digits, point);
}

/** `digits` with the decimal point after the first `point` of them (beyond either end, too). */
function layOut(digits: string, point: number): string {
  if (point >= digits.length && point <= 16) return `${digits.padEnd(point, '0')}.0`;
  if (point > 0 && point <= 16) return `${digits.slice(0, point)}.${digits.slice(point)}`;
  if (point > -5 && point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  const mantissa = digits.length === 1 ? digits : `${digits[0]}.${digits.slice(1)}`;
  return `${mantissa}e${point - 1}`;
}
