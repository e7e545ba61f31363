import { column, listOf, showOf, stepOf, type Noun, type Option } from '../noun.ts';
import {
  ListEntities,
  ListEventStreams,
  ListFeatureServices,
  ListFeatureViews,
  ListSources,
  ListTrainingSets,
  SetEventStreamState,
  ShowEntity,
  ShowEventStream,
  ShowFeatureService,
  ShowFeatureView,
  ShowSource,
  ShowTrainingSet,
} from '../operations.ts';

const OWNER = column('owner', 'owner', { wide: true });
const STATE: Option = {
  name: 'state',
  value: 'state',
  choices: ['RUNNING', 'PAUSED', 'STOPPED'],
  about: 'what it shall do',
  required: true,
};
const NAME = { name: 'name', value: 'name', about: 'only the versions of this name' };

export const FEATURE_NOUNS: readonly Noun[] = [
  {
    name: 'entity',
    about: 'what features describe',
    id: 'name',
    list: listOf(ListEntities, [column('name'), column('join keys', 'joinKeys.name'), OWNER, column('description')]),
    show: showOf(ShowEntity),
  },
  {
    name: 'source',
    about: 'where rows come from',
    id: 'name',
    list: listOf(ListSources, [column('name'), column('path'), column('event column', 'eventColumn'), OWNER]),
    show: showOf(ShowSource),
  },
  {
    name: 'event-stream',
    about: 'a topic of Kafka that is read into a source',
    id: 'name',
    list: listOf(ListEventStreams, [
      column('name'),
      column('source', 'source.name'),
      column('topic'),
      column('state'),
      column('lag'),
      column('quarantined'),
      column('problem', 'problem.problem'),
      column('accepted', 'accepted', { wide: true }),
    ]),
    show: showOf(ShowEventStream),
    steps: [
      stepOf('set', 'let it run, pause or stop', SetEventStreamState, {
        id: 'stream',
        options: [STATE],
      }),
    ],
  },
  {
    name: 'feature-view',
    about: 'features of one source and entity, by version',
    id: 'name@version',
    list: listOf(
      ListFeatureViews,
      [
        column('id'),
        column('entity', 'entity.name'),
        column('source', 'source.name'),
        column('ttl s', 'ttlSeconds'),
        OWNER,
        column('features', 'features.name'),
      ],
      [NAME],
    ),
    show: showOf(ShowFeatureView),
  },
  {
    name: 'feature-service',
    about: 'the pinned features that a model reads',
    id: 'name@version',
    list: listOf(ListFeatureServices, [column('id'), OWNER, column('features', 'features.name')], [NAME]),
    show: showOf(ShowFeatureService),
  },
  {
    name: 'training-set',
    about: 'rows that were built for training, kept as they are',
    id: 'id',
    list: listOf(
      ListTrainingSets,
      [
        column('id'),
        column('service', 'service.id'),
        column('rows', 'rowCount'),
        column('created', 'createdAt'),
        column('bytes', 'sizeBytes', { wide: true }),
        column('content hash', 'contentHash', { wide: true }),
      ],
      [{ name: 'service', value: 'id', about: 'only those of this feature service' }],
    ),
    show: showOf(ShowTrainingSet),
  },
];
