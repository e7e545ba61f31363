import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { pageOf, type Connection, type PageArgs } from '../../../shared/graphql/connection.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { parsedId, responseRunUrn } from '../../domain/ids.ts';
import type { ResponseRunsInput } from '../../operations/response/responses.ts';
import { DECIDE, READ, WRITE } from '../access.ts';
import type { MonitoringContext } from '../context.ts';
import { IncidentType } from '../incident/incident.ts';
import { DeploymentType, ModelVersionType } from '../references.ts';
import { ResponsePolicyType } from './policy.ts';
import {
  AnswerRetrainingInput,
  DecideResponseRunInput,
  EvaluateResponsesInput,
  EvaluateResponsesPayload,
  ResponseRunArgs,
  ResponseRunConnection,
  ResponseRunPageArgs,
  ResponseRunPayload,
  ResponseRunType,
  ResponseStepType,
} from './run.ts';

/** Runs of a filter, page by page. */
export const pageOfRuns = (
  args: PageArgs,
  filter: ResponseRunsInput,
  context: MonitoringContext,
): Promise<Connection<ResponseRunType>> =>
  pageOf(args, {
    sortedBy: ['time', 'uuid'],
    rows: (page) => context.monitoring.responses.list(context, filter, page),
    keyOf: ({ startedAt, id }) => [startedAt.toISOString(), id],
    nodeOf: (run) => new ResponseRunType(run),
  });

@Resolver(() => ResponseRunType)
export class ResponseRunResolver {
  @Query(() => ResponseRunType, { nullable: true, description: 'One run by its id; null where there is none.' })
  @Access(READ)
  async responseRun(
    @Arg('id', () => ID, { description: 'tiffin:<project>:response-run:<uuid>.' }) id: string,
    @Ctx() { actor, loaders }: MonitoringContext,
  ): Promise<ResponseRunType | null> {
    const run = await loaders.responseRun.load(parsedId(responseRunUrn, actor.project, id, 'id'));
    return run && new ResponseRunType(run);
  }

  @Query(() => ResponseRunConnection, { description: 'Runs of policies, the newest first.' })
  @Access(READ)
  responseRuns(
    @Args(() => ResponseRunArgs) args: ResponseRunArgs,
    @Ctx() context: MonitoringContext,
  ): Promise<Connection<ResponseRunType>> {
    return pageOfRuns(args, args, context);
  }

  @FieldResolver(() => ResponsePolicyType, { nullable: true, description: 'The policy; null where it was deleted.' })
  @Access(READ)
  async policy(
    @Root() { policyId }: ResponseRunType,
    @Ctx() { loaders }: MonitoringContext,
  ): Promise<ResponsePolicyType | null> {
    const policy = await loaders.responsePolicy.load(policyId);
    return policy && new ResponsePolicyType(policy);
  }

  @FieldResolver(() => IncidentType, {
    nullable: true,
    description: 'The incident that it is about; null where its trigger is a condition on indicators.',
  })
  @Access(READ)
  async incident(
    @Root() { incidentId }: ResponseRunType,
    @Ctx() { loaders }: MonitoringContext,
  ): Promise<IncidentType | null> {
    const incident = incidentId && (await loaders.incident.load(incidentId));
    return incident ? new IncidentType(incident) : null;
  }

  @FieldResolver(() => [ResponseStepType], { description: 'What it went through, the first first.' })
  @Access(READ)
  async steps(@Root() { run }: ResponseRunType, @Ctx() { loaders }: MonitoringContext): Promise<ResponseStepType[]> {
    return (await loaders.responseSteps.load(run.id)).map((step) => new ResponseStepType(step));
  }

  @Mutation(() => EvaluateResponsesPayload, {
    description: 'Judges policies as of any instant, as a replay does. What is to be done is done soon afterwards.',
  })
  @Access(WRITE)
  async evaluateResponses(
    @Input(() => EvaluateResponsesInput, 'As of when.') input: EvaluateResponsesInput,
    @Ctx() context: MonitoringContext,
  ): Promise<EvaluateResponsesPayload> {
    return { evaluated: await context.monitoring.responses.evaluate(context, input) };
  }

  @Mutation(() => ResponseRunPayload, {
    description: 'Lets a run that asks act, by an approver who did not make its policy (rules G1, G2).',
  })
  @Access(DECIDE)
  async approveResponseRun(
    @Input(() => DecideResponseRunInput, 'Which run, and why.') input: DecideResponseRunInput,
    @Ctx() context: MonitoringContext,
  ): Promise<ResponseRunPayload> {
    return new ResponseRunPayload(await context.monitoring.responses.approve(context, input));
  }

  @Mutation(() => ResponseRunPayload, {
    description: 'Ends a run that waits, asks or acts. What it has begun elsewhere, as a rollout, goes on there.',
  })
  @Access(WRITE)
  async rejectResponseRun(
    @Input(() => DecideResponseRunInput, 'Which run, and why.') input: DecideResponseRunInput,
    @Ctx() context: MonitoringContext,
  ): Promise<ResponseRunPayload> {
    return new ResponseRunPayload(await context.monitoring.responses.reject(context, input));
  }

  @Mutation(() => ResponseRunPayload, {
    description: 'What a trainer answers: the version that came of it, or why there is none. Twice is once.',
  })
  @Access(WRITE)
  async answerRetraining(
    @Input(() => AnswerRetrainingInput, 'What came of it.') input: AnswerRetrainingInput,
    @Ctx() context: MonitoringContext,
  ): Promise<ResponseRunPayload> {
    return new ResponseRunPayload(await context.monitoring.responses.answer(context, input));
  }
}

@Resolver(() => DeploymentType)
export class DeploymentResponseResolver {
  @FieldResolver(() => ResponseRunConnection, {
    nullable: true,
    description: 'What policies did about its trouble, the newest first.',
  })
  @Access(READ)
  responseRuns(
    @Root() { id }: DeploymentType,
    @Args(() => ResponseRunPageArgs) args: ResponseRunPageArgs,
    @Ctx() context: MonitoringContext,
  ): Promise<Connection<ResponseRunType>> {
    return pageOfRuns(args, { deployment: id, state: args.state }, context);
  }
}

@Resolver(() => ModelVersionType)
export class ModelVersionResponseResolver {
  @FieldResolver(() => ResponseRunType, {
    nullable: true,
    description: 'The run of a policy that had it made: the trouble behind it, and each step since; null for others.',
  })
  @Access(READ)
  async responseRun(
    @Root() { id }: ModelVersionType,
    @Ctx() { loaders }: MonitoringContext,
  ): Promise<ResponseRunType | null> {
    const run = await loaders.responseRunOfVersion.load(id);
    return run && new ResponseRunType(run);
  }
}

@Resolver(() => IncidentType)
export class IncidentResponseResolver {
  @FieldResolver(() => ResponseRunConnection, { description: 'What policies did about it, the newest first.' })
  @Access(READ)
  responseRuns(
    @Root() { id }: IncidentType,
    @Args(() => ResponseRunPageArgs) args: ResponseRunPageArgs,
    @Ctx() context: MonitoringContext,
  ): Promise<Connection<ResponseRunType>> {
    return pageOfRuns(args, { incident: id, state: args.state }, context);
  }
}
