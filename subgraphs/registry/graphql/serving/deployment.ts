import { GraphQLJSON } from 'graphql-scalars';
import { Directive, Field, Float, ID, Int, ObjectType, InputType } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { READ, WRITE } from '../access.ts';
import { deploymentAsInput } from '../../domain/serving/as-input.ts';
import type { Deployment } from '../../domain/serving/deployment.ts';
import { deploymentUrn } from '../../domain/ids.ts';
import { connectionOf } from '../connection-types.ts';
import { ReleaseType } from './release.ts';
import { TrafficRecordType, TrafficType } from './traffic.ts';
import { ChangedPayload } from '../../../shared/graphql/changed-payload.ts';
import type { Changed } from '../../../shared/operations/change.ts';

@ObjectType('Deployment', { description: 'An endpoint in one environment: where releases serve.' })
@Directive('@key(fields: "id")')
@Access(READ)
export class DeploymentType {
  @Field(() => ID, { description: 'tiffin:<project>:deployment:<endpoint>@<environment>' })
  readonly id: string;

  @Field(() => String, { description: 'The environment: production, staging, …' })
  readonly environment: string;

  @Field(() => [String], { description: 'Device audiences that may serve it; enrolled nodes always may.' })
  readonly audiences: readonly string[];

  @Field(() => Float, {
    nullable: true,
    description: 'Milliseconds that a node may go on after it last heard from the registry; null: for ever.',
  })
  readonly refuseAfterMs: number | null;

  @Field(() => Boolean, {
    description: 'Whether a release answers here only once another person has approved its recipe (rule G16).',
  })
  readonly requiresApproval: boolean;

  @Field(() => Int, { description: 'Raised by every change.' })
  readonly revision: number;

  @Field(() => TrafficType, { description: 'What decides where requests go.' })
  readonly traffic: TrafficType;

  @Field(() => Date, { description: 'When it was made.' })
  readonly createdAt: Date;

  @Field(() => GraphQLJSON, {
    description: 'All of it in the words of the input that defines it: defining it with them again changes nothing.',
  })
  readonly definition: object;

  readonly source: Deployment;

  constructor(deployment: Deployment) {
    this.id = deploymentUrn.format(deployment);
    this.environment = deployment.environment;
    this.audiences = deployment.audiences;
    this.refuseAfterMs = deployment.refuseAfterMs;
    this.requiresApproval = deployment.requiresApproval;
    this.revision = deployment.revision;
    this.traffic = new TrafficType(deployment.traffic);
    this.createdAt = deployment.createdAt;
    this.definition = deploymentAsInput(deployment);
    this.source = deployment;
  }
}

export const DeploymentConnection = connectionOf('Deployment', () => DeploymentType);
export const ReleaseConnection = connectionOf('Release', () => ReleaseType);
export const TrafficRecordConnection = connectionOf('TrafficRecord', () => TrafficRecordType);

@InputType({ description: 'An endpoint to serve in an environment.' })
export class CreateDeploymentInput {
  @Field(() => ID, { description: 'The endpoint.' })
  endpoint!: string;

  @Field(() => String, { description: 'The environment: production, staging, …' })
  environment!: string;

  @Field(() => [String], {
    nullable: true,
    description: 'Device audiences that may serve it; enrolled nodes always may.',
  })
  audiences?: string[] | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Milliseconds that a node may go on after it last heard from the registry; left out: for ever.',
  })
  refuseAfterMs?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether a release answers here only once another person has approved its recipe. Left out: in production alone, which always asks for it.',
  })
  requiresApproval?: boolean | null;
}

@ObjectType({ description: 'A new deployment.' })
@Access(WRITE)
export class CreateDeploymentPayload extends ChangedPayload {
  @Field(() => DeploymentType, { description: 'The deployment.' })
  readonly deployment: DeploymentType;

  constructor({ value, eventCursor }: Changed<Deployment>) {
    super(eventCursor);
    this.deployment = new DeploymentType(value);
  }
}
