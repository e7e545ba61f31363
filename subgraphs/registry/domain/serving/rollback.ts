import { ruleRefusal } from '../rule.ts';
import type { ApprovalState } from '../version/approval.ts';

/** What is known of the release that a rollback would go to. */
export interface RollbackTarget {
  readonly release: string;
  /** The model versions that it runs. */
  readonly versions: readonly { readonly id: string; readonly state: ApprovalState }[];
  /** Why its bytes are not intact, if they are not. */
  readonly damage: string | undefined;
  /** The feature service that it reads has been deleted. */
  readonly featuresGone: boolean;
}

/** A rollback takes no new approval, but a fit target (G7). Throws FAILED_PRECONDITION. */
export function requireRollbackTarget({ release, versions, damage, featuresGone }: RollbackTarget): void {
  const unfit = versions.find(({ state }) => state !== 'APPROVED');
  const why =
    unfit !== undefined
      ? `its model version ${unfit.id} is ${unfit.state}`
      : damage !== undefined
        ? `it is not intact: ${damage}`
        : featuresGone
          ? 'the features that it reads are gone'
          : undefined;
  if (why === undefined) return;
  throw ruleRefusal(
    'G7',
    `the release before this one cannot serve: ${why}; promote another one`,
    { release, ...(unfit && { modelVersion: unfit.id, state: unfit.state }) },
    'FAILED_PRECONDITION',
  );
}
