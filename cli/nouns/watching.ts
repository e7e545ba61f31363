import { column, listOf, showOf, stepOf, type Noun, type Option } from '../noun.ts';
import {
  AcknowledgeAlert,
  AcknowledgeIncident,
  AddIncidentNote,
  AbortRollout,
  ApproveRolloutStep,
  EvaluateRollout,
  ListAlertRules,
  ListAlerts,
  EndHoldout,
  EraseUnit,
  GiveIncidentRole,
  ListExperiments,
  ListHoldouts,
  ListIncidents,
  ListMetrics,
  ListRollouts,
  ListShadows,
  PauseRollout,
  PromoteRollout,
  ResolveIncident,
  ResumeRollout,
  ShowAlert,
  ShowAlertRule,
  ShowExperiment,
  ShowHoldout,
  ShowIncident,
  ShowMetric,
  ShowRollout,
  ShowShadow,
  SkipRolloutStep,
  StartExperiment,
  StartRollout,
  StartShadow,
  StopExperiment,
  StopShadow,
} from '../operations.ts';

const DEPLOYMENT: Option = { name: 'deployment', value: 'id', about: 'only those of this deployment' };
const REASON: Option = { name: 'reason', value: 'text', about: 'why; it stays on record', required: true };
const comment = (about: string): Option => ({ name: 'comment', about, required: true });
const DOING = comment('what is being done');
const status = (...choices: string[]): Option => ({
  name: 'status',
  value: 'status',
  choices,
  about: 'only those that stand here',
});

