import { column, listOf, showOf, stepOf, type Noun } from '../noun.ts';
import {
  ListMachineKeys,
  ListReceivers,
  ListWebhooks,
  RotateWebhookSecret,
  ShowReceiver,
  ShowWebhook,
  TestReceiver,
  TestWebhook,
} from '../operations.ts';

export const OUTSIDE_NOUNS: readonly Noun[] = [
  {
    name: 'receiver',
    about: 'somebody outside who is notified of alerts',
    id: 'name',
    list: listOf(ListReceivers, [
      column('name'),
      column('kind'),
      column('target'),
      column('ends', 'sendResolved'),
      column('created', 'createdAt', { wide: true }),
    ]),
    show: showOf(ShowReceiver),
    steps: [stepOf('test', 'send a test now', TestReceiver, { id: 'receiver' })],
  },
  {
    name: 'webhook',
    about: 'somebody outside who is notified of events',
    id: 'id',
    list: listOf(ListWebhooks, [
      column('url'),
      column('kinds'),
      column('status'),
      column('failing since', 'failure.since'),
      column('answer', 'failure.answer'),
      column('id', 'id', { wide: true }),
    ]),
    show: showOf(ShowWebhook),
    steps: [
      stepOf('test', 'send a ping now', TestWebhook),
      stepOf('rotate-secret', 'give it a new secret, which is shown only here', RotateWebhookSecret, {
        options: [
          {
            name: 'overlap-hours',
            value: 'n',
            variable: 'overlapHours',
            number: true,
            about: 'for so long the old one signs, too: 0 to 168; 24 when left out',
          },
        ],
      }),
    ],
  },
  {
    name: 'key',
    about: 'the keys of machines, for administrators',
    id: 'id',
    list: {
      columns: [column('id'), column('owner'), column('trust'), column('scopes'), column('expires', 'expiresAt')],
      options: [],
      // The graph gives all of them at once.
      page: async (client) => {
        const keys = (await client.graph.run(ListMachineKeys, {})).machineKeys ?? [];
        return { edges: keys.map((node) => ({ node })), pageInfo: { hasNextPage: false, endCursor: null } };
      },
    },
  },
];
