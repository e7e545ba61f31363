import type { HoldoutInput } from '../../operations/holdout/holdouts.ts';
import type { CreateHoldoutInput } from './holdout-input.ts';

/** What somebody says of a holdout, what is left out as none. */
export const askedHoldout = ({ namespace, entry = null, ...input }: CreateHoldoutInput): HoldoutInput => ({
  ...input,
  entry,
  namespace: { name: namespace.name, from: namespace.from, to: namespace.to },
});
