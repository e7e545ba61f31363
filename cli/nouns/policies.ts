import { showOf, stepOf, type Noun } from '../noun.ts';
import { ImportPolicyPreset, ShowPolicyPreset } from '../operations.ts';

export const POLICY_NOUNS: readonly Noun[] = [
  {
    name: 'policy',
    about: 'what a regulator asks for, and which control answers it: RBI, SEBI, DPDP',
    id: 'name',
    show: showOf(ShowPolicyPreset),
    steps: [
      stepOf('import', 'have each risk tier ask for it; approvals of tiers that change are void', ImportPolicyPreset, {
        confirms: 'import',
        options: [{ name: 'reason', value: 'text', about: 'why; it stays on record', required: true }],
      }),
    ],
  },
];
