import { graphqlEnum } from '../../../shared/graphql/graphql-enum.ts';
import { GUARDRAIL_STATES } from '../../domain/metric/guardrail.ts';
import { EXPIRY_POLICIES, ROLLOUT_STATUSES } from '../../domain/rollout/rollout.ts';
import { CHECK_STATES, SWITCH_CHECKS } from '../../domain/rollout/switch-check.ts';
import { VERDICTS } from '../../domain/rollout/verdict-words.ts';

export const RolloutStatusEnum = graphqlEnum('RolloutStatus', ROLLOUT_STATUSES, 'Where a rollout stands in its life.', {
  DRAFT: 'Described; no unit meets the candidate.',
  RUNNING: 'A step is in force.',
  COMPLETED: 'The candidate answers by default.',
  ROLLED_BACK: 'The traffic was given back: what answered before answers all.',
});

export const VerdictEnum = graphqlEnum('RolloutVerdictWord', VERDICTS, 'What the evidence comes to.', {
  CONTINUE: 'Every guardrail is shown to hold: the next step, or the candidate becomes the default.',
  ROLLBACK: 'The candidate is shown to harm, or its time is over: the traffic is given back.',
  WAIT: 'Not enough is shown yet: how much is missing is said.',
  HOLD: 'The data cannot be believed, or a person is asked: nothing moves.',
});

export const GuardrailStateEnum = graphqlEnum('GuardrailState', GUARDRAIL_STATES, 'What a guardrail has shown.', {
  HARMED: 'The candidate is worse by more than is accepted.',
  HELD: 'It is not, at any look; of a step that is over: no harm has been shown.',
  UNDECIDED: 'The units allow both.',
  NO_DATA: 'No unit of an arm has a value.',
});

export const ExpiryPolicyEnum = graphqlEnum(
  'RolloutExpiry',
  EXPIRY_POLICIES,
  'What becomes of a step that has not shown enough when its longest time is over.',
  {
    ROLL_BACK: 'The traffic is given back.',
    HOLD: 'It stays until a person decides.',
    CONTINUE_WITHIN_MARGIN:
      'It goes on if every guardrail is within its margin as far as it goes, else it is rolled back.',
  },
);

/** Plans that are known by name. */
export const PresetEnum = graphqlEnum('RolloutPreset', ['STAGED_5_20_50_100'], 'Steps that are known by name.', {
  STAGED_5_20_50_100:
    '5 % for a day and 10,000 units, 20 % for two days and 50,000, 50 % for three days and 100,000, then all for a day of looking back.',
});

export const SwitchCheckEnum = graphqlEnum('SwitchCheck', SWITCH_CHECKS, 'What a blue-green switch looks at.', {
  HEARD: 'The node is heard by monitoring, and hears the registry.',
  READY: 'Both releases are loaded on the node, and proven by their golden rows there.',
  WARM_LATENCY: 'Warm runs of the candidate on the node stay under the ceiling; before the switch.',
  MEMORY: 'The node uses no more of its memory than is allowed.',
  FEATURES:
    'The values of features that the candidate reads are fresh; before the switch nodes read them for requests that the control answers.',
  THROUGHPUT:
    'Requests a second: what warm runs of the candidate on all nodes come to before the switch, and its answers after it.',
  ERRORS:
    'The share of requests without an answer, or with a fallback’s: of the control before the switch, of the candidate after it.',
  LATENCY: 'The 99th percentile of the answers: of the control before the switch, of the candidate after it.',
});

export const CheckStateEnum = graphqlEnum('CheckState', CHECK_STATES, 'What a check has found.', {
  PASSED: 'It is within its limit.',
  FAILED: 'It is not.',
  NO_DATA: 'Nothing that says so: it is not taken for good.',
});
