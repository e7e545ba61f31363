import { DomainError } from '../../../core/errors.ts';

/** The two sides of an experiment, in the order in which they are compared. */
export const ARMS = ['control', 'candidate'] as const;
export type ArmName = (typeof ARMS)[number];

/** Shares of all units; what they leave over is not in the experiment. */
export interface Split {
  readonly control: number;
  readonly candidate: number;
}

/** The finest share that hashing tells apart. */
const STEP = 1e-4;

/** Throws INVALID_INPUT unless both arms get units and no unit is promised twice. */
export function checkSplit({ control, candidate }: Split): void {
  for (const [field, share] of Object.entries({ controlShare: control, candidateShare: candidate })) {
    if (!(share >= STEP && share < 1)) {
      throw new DomainError('INVALID_INPUT', `${field} is ${share}; allowed: ${STEP} up to below 1`, { field });
    }
  }
  if (control + candidate > 1 + 1e-9) {
    throw new DomainError('INVALID_INPUT', `the shares sum to ${control + candidate}; allowed: at most 1`, {
      field: 'candidateShare',
    });
  }
}
