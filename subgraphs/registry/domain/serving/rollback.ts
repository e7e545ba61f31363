import { ruleRefusal } from '../rule.ts';
import type { ApprovalState } from '../version/approval.ts';

/** What is known of the release that a rollback would go to. */
export interface RollbackTarget {
  readonly release: string;
  readonly state: ApprovalState;
  /** Why its bytes are not intact, if they are not. */
  readonly damage: string | undefined;
  /** The feature service that it reads has been deleted. */
  readonly featuresGone: boolean;
}

/** A rollback takes no new approval, but a fit target (G7). Throws FAILED_PRECONDITION. */
export function requireRollbackTarget({ release, state, damage, featuresGone }: RollbackTarget): void {
  const why =
    state !== 'APPROVED'
      ? `its model version is ${state}`
      : damage !== undefined
        ? `it is not intact: ${damage}`
        : featuresGone
          ? 'the features that it reads are gone'
          : undefined;
  if (why === undefined) return;
  throw ruleRefusal(
    'G7',
    `the release before this one cannot serve: ${why}; promote another one`,
    { release, state },
    'FAILED_PRECONDITION',
  );
}
