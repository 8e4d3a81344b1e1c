export { applyDamage, whyNot } from './damage/apply.ts';
export { describe } from './damage/describe.ts';
export { damageFromJson, damageToJson, type DamageJson } from './damage/json.ts';
export { plainer } from './damage/plainer.ts';
export { randomDamage, type DamageOptions, type SuggestedSplice } from './damage/random.ts';
export { damageNames, type Damage } from './damage/types.ts';
