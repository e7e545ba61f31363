import * as z from 'zod';
import type { Labels } from '../../../../core/promql/labels.ts';
import { matching } from '../../../../core/promql/matcher.ts';

export const MATCH_OPERATORS = ['=', '!=', '=~', '!~'] as const;

/** A condition on one label; a label that is not there is empty. */
export const LabelMatcher = z
  .object({
    label: z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'a label has letters, digits and "_", no digit first'),
    operator: z.enum(MATCH_OPERATORS),
    value: z.string().max(1_024),
  })
  .refine(({ operator, value }) => !operator.endsWith('~') || isPattern(value), {
    error: 'not a regular expression',
    path: ['value'],
  });
export type LabelMatcher = z.infer<typeof LabelMatcher>;

function isPattern(value: string): boolean {
  try {
    return RegExp(`^(?:${value})$`, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

/** Whether labels meet all matchers. */
export const meets = (labels: Labels, matchers: readonly LabelMatcher[]): boolean =>
  matchers.every((matcher) => matching([matcher])(labels));

/** `severity="critical"` as Alertmanager writes it, quoted or bare; null for what is no matcher. */
export function readMatcher(text: string): LabelMatcher | null {
  const [, label = '', operator = '', bare = ''] = /^\s*([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*(.*?)\s*$/.exec(text) ?? [];
  const value = /^"(?:[^"\\]|\\.)*"$/.test(bare) ? (JSON.parse(bare) as string) : bare;
  return LabelMatcher.safeParse({ label, operator, value }).data ?? null;
}
