import type { Deprecation } from '../catalogue/asset-note.ts';
import { ruleRefusal } from '../rule.ts';

/** What is known of the feature service that a release reads. */
export interface FeaturesRead {
  readonly featureService: string;
  readonly isDeleted: boolean;
  readonly deprecation: Deprecation | null;
}

/** Throws FAILED_PRECONDITION (G11) for a service that was deleted, or that people said not to begin to use. */
export function requireReadable({ featureService, isDeleted, deprecation }: FeaturesRead): void {
  if (!isDeleted && deprecation === null) return;
  const instead = deprecation?.replacement ?? null;
  const why = isDeleted
    ? 'was deleted'
    : `is deprecated: ${deprecation?.reason}${instead === null ? '' : `; use ${instead}`}`;
  throw ruleRefusal(
    'G11',
    `release: the feature service ${featureService} ${why}`,
    { field: 'release', featureService, ...(instead !== null && { allowed: [instead] }) },
    'FAILED_PRECONDITION',
  );
}
