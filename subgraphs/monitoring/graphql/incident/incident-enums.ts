import { CAUSES } from '../../domain/incident/cause.ts';
import { ENTRY_KINDS, INCIDENT_ROLES, INCIDENT_STATUSES } from '../../domain/incident/incident.ts';
import { ORIGIN_KINDS } from '../../domain/incident/scope.ts';
import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';

export const CauseEnum = graphqlEnum('TroubleCause', CAUSES, 'Kinds of trouble; each can bring those after it.', {
  PIPELINE_FAULT: 'Features are missing or too old: mend what brings them, and do not retrain.',
  COVARIATE_SHIFT: 'What comes in has changed.',
  PRIOR_SHIFT: 'How often each answer or outcome comes has changed.',
  CONCEPT_DRIFT: 'The same inputs mean another outcome than before.',
  PERFORMANCE_LOSS: 'Scores are worse than they were, and nothing before it is known.',
  INFRASTRUCTURE: 'Answers are slow, fail or stay away, or a node does.',
  OTHER: 'Nothing that is known here: give the rule a label `cause`.',
});

export const IncidentStatusEnum = graphqlEnum(
  'IncidentStatus',
  INCIDENT_STATUSES,
  'Where an incident stands. RESOLVED: all of its alerts have ended, or a person said that it is over.',
);

export const IncidentEntryKindEnum = graphqlEnum('IncidentEntryKind', ENTRY_KINDS, 'What happened in an incident.');

export const IncidentRoleEnum = graphqlEnum('IncidentRole', INCIDENT_ROLES, 'What somebody does in an incident.', {
  COMMANDER: 'Decides, and keeps the whole in view.',
  OPERATIONS: 'Looks for the cause and mends it.',
  COMMUNICATIONS: 'Tells those who are affected.',
  SCRIBE: 'Keeps notes.',
});

export const OriginKindEnum = graphqlEnum(
  'IncidentOriginKind',
  ORIGIN_KINDS,
  'At what kind of thing an incident began. INPUT: a field of requests. RULE: nothing else is known of its alerts.',
);
