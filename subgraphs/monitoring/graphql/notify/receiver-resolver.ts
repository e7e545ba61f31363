import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../../../shared/auth/access.ts';
import { PageArgs, pageOf, type Connection } from '../../../shared/graphql/connection.ts';
import { Input } from '../../../shared/graphql/input.ts';
import { parsedId, receiverUrn } from '../../domain/ids.ts';
import { READ, RECEIVERS } from '../access.ts';
import type { MonitoringContext } from '../context.ts';
import {
  CreateReceiverInput,
  CreateReceiverPayload,
  DeleteReceiverInput,
  DeleteReceiverPayload,
  NotificationConnection,
  NotificationType,
  ReceiverConnection,
  ReceiverType,
  TestReceiverInput,
  TestReceiverPayload,
} from './receiver.ts';

@Resolver(() => ReceiverType)
export class ReceiverResolver {
  @Query(() => ReceiverType, { nullable: true, description: 'One receiver by its id; null where there is none.' })
  @Access(READ)
  async receiver(
    @Arg('id', () => ID, { description: 'tiffin:<project>:receiver:<name>.' }) id: string,
    @Ctx() { actor, loaders }: MonitoringContext,
  ): Promise<ReceiverType | null> {
    const receiver = await loaders.receiver.load(parsedId(receiverUrn, actor.project, id, 'id'));
    return receiver && new ReceiverType(receiver);
  }

  @Query(() => ReceiverConnection, { description: 'Receivers by name.' })
  @Access(READ)
  receivers(
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: MonitoringContext,
  ): Promise<Connection<ReceiverType>> {
    return pageOf(args, {
      sortedBy: ['string'],
      rows: (page) => context.monitoring.receivers.list(context, page),
      keyOf: ({ name }) => [name],
      nodeOf: (receiver) => new ReceiverType(receiver),
    });
  }

  @FieldResolver(() => NotificationConnection, {
    description: 'What it was sent or is to be, the newest first; ended ones of the last week.',
  })
  @Access(READ)
  notifications(
    @Root() { receiver }: ReceiverType,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() context: MonitoringContext,
  ): Promise<Connection<NotificationType>> {
    return pageOf(args, {
      sortedBy: ['number'],
      rows: (page) => context.monitoring.receivers.notifications(context, receiver, page),
      keyOf: ({ position }) => [position],
      nodeOf: (stored) => new NotificationType(stored),
    });
  }

  @Mutation(() => CreateReceiverPayload, { description: 'Makes a receiver. It is sent what routes lead to it.' })
  @Access(RECEIVERS)
  async createReceiver(
    @Input(() => CreateReceiverInput, 'The receiver.') input: CreateReceiverInput,
    @Ctx() context: MonitoringContext,
  ): Promise<CreateReceiverPayload> {
    const { receiver, secret } = await context.monitoring.receivers.create(context, input);
    return { receiver: new ReceiverType(receiver), secret };
  }

  @Mutation(() => DeleteReceiverPayload, { description: 'Ends a receiver that no route leads to.' })
  @Access(RECEIVERS)
  async deleteReceiver(
    @Input(() => DeleteReceiverInput, 'Which one.') { receiver }: DeleteReceiverInput,
    @Ctx() context: MonitoringContext,
  ): Promise<DeleteReceiverPayload> {
    return { receiver: new ReceiverType(await context.monitoring.receivers.delete(context, receiver)) };
  }

  @Mutation(() => TestReceiverPayload, { description: 'Sends a receiver a test now, and says what it met.' })
  @Access(RECEIVERS)
  testReceiver(
    @Input(() => TestReceiverInput, 'Which one.') { receiver }: TestReceiverInput,
    @Ctx() context: MonitoringContext,
  ): Promise<TestReceiverPayload> {
    return context.monitoring.receivers.test(context, receiver);
  }
}
