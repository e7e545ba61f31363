import { column, listOf, showOf, stepOf, type Noun, type Option } from '../noun.ts';
import {
  ApproveModelVersion,
  ApproveRelease,
  ArchiveModelVersion,
  ListModels,
  ListModelVersions,
  ListReleases,
  PromoteRelease,
  ReinstateModelVersion,
  RejectModelVersion,
  RejectRelease,
  RetireModelVersion,
  ShowModel,
  ShowModelVersion,
  ShowRelease,
  SubmitModelVersion,
  SuspendModelVersion,
  WithdrawModelVersion,
} from '../operations.ts';

const WHY: Option = { name: 'reason', value: 'text', about: 'why; it stays on record' };
const REASON: Option = { ...WHY, required: true };
const STATES = [
  'DRAFT',
  'SUBMITTED',
  'VALIDATED',
  'APPROVED',
  'REJECTED',
  'SUSPENDED',
  'WITHDRAWN',
  'RETIRED',
  'ARCHIVED',
];

export const MODEL_NOUNS: readonly Noun[] = [
  {
    name: 'model',
    about: 'a model, through all its versions',
    id: 'name',
    list: listOf(ListModels, [
      column('name'),
      column('owner'),
      column('tags'),
      column('created', 'createdAt'),
      column('description', 'description', { wide: true }),
    ]),
    show: showOf(ShowModel),
  },
  {
    name: 'version',
    about: 'one version of a model, and its approval life',
    id: 'model@number',
    list: listOf(
      ListModelVersions,
      [
        column('id'),
        column('version'),
        column('state'),
        column('serves', 'roles.deployment.id'),
        column('created', 'createdAt'),
        column('makers', 'makers', { wide: true }),
      ],
      [
        {
          name: 'state',
          variable: 'states',
          value: 'states',
          many: true,
          choices: STATES,
          about: 'only in these states',
        },
        { name: 'owner', value: 'user', about: 'only those of this owner' },
        { name: 'tag', value: 'tag', about: 'only those with this tag' },
      ],
    ),
    show: showOf(ShowModelVersion),
    steps: [
      stepOf('submit', 'hand a draft in for validation and approval', SubmitModelVersion, { options: [WHY] }),
      stepOf('withdraw', 'take back what was submitted', WithdrawModelVersion, { options: [WHY] }),
      stepOf('approve', 'approve a validated version; never one that you made', ApproveModelVersion, {
        options: [
          WHY,
          { name: 'environments', value: 'names', many: true, about: 'where it may serve; everywhere when left out' },
          { name: 'expires-at', variable: 'expiresAt', value: 'time', about: 'when the approval ends' },
        ],
      }),
      stepOf('reject', 'refuse a version', RejectModelVersion, { options: [REASON] }),
      stepOf('suspend', 'take an approval away for now', SuspendModelVersion, { options: [REASON] }),
      stepOf('reinstate', 'give a suspended version its approval back', ReinstateModelVersion, { options: [REASON] }),
      stepOf('retire', 'end a version that no longer serves', RetireModelVersion, { options: [WHY] }),
      stepOf('archive', 'put a version away', ArchiveModelVersion, { options: [WHY] }),
    ],
  },
  {
    name: 'release',
    about: 'a frozen recipe with its models',
    id: 'deployment@number',
    list: listOf(
      ListReleases,
      [
        column('id'),
        column('deployment', 'deployment.id'),
        column('models', 'modelVersions.id'),
        column('approval', 'approvalState'),
        column('created', 'createdAt'),
        column('by', 'createdBy', { wide: true }),
      ],
      [
        { name: 'deployment', value: 'id', about: 'only those of this deployment' },
        { name: 'approval', variable: 'approvalStates', value: 'states', many: true, about: 'only in these states' },
      ],
    ),
    show: showOf(ShowRelease),
    steps: [
      stepOf('approve', 'approve a recipe; never one that you made', ApproveRelease, {
        id: 'release',
        options: [REASON],
      }),
      stepOf('reject', 'refuse a recipe', RejectRelease, { id: 'release', options: [REASON] }),
      stepOf('promote', 'make a release the one that serves', PromoteRelease, {
        id: 'release',
        confirms: 'serve',
        options: [
          { name: 'deployment', value: 'id', about: 'where', required: true },
          REASON,
          { name: 'cause', value: 'id', about: 'the same cause changes traffic once' },
        ],
      }),
    ],
  },
];
