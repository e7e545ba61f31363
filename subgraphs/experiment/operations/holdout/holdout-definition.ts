import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '../../../../core/errors.ts';
import type { Definition } from '../../../shared/definitions/definition.ts';
import { differencesOf } from '../../../shared/definitions/differences.ts';
import type { RequestContext } from '../../../shared/graphql/request-context.ts';
import { refuseOverlap } from '../../domain/experiment/namespace.ts';
import { holdoutAsInput } from '../../domain/holdout/holdout-as-input.ts';
import { checkHoldout, type Holdout } from '../../domain/holdout/holdout.ts';
import { holdoutIds } from '../../domain/ids.ts';
import { holdersOf } from '../../storage/experiment/namespace-holders.ts';
import { insertHoldout, lockNamedHoldout, saveHoldout } from '../../storage/holdout/holdout.ts';
import { asUsedIn, secondaryOf } from '../metric/metric-uses.ts';
import { holdoutEvent, type HoldoutInput } from './holdouts.ts';

/** What another definition of an active holdout may change: who is held out, and who counts, stays. */
const CHANGEABLE = ['description', 'metrics'];

/** A holdout as it shall be: a new one is active at once, and one that has ended stays as it is. */
export function holdoutDefinition({ actor }: RequestContext, input: HoldoutInput): Definition<Holdout> {
  const { project, subject: createdBy } = actor;
  return {
    action: 'holdout.define',
    subject: holdoutIds.format({ project, name: input.name }),
    idOf: (holdout) => holdoutIds.format(holdout),
    asInput: holdoutAsInput,
    decide: async (em, createdAt) => {
      const before = await lockNamedHoldout(em, project, input.name);
      const uses = before ? input.metrics.map((use) => asUsedIn(before.metrics, use)) : input.metrics;
      const metrics = await secondaryOf(em, project, uses, 'metrics');
      const state = { status: 'ACTIVE', createdAt, createdBy, endedAt: null, reason: null, revision: 1 } as const;
      const asked: Holdout = { ...state, ...input, metrics, project };
      checkHoldout(asked);
      if (!before) return { before, after: await free(em, asked) };
      const paths = differencesOf(holdoutAsInput(before), holdoutAsInput(asked)).map(({ path }) => fieldOf(path));
      if (paths.length === 0) return { before, after: before };
      checkReplaceable(before, paths);
      const { description } = asked;
      return { before, after: { ...before, description, metrics, revision: before.revision + 1 } };
    },
    save: async (em, { before, after }, at) => {
      if (before) await saveHoldout(em, after);
      else await insertHoldout(em, after);
      return [holdoutEvent(after, at)];
    },
  };
}

/** Throws INVALID_INPUT that names who holds a part of its slice. */
async function free(em: EntityManager, holdout: Holdout): Promise<Holdout> {
  const { project, unit, namespace: slice } = holdout;
  refuseOverlap({ unit, slice }, await holdersOf(em, project, slice.name));
  return holdout;
}

const fieldOf = (path: string): string => /^\w+/.exec(path)?.[0] ?? path;

/** Throws CONFLICT that names the first field which files cannot change, and what can be done instead. */
function checkReplaceable({ status }: Holdout, fields: readonly string[]): void {
  const field = status === 'ENDED' ? fields[0] : fields.find((one) => !CHANGEABLE.includes(one));
  if (field === undefined) return;
  const how =
    status === 'ENDED'
      ? 'the holdout has ended, and files leave it as it is: another one has another name'
      : `files change ${CHANGEABLE.join(' and ')} of an active holdout: end it, and define another one`;
  throw new DomainError('CONFLICT', `${field}: ${how}`, {
    field,
    status,
    allowed: status === 'ENDED' ? ['createHoldout'] : ['endHoldout'],
  });
}
