import type { UrnKind } from '../../../../core/urn.ts';

/** What can be completed. */
export const COMPLETION_FIELDS = ['NAME', 'OWNER', 'TAG', 'DOMAIN'] as const;
export type CompletionField = (typeof COMPLETION_FIELDS)[number];

/** One way in which a text that is being typed can go on. */
export interface Suggestion {
  readonly value: string;
  /** The asset of that name; null for what is no name. */
  readonly id: string | null;
  readonly kind: UrnKind | null;
  /** How many assets have it. */
  readonly count: number;
}
