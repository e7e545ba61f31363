import { ruleRefusal } from '../rule.ts';

/** What is known of a version that is to become the default of a deployment. */
export interface LiveEvidence {
  readonly modelVersion: string;
  readonly deployment: string;
  /** Whether its tier asks that it was tried first. */
  readonly isAsked: boolean;
  /** Whether another release was the default before: with nothing to compare, nothing can be tried. */
  readonly hasPredecessor: boolean;
  /** Whether it took part in a shadow or a split of this deployment. */
  readonly wasTried: boolean;
}

/** Throws FAILED_PRECONDITION (G12) for a version that would answer everybody without having been tried beside the other. */
export function requireTried({ modelVersion, deployment, isAsked, hasPredecessor, wasTried }: LiveEvidence): void {
  if (!isAsked || !hasPredecessor || wasTried) return;
  throw ruleRefusal(
    'G12',
    `release: ${modelVersion} was in no shadow, canary or experiment of ${deployment}: try it there first`,
    { field: 'release', modelVersion, allowed: ['startShadow', 'setCanary', 'startExperiment'] },
    'FAILED_PRECONDITION',
  );
}
