import { DomainError, type ErrorCode } from '../../../core/errors.ts';

/** The rules of governance that a refusal can name; `docs/registry.md` says what each asks for. */
export const RULES = {
  G1: 'who makes a version does not check it',
  G2: 'approvals come from people in the role that the policy asks for, for what the policy allows',
  G3: 'an approval speaks of one set of digests; any change voids it',
  G4: 'approvals expire',
  G5: 'a version does not change from its submission on',
  G6: 'traffic changes one at a time, against the revision that was read',
  G7: 'a rollback takes a target that was approved, is not suspended, is intact and whose features still serve',
  G8: 'a suspended version takes no traffic',
  G10: 'what serves is not retired, and what was ever live is kept',
  G11: 'the feature service serves every input with the right type',
} as const;
export type Rule = keyof typeof RULES;

/** A refusal that names its rule; operations record it in the audit chain. */
export const ruleRefusal = (
  rule: Rule,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
  code: ErrorCode = 'FORBIDDEN',
): DomainError => new DomainError(code, `${message} (rule ${rule})`, { rule, ...details });
