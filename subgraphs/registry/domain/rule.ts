import { DomainError, type ErrorCode } from '../../../core/errors.ts';

/** The rules of governance that a refusal can name; `docs/registry.md` says what each asks for. */
export const RULES = {
  G1: 'who makes a version or a recipe does not check it',
  G2: 'approvals come from people in the role that is asked for; machines and services never decide',
  G3: 'an approval speaks of one set of digests; any change voids it',
  G4: 'approvals expire: no new traffic afterwards; what serves goes on',
  G5: 'a version does not change from its submission on, except in words and tags',
  G6: 'traffic changes one at a time, against the revision that was read',
  G7: 'a rollback takes a target that was approved, is not suspended and is intact',
  G8: 'only a person lifts a kill or a freeze',
  G10: 'what serves is not retired',
  G14: 'each refusal is recorded with the rule that refused',
  G15: 'production takes a version that was evaluated, with the evaluation kept with it',
  G16: 'a deployment that asks for it, as production does, answers by recipes that another person approved',
  G17: 'each gate of the risk tier passes, or another person has waived it for a while',
} as const;
export type Rule = keyof typeof RULES;

/** A refusal that names its rule; operations record it in the audit chain. */
export const ruleRefusal = (
  rule: Rule,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
  code: ErrorCode = 'FORBIDDEN',
): DomainError => new DomainError(code, `${message} (rule ${rule})`, { rule, ...details });
