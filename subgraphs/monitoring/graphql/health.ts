import { Field, ObjectType } from 'type-graphql';
import { Access } from '../../shared/auth/access.ts';
import { graphqlEnum } from '../../shared/graphql/graphql-enum.ts';
import {
  HEALTH_ASPECTS,
  HEALTH_STATUSES,
  type Health,
  type HealthReason,
  type HealthStatus,
} from '../domain/health.ts';
import { READ } from './access.ts';

export const HealthStatusEnum = graphqlEnum('ModelHealthStatus', HEALTH_STATUSES, 'Whether a model version is well.', {
  UNKNOWN: 'Too little is known: missing data never means healthy.',
  DEGRADED: 'Somebody should look: inputs have moved, scores are somewhat worse, or a warning is open.',
  UNHEALTHY: 'Scores are much worse, a fallback answers often, or something critical is open.',
});

export const HealthAspectEnum = graphqlEnum('ModelHealthAspect', HEALTH_ASPECTS, 'What was looked at.', {
  TRAFFIC: 'Whether it answers, and how often a fallback does.',
  DATA: 'Whether its inputs and its score have moved.',
  QUALITY: 'Its outcomes of seven days against those of the three weeks before.',
  INCIDENT: 'What is open on its deployment.',
});

@ObjectType('ModelHealthReason', { description: 'One thing that was looked at, and what it says.' })
@Access(READ)
export class HealthReasonType {
  @Field(() => HealthAspectEnum, { description: 'What was looked at.' })
  readonly aspect!: HealthReason['aspect'];

  @Field(() => HealthStatusEnum, { description: 'What it says by itself.' })
  readonly status!: HealthStatus;

  @Field(() => String, { description: 'In words, with the numbers.' })
  readonly text!: string;
}

@ObjectType('ModelHealth', { description: 'Whether a model version is well, and why: as bad as the worst reason.' })
@Access(READ)
export class HealthType {
  @Field(() => HealthStatusEnum, { description: 'The worst of the reasons.' })
  readonly status: HealthStatus;

  @Field(() => [HealthReasonType], { description: 'All that was looked at, the worst first.' })
  readonly reasons: readonly HealthReasonType[];

  constructor({ status, reasons }: Health) {
    this.status = status;
    this.reasons = reasons;
  }
}
