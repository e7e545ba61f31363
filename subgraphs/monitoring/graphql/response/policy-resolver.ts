import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { PageArgs, pageOf, type Connection } from '../../../shared/graphql/connection.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { parsedId, responsePolicyUrn } from '../../domain/ids.ts';
import { READ, WRITE } from '../access.ts';
import type { MonitoringContext } from '../context.ts';
import {
  CreateResponsePolicyInput,
  ImportResponsePresetInput,
  ImportResponsePresetPayload,
  PauseResponsePolicyInput,
  DryRunPolicyArgs,
  ResponseDryRunFindingType,
  ResponsePolicyArgs,
  ResponsePolicyConnection,
  ResponsePolicyInput,
  ResponsePolicyPayload,
  ResponsePolicyType,
  ReviseResponsePolicyInput,
} from './policy.ts';
import { pageOfRuns } from './run-resolver.ts';
import { ResponseRunConnection, type ResponseRunType } from './run.ts';

@Resolver(() => ResponsePolicyType)
export class ResponsePolicyResolver {
  @Query(() => ResponsePolicyType, { nullable: true, description: 'One policy by its id; null where there is none.' })
  @Access(READ)
  async responsePolicy(
    @Arg('id', () => ID, { description: 'tiffin:<project>:response-policy:<name>.' }) id: string,
    @Ctx() { actor, loaders }: MonitoringContext,
  ): Promise<ResponsePolicyType | null> {
    const policy = await loaders.responsePolicy.load(parsedId(responsePolicyUrn, actor.project, id, 'id'));
    return policy && new ResponsePolicyType(policy);
  }

  @Query(() => ResponsePolicyConnection, { description: 'Policies by name.' })
  @Access(READ)
  responsePolicies(
    @Args(() => ResponsePolicyArgs) args: ResponsePolicyArgs,
    @Ctx() context: MonitoringContext,
  ): Promise<Connection<ResponsePolicyType>> {
    return pageOf(args, {
      sortedBy: ['string'],
      rows: (page) => context.monitoring.responsePolicies.list(context, args.deployment, page),
      keyOf: ({ name }) => [name],
      nodeOf: (policy) => new ResponsePolicyType(policy),
    });
  }

  @Query(() => [ResponseDryRunFindingType], {
    description:
      'What a policy would have done about the incidents of some time, or about what its indicators showed then. Guards on traffic and on predictions hold nothing back here.',
  })
  @Access(READ)
  async dryRunResponsePolicy(
    @Args(() => DryRunPolicyArgs) args: DryRunPolicyArgs,
    @Ctx() context: MonitoringContext,
  ): Promise<ResponseDryRunFindingType[]> {
    const found = await context.monitoring.responses.dryRun(context, args);
    return found.map((one) => new ResponseDryRunFindingType(one));
  }

  @FieldResolver(() => ResponseRunConnection, { description: 'Its runs, the newest first.' })
  @Access(READ)
  runs(
    @Root() { id }: ResponsePolicyType,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: MonitoringContext,
  ): Promise<Connection<ResponseRunType>> {
    return pageOfRuns(args, { policy: id }, context);
  }

  @Mutation(() => ResponsePolicyPayload, {
    description: 'Makes a policy. One that does more than page by itself takes the role approver.',
  })
  @Access(WRITE)
  async createResponsePolicy(
    @Input(() => CreateResponsePolicyInput, 'The policy.') input: CreateResponsePolicyInput,
    @Ctx() context: MonitoringContext,
  ): Promise<ResponsePolicyPayload> {
    return new ResponsePolicyPayload(await context.monitoring.responsePolicies.create(context, input));
  }

  @Mutation(() => ResponsePolicyPayload, {
    description: 'Gives a policy another definition; runs that are under way go on by the one that they began with.',
  })
  @Access(WRITE)
  async reviseResponsePolicy(
    @Input(() => ReviseResponsePolicyInput, 'The revision.') input: ReviseResponsePolicyInput,
    @Ctx() context: MonitoringContext,
  ): Promise<ResponsePolicyPayload> {
    return new ResponsePolicyPayload(await context.monitoring.responsePolicies.revise(context, input));
  }

  @Mutation(() => ResponsePolicyPayload, { description: 'Has a policy do nothing until it is resumed.' })
  @Access(WRITE)
  async pauseResponsePolicy(
    @Input(() => PauseResponsePolicyInput, 'Which one, and why.') input: PauseResponsePolicyInput,
    @Ctx() context: MonitoringContext,
  ): Promise<ResponsePolicyPayload> {
    return new ResponsePolicyPayload(await context.monitoring.responsePolicies.pause(context, input));
  }

  @Mutation(() => ResponsePolicyPayload, {
    description: 'Has a policy act again; this closes an open breaker too. It takes who may make such a policy.',
  })
  @Access(WRITE)
  async resumeResponsePolicy(
    @Input(() => ResponsePolicyInput, 'Which one.') { policy }: ResponsePolicyInput,
    @Ctx() context: MonitoringContext,
  ): Promise<ResponsePolicyPayload> {
    return new ResponsePolicyPayload(await context.monitoring.responsePolicies.resume(context, policy));
  }

  @Mutation(() => ResponsePolicyPayload, { description: 'Ends a policy. Its runs stay; those under way go on.' })
  @Access(WRITE)
  async deleteResponsePolicy(
    @Input(() => ResponsePolicyInput, 'Which one.') { policy }: ResponsePolicyInput,
    @Ctx() context: MonitoringContext,
  ): Promise<ResponsePolicyPayload> {
    return new ResponsePolicyPayload(await context.monitoring.responsePolicies.delete(context, policy));
  }

  @Mutation(() => ImportResponsePresetPayload, {
    description: 'Makes the policies of the usual plan for one deployment and model; those that are there stay.',
  })
  @Access(WRITE)
  async importResponsePreset(
    @Input(() => ImportResponsePresetInput, 'For whom.') input: ImportResponsePresetInput,
    @Ctx() context: MonitoringContext,
  ): Promise<ImportResponsePresetPayload> {
    const policies = await context.monitoring.responsePolicies.importPreset(context, input);
    return { responsePolicies: policies.map((policy) => new ResponsePolicyType(policy)) };
  }
}
