import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { pageOf, type Connection } from '../../../shared/graphql/connection.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { alertRuleUrn, parsedId, silenceUrn } from '../../domain/ids.ts';
import { READ, WRITE } from '../access.ts';
import { AlertRuleType } from './alert-rule.ts';
import type { MonitoringContext } from '../context.ts';
import {
  CreateSilenceInput,
  EndSilenceInput,
  SilenceArgs,
  SilenceConnection,
  SilencePayload,
  SilenceType,
} from './silence.ts';

@Resolver(() => SilenceType)
export class SilenceResolver {
  @Query(() => SilenceType, { nullable: true, description: 'One silence by its id; null where there is none.' })
  @Access(READ)
  async silence(
    @Arg('id', () => ID, { description: 'tiffin:<project>:silence:<uuid>.' }) id: string,
    @Ctx() { actor, loaders }: MonitoringContext,
  ): Promise<SilenceType | null> {
    const silence = await loaders.silence.load(parsedId(silenceUrn, actor.project, id, 'id'));
    return silence && new SilenceType(silence);
  }

  @Query(() => SilenceConnection, { description: 'Silences, the newest first.' })
  @Access(READ)
  silences(
    @Args(() => SilenceArgs) args: SilenceArgs,
    @Ctx() context: MonitoringContext,
  ): Promise<Connection<SilenceType>> {
    return pageOf(args, {
      sortedBy: ['time', 'uuid'],
      rows: (page) => context.monitoring.silences.list(context, args.open, page),
      keyOf: ({ createdAt, id }) => [createdAt.toISOString(), id],
      nodeOf: (silence) => new SilenceType(silence),
    });
  }

  @Mutation(() => SilencePayload, { description: 'Keeps webhooks from being sent some alerts for a while.' })
  @Access(WRITE)
  async createSilence(
    @Input(() => CreateSilenceInput, 'Which alerts, and how long.') input: CreateSilenceInput,
    @Ctx() context: MonitoringContext,
  ): Promise<SilencePayload> {
    const { value, eventCursor } = await context.monitoring.silences.create(context, input);
    return { silence: new SilenceType(value), eventCursor };
  }

  @Mutation(() => SilencePayload, { description: 'Ends a silence before its time.' })
  @Access(WRITE)
  async endSilence(
    @Input(() => EndSilenceInput, 'Which silence.') { silence }: EndSilenceInput,
    @Ctx() context: MonitoringContext,
  ): Promise<SilencePayload> {
    const { value, eventCursor } = await context.monitoring.silences.end(context, silence);
    return { silence: new SilenceType(value), eventCursor };
  }

  @FieldResolver(() => AlertRuleType, { nullable: true, description: 'The rule whose alerts it is for; null: of any.' })
  @Access(READ)
  async rule(@Root() { silence }: SilenceType, @Ctx() { loaders }: MonitoringContext): Promise<AlertRuleType | null> {
    if (silence.rule === null) return null;
    const found = await loaders.alertRule.load(alertRuleUrn.format({ project: silence.project, name: silence.rule }));
    return found && new AlertRuleType(found);
  }
}