export const WATCHING_NOUNS: readonly Noun[] = [
  {
    name: 'experiment',
    about: 'releases compared on units that a hash divides',
    id: 'name',
    list: listOf(
      ListExperiments,
      [
        column('name'),
        column('status'),
        column('deployment', 'deployment.id'),
        column('releases', 'arms.release.id'),
        column('created', 'createdAt', { wide: true }),
      ],
      [DEPLOYMENT, status('DRAFT', 'RUNNING', 'STOPPED', 'DECIDED', 'ARCHIVED')],
    ),
    show: showOf(ShowExperiment),
    steps: [
      stepOf('start', 'take the traffic that it asks for', StartExperiment, { id: 'experiment', confirms: 'start' }),
      stepOf('stop', 'give the traffic back', StopExperiment, { id: 'experiment', options: [REASON] }),
    ],
  },
  {
    name: 'holdout',
    about: 'units that no experiment of a namespace gets',
    id: 'name',
    list: listOf(
      ListHoldouts,
      [
        column('name'),
        column('status'),
        column('namespace'),
        column('from'),
        column('to'),
        column('unit'),
        column('entry', 'entry', { wide: true }),
        column('created', 'createdAt', { wide: true }),
      ],
      [status('ACTIVE', 'ENDED')],
    ),
    show: showOf(ShowHoldout),
    steps: [
      stepOf('end', 'give its slice back to experiments', EndHoldout, {
        id: 'holdout',
        confirms: 'end',
        options: [REASON],
      }),
    ],
  },
  {
    name: 'unit',
    about: 'one user, device or other thing that experiments assign to an arm',
    id: 'unit',
    steps: [
      stepOf(
        'erase',
        'delete what experiments, holdouts and rollouts hold of it; what comes later is dropped',
        EraseUnit,
        {
          id: 'unit',
          confirms: 'erase',
          options: [
            {
              name: 'field',
              value: 'name',
              variable: 'unitField',
              about: 'the input field whose value it is',
              required: true,
            },
            { name: 'experiments', value: 'names', about: 'of these alone', many: true },
            REASON,
          ],
        },
      ),
    ],
  },
  {
    name: 'metric',
    about: 'a number of one arm, as a definition',
    id: 'name',
    list: listOf(ListMetrics, [
      column('name'),
      column('revision'),
      column('kind', 'definition.kind'),
      column('measure', 'definition.measure'),
      column('margin', 'definition.margin'),
      column('of', 'definition.marginKind', { wide: true }),
      column('created', 'createdAt', { wide: true }),
    ]),
    show: showOf(ShowMetric),
  },
  {
    name: 'rollout',
    about: 'a release that gets traffic step by step',
    id: 'name',
    list: listOf(
      ListRollouts,
      [
        column('name'),
        column('status'),
        column('step'),
        column('weights', 'steps.weight'),
        column('deployment', 'deployment.id'),
        column('candidate', 'candidate.id'),
        column('created', 'createdAt', { wide: true }),
      ],
      [DEPLOYMENT, status('DRAFT', 'RUNNING', 'COMPLETED', 'ROLLED_BACK')],
    ),
    show: showOf(ShowRollout),
    steps: [
      stepOf('start', 'begin the first step', StartRollout, { id: 'rollout', confirms: 'start' }),
      stepOf('evaluate', 'judge it now, and do what follows', EvaluateRollout, { id: 'rollout' }),
      stepOf('pause', 'let it go no further', PauseRollout, { id: 'rollout', options: [REASON] }),
      stepOf('resume', 'let it go on', ResumeRollout, { id: 'rollout' }),
      stepOf('approve', 'let the step go on that asks for a person', ApproveRolloutStep, { id: 'rollout' }),
      stepOf('skip', 'go on to the next step whatever is shown', SkipRolloutStep, {
        id: 'rollout',
        options: [REASON],
        confirms: 'skip a step of',
      }),
      stepOf('promote', 'make the candidate the default at once', PromoteRollout, {
        id: 'rollout',
        options: [REASON],
        confirms: 'promote',
      }),
      stepOf('abort', 'give the traffic back', AbortRollout, { id: 'rollout', options: [REASON], confirms: 'abort' }),
    ],
  },
  {
    name: 'shadow',
    about: 'a release that is scored besides the answers',
    id: 'name',
    list: listOf(
      ListShadows,
      [
        column('name'),
        column('status'),
        column('deployment', 'deployment.id'),
        column('candidate', 'candidate.id'),
        column('share'),
        column('started', 'startedAt', { wide: true }),
      ],
      [DEPLOYMENT, status('DRAFT', 'RUNNING', 'STOPPED')],
    ),
    show: showOf(ShowShadow),
    steps: [
      stepOf('start', 'begin to score', StartShadow, { id: 'shadow' }),
      stepOf('stop', 'end it', StopShadow, { id: 'shadow', options: [REASON] }),
    ],
  },
  {
    name: 'alert',
    about: 'where a rule stands',
    id: 'id',
    list: listOf(
      ListAlerts,
      [
        column('rule', 'rule.name'),
        column('status'),
        column('severity'),
        column('value'),
        column('deployment', 'deployment.id'),
        column('fired', 'firedAt'),
        column('silenced'),
        column('id', 'id', { wide: true }),
      ],
      [
        DEPLOYMENT,
        { name: 'rule', value: 'id', about: 'only those of this rule' },
        status('PENDING', 'FIRING', 'RESOLVED', 'INACTIVE'),
      ],
    ),
    show: showOf(ShowAlert),
    steps: [
      stepOf('acknowledge', 'say that you are on it: its ladder is not climbed', AcknowledgeAlert, {
        id: 'alert',
        options: [DOING],
        alias: 'ack',
      }),
    ],
  },
  {
    name: 'incident',
    about: 'alerts that most likely have one cause',
    id: 'id',
    list: listOf(
      ListIncidents,
      [
        column('id'),
        column('status'),
        column('severity'),
        column('incident', 'title'),
        column('deployments', 'deployments.id'),
        column('started', 'startedAt'),
        column('on it', 'acknowledgedBy'),
        column('resolved', 'resolvedAt', { wide: true }),
      ],
      [DEPLOYMENT, status('OPEN', 'RESOLVED')],
    ),
    show: showOf(ShowIncident),
    steps: [
      stepOf('acknowledge', 'say that you are on it and on its alerts', AcknowledgeIncident, {
        id: 'incident',
        options: [DOING],
        alias: 'ack',
      }),
      stepOf('resolve', 'say that it is over, and what it was', ResolveIncident, {
        id: 'incident',
        options: [
          comment('what it was, and what was done'),
          { name: 'false-alarm', variable: 'falseAlarm', flag: true, about: 'nothing was wrong' },
        ],
      }),
      stepOf('note', 'keep what was found or done', AddIncidentNote, {
        id: 'incident',
        options: [{ name: 'note', about: 'what it is', required: true }],
      }),
      stepOf('role', 'give somebody a role', GiveIncidentRole, {
        id: 'incident',
        options: [
          {
            name: 'role',
            about: 'what they do',
            choices: ['COMMANDER', 'OPERATIONS', 'COMMUNICATIONS', 'SCRIBE'],
            required: true,
          },
          { name: 'person', about: 'who, as user:ada; you when left out' },
        ],
      }),
    ],
  },
  {
    name: 'alert-rule',
    about: 'when an alert fires',
    id: 'id',
    list: listOf(
      ListAlertRules,
      [
        column('name'),
        column('signal'),
        column('expression'),
        column('feature'),
        column('comparison'),
        column('threshold'),
        column('value'),
        column('severity'),
        column('deployment', 'deployment.id'),
        column('id', 'id', { wide: true }),
      ],
      [DEPLOYMENT],
    ),
    show: showOf(ShowAlertRule),
  },
];
