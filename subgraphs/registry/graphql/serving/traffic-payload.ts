import { Field, ObjectType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { ChangedPayload } from '../../../shared/graphql/changed-payload.ts';
import type { ChangedTraffic } from '../../operations/serving/traffic.ts';
import { READ, TRAFFIC } from '../access.ts';
import type { RegistryContext } from '../context.ts';
import { DeploymentType } from './deployment.ts';
import type { TrafficChange } from '../../domain/serving/traffic.ts';
import type { TrafficInput } from './traffic-input.ts';

@ObjectType({ description: 'A deployment after a change of its traffic.' })
@Access(TRAFFIC)
export class TrafficPayload extends ChangedPayload {
  @Field(() => DeploymentType, { description: 'The deployment as it is now.' })
  @Access(READ)
  readonly deployment: DeploymentType;

  @Field(() => Boolean, { description: 'False: this cause had been carried out before, and nothing changed.' })
  readonly applied: boolean;

  constructor({ value, applied, eventCursor }: ChangedTraffic) {
    super(eventCursor);
    this.deployment = new DeploymentType(value);
    this.applied = applied;
  }
}

/** Makes one change and answers what came of it. */
export async function changeTraffic(
  context: RegistryContext,
  { deployment, cause = null, reason = null }: TrafficInput & { readonly reason?: string | null },
  change: TrafficChange,
): Promise<TrafficPayload> {
  return new TrafficPayload(await context.registry.traffic.change(context, { deployment, change, cause, reason }));
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
