import { Ctx, Field, InputType, Mutation, Resolver } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import type { AppliedDefinitions } from '../../../shared/definitions/apply.ts';
import { ApplyDefinitionsInput, definitionChanges } from '../../../shared/graphql/definition-changes.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { WRITE } from '../access.ts';
import { AlertRuleDefinitionInput } from './alert-rule-input.ts';
import type { MonitoringContext } from '../context.ts';
import { CreateResponsePolicyInput } from '../response/policy.ts';

@InputType({ description: 'Definitions of alerts, 1 to 1,000 together.' })
export class ApplyAlertDefinitionsInput extends ApplyDefinitionsInput {
  @Field(() => [AlertRuleDefinitionInput], {
    nullable: true,
    description: 'Alert rules; what one watches that is there cannot change, and its open alerts stay.',
  })
  readonly rules?: AlertRuleDefinitionInput[] | null;

  @Field(() => [CreateResponsePolicyInput], {
    nullable: true,
    description:
      'Response policies; one that is there is revised, and stays paused where it is. One that does more than page by itself takes the role approver.',
  })
  readonly responsePolicies?: CreateResponsePolicyInput[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'The eventCursor of a deployment that a rule or a policy is about; waits up to 2 s for it to arrive.',
  })
  readonly after?: string | null;
}

const ApplyAlertDefinitionsPayload = definitionChanges('ApplyAlertDefinitionsPayload', WRITE);

@Resolver()
export class AlertDefinitionsResolver {
  @Mutation(() => ApplyAlertDefinitionsPayload, {
    description:
      'Applies many definitions of alerts at once: all of them stand afterwards, or none. With dryRun, says what would come of it.',
  })
  @Access(WRITE)
  applyAlertDefinitions(
    @Input(() => ApplyAlertDefinitionsInput, 'The definitions as they shall be.')
    { dryRun, expected, ...set }: ApplyAlertDefinitionsInput,
    @Ctx() context: MonitoringContext,
  ): Promise<AppliedDefinitions> {
    return context.monitoring.alertDefinitions.apply(context, set, { dryRun, expected: expected ?? [] });
  }
}
