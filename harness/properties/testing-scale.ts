/** Damaged stores in all, at least the 20,000 that are asked for; `TEARPROOF_IMAGES` raises it. */
export const imagesWanted: number = Math.max(20_000, Number(process.env['TEARPROOF_IMAGES'] ?? 0));

/** Histories that they are made of; more stores come from more histories, not from more of each. */
export const historiesWanted: number = Math.ceil(imagesWanted / 98);

/** Distinct damaged stores of each history. */
export const perHistory = 100;
