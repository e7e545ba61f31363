import { column, listOf, showOf, stepOf, type Noun, type Option } from '../noun.ts';
import {
  FallBackDeployment,
  IssueEnrolmentToken,
  KillDeployment,
  LiftFreeze,
  ListDeployments,
  ListEdgeNodes,
  ListEndpoints,
  ListNodeKeys,
  ListPredictions,
  RevokeNodeKeys,
  RollBackDeployment,
  ServingAt,
  SetCanary,
  ShowDeployment,
  ShowEdgeNode,
  ShowEndpoint,
  ShowPrediction,
} from '../operations.ts';

const REASON: Option = { name: 'reason', value: 'text', about: 'why; it stays on record', required: true };
const CAUSE: Option = { name: 'cause', value: 'id', about: 'the same cause changes traffic once' };
const id = 'deployment';

export const SERVING_NOUNS: readonly Noun[] = [
  {
    name: 'endpoint',
    about: 'the stable name that clients call',
    id: 'name',
    list: listOf(ListEndpoints, [
      column('name'),
      column('deployments', 'deployments.id'),
      column('owner', 'owner', { wide: true }),
      column('description'),
    ]),
    show: showOf(ShowEndpoint),
  },
  {
    name: 'deployment',
    about: 'an endpoint in an environment, and its traffic',
    id: 'endpoint@environment',
    list: listOf(ListDeployments, [
      column('id'),
      column('live', 'live.id'),
      column('killed', 'traffic.killed'),
      column('frozen', 'traffic.freeze.reason'),
      column('held by', 'traffic.lease.holder'),
      column('revision', 'traffic.revision', { wide: true }),
    ]),
    show: showOf(ShowDeployment),
    steps: [
      stepOf('canary', 'have a release answer a share of the units; 0 ends it, 100 makes it the default', SetCanary, {
        id,
        confirms: 'change the traffic of',
        options: [
          { name: 'release', value: 'id', about: 'which release', required: true },
          { name: 'percent', value: 'n', about: 'of how many in a hundred units', number: true, required: true },
          { name: 'unit', value: 'input', about: 'the input that is hashed; that of the first entity when left out' },
          REASON,
          CAUSE,
        ],
      }),
      {
        name: 'serving-at',
        about: 'which versions answered whom at a moment, and by whose decision',
        options: [{ name: 'at', value: 'time', about: 'the moment: 2026-01-31T12:00:00Z', required: true }],
        run: (client, deployment, { at }) => client.graph.field(ServingAt, { deployment, at }),
      },
      stepOf('rollback', 'serve the release before this one again', RollBackDeployment, {
        id,
        confirms: 'roll back',
        options: [REASON, { name: 'to', value: 'release', about: 'to which; one step back when left out' }, CAUSE],
      }),
      stepOf('fallback', 'answer by the declared fallback', FallBackDeployment, {
        id,
        confirms: 'set the fallback for',
        options: [REASON, CAUSE],
      }),
      stepOf('kill', 'refuse every request', KillDeployment, { id, confirms: 'stop', options: [REASON, CAUSE] }),
      stepOf('lift-freeze', 'let experiments hold traffic again', LiftFreeze, { id, options: [REASON, CAUSE] }),
    ],
  },
  {
    name: 'node',
    about: 'a running edge',
    id: 'id',
    list: listOf(
      ListEdgeNodes,
      [
        column('name'),
        column('runtime'),
        column('trust'),
        column('stale'),
        column('manifest', 'manifestRevision'),
        column('last seen', 'lastSeenAt'),
        column('id', 'id', { wide: true }),
      ],
      [{ name: 'deployment', value: 'id', about: 'only those that serve this deployment' }],
    ),
    show: showOf(ShowEdgeNode),
    steps: [
      stepOf('enrol', 'make a token with which the node of this name enrols its own key, once', IssueEnrolmentToken, {
        id: 'node',
      }),
      stepOf('revoke', 'end its keys, and its token if nobody used that', RevokeNodeKeys, {
        id: 'node',
        confirms: 'end the keys of',
        options: [REASON],
      }),
    ],
  },
  {
    name: 'node-key',
    about: 'the keys that edges have enrolled, for administrators',
    id: 'node',
    list: listOf(
      ListNodeKeys,
      [
        column('node'),
        column('number'),
        column('state'),
        column('enrolled', 'enrolledAt'),
        column('by', 'enrolledBy'),
        column('expires', 'expiresAt'),
        column('revoked', 'revokedAt'),
        column('revoked by', 'revokedBy', { wide: true }),
      ],
      [{ name: 'node', value: 'name', about: 'only those of this node' }],
    ),
  },
  {
    name: 'prediction',
    about: 'one answered request and its record',
    id: 'id',
    list: listOf(
      ListPredictions,
      [
        column('id'),
        column('at', 'occurredAt'),
        column('score'),
        column('decision'),
        column('reason'),
        column('arm'),
        column('fallback'),
        column('variant', 'variant', { wide: true }),
      ],
      [
        { name: 'deployment', value: 'id', about: 'of which deployment', required: true },
        { name: 'from', value: 'time', about: 'not before this moment' },
        { name: 'to', value: 'time', about: 'before this moment' },
      ],
    ),
    show: showOf(ShowPrediction),
  },
];
