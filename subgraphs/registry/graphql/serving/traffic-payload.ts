import { Field, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { ChangedPayload } from '../../../shared/graphql/changed-payload.ts';
import type { ChangedTraffic } from '../../operations/serving/traffic.ts';
import { READ, TRAFFIC } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { DeploymentType } from './deployment.ts';
import type { RequestedChange } from '../../domain/serving/canary.ts';
import type { TrafficInput } from './traffic-input.ts';

@ObjectType({ description: 'A deployment after a change of its traffic.' })
@Access(TRAFFIC)
export class TrafficPayload extends ChangedPayload {
  @Field(() => DeploymentType, { description: 'The deployment as it is now; after a dry run: as it would be.' })
  @Access(READ)
  readonly deployment: DeploymentType;

  @Field(() => Boolean, {
    description: 'False: nothing changed, since this cause had been carried out before or it was a dry run.',
  })
  readonly applied: boolean;

  @Field(() => [String], { description: 'What the change does, in words; after a dry run: what it would do.' })
  readonly effects: readonly string[];

  @Field(() => [String], {
    description: 'Where requests made for the default until now do not fit a release that newly answers.',
  })
  readonly warnings: readonly string[];

  constructor({ value, applied, effects, warnings, eventCursor }: ChangedTraffic) {
    super(eventCursor);
    this.deployment = new DeploymentType(value);
    this.applied = applied;
    this.effects = effects;
    this.warnings = warnings;
  }
}

/** Makes one change and answers what came of it. */
export async function changeTraffic(
  context: RegistryContext,
  {
    deployment,
    cause = null,
    reason = null,
    dryRun = false,
  }: TrafficInput & { readonly reason?: string | null; readonly dryRun?: boolean },
  change: RequestedChange,
): Promise<TrafficPayload> {
  return new TrafficPayload(
    await context.registry.traffic.change(context, { deployment, change, cause, reason, dryRun }),
  );
}

/** The revision that was read, where the caller named it. */
export const expected = ({
  expectedRevision,
}: {
  readonly expectedRevision?: number | null;
}): { expectedRevision?: number } =>
  expectedRevision === undefined || expectedRevision === null ? {} : { expectedRevision };

/** What the one argument of a change of traffic is for. */
export const CHANGE = 'The change.';
