import type { PolicyPreset, PresetName } from './policy-preset.ts';
import { OPEN_POLICY } from './tier-policy.ts';

const YEARLY = { ...OPEN_POLICY, revalidateDays: 365 };
/** Differences between groups are computed and shown; how large they may be is the project's own. */
const COMPUTED = {
  attributesRequired: true,
  leastRows: 30,
  limits: { demographicParity: null, equalOpportunity: null, predictiveParity: null, fourFifths: null },
};
const BACKUPS = 'keeping backups so long, and the stored predictions with them';

const RBI: PolicyPreset = {
  name: 'RBI',
  title: 'Reserve Bank of India: Guidance on Regulatory Principles for Model Risk Management, 2026',
  source:
    'a draft of 24 June 2026, read through summaries; that it became final was not found. Two clauses are of the draft of August 2024 on credit models, which it replaces',
  tiers: { LOW: YEARLY, MEDIUM: YEARLY, HIGH: { ...YEARLY, approvals: 2, committee: 1 } },
  clauses: [
    {
      name: 'framework',
      asks: 'a framework for model risk that the board approved',
      controls: ['tiers', 'policyChanges'],
      left: 'the framework and the decision of the board are papers of the company: name them in the reason when it is imported',
    },
    { name: 'tiering', asks: 'models are tiered by risk', controls: ['tiers'], left: null },
    {
      name: 'committee',
      asks: 'a committee approves the deployment of a high-risk model',
      controls: ['approvals', 'recipes'],
      left: null,
    },
    {
      name: 'three-lines',
      asks: 'three lines: an owner, an independent validator, internal audit',
      controls: ['owner', 'checker', 'chain', 'dossier'],
      left: 'that the people of the three lines report apart from each other',
    },
    {
      name: 'inventory',
      asks: 'an inventory that holds decommissioned models for ten years or more',
      controls: ['inventory', 'kept', 'chain'],
      left: BACKUPS,
    },
    {
      name: 'change-management',
      asks: 'changes are managed',
      controls: ['frozen', 'digests', 'traffic', 'recipes'],
      left: null,
    },
    { name: 'kill-switch', asks: 'a model can be stopped at once', controls: ['killSwitch'], left: null },
    {
      name: 'human-oversight',
      asks: 'people oversee models',
      controls: ['approvals', 'breakGlass', 'monitoring', 'explained'],
      left: 'who looks at single decisions, and may overrule them',
    },
    {
      name: 'continuity',
      asks: 'business goes on when a model fails',
      controls: ['fallback', 'rollback'],
      left: 'the plan for the business around the model, and its drills',
    },
    {
      name: 'third-party',
      asks: 'models of third parties are held to the same',
      controls: ['inventory', 'gates', 'approvals'],
      left: null,
    },
    {
      name: 'validation',
      asks: 'validation before deployment and after each change (draft of August 2024)',
      controls: ['gates', 'digests', 'quality'],
      left: null,
    },
    {
      name: 'review',
      asks: 'a review at least once a year (draft of August 2024)',
      controls: ['expiry'],
      left: null,
    },
  ],
};

const SEBI: PolicyPreset = {
  name: 'SEBI',
  title:
    'Securities and Exchange Board of India: Guidelines for Responsible Usage of AI/ML in Indian Securities Markets',
  source:
    'a consultation paper of 20 June 2025, read through summaries of law firms and newspapers that agree; that it became final was not looked into',
  tiers: {
    LOW: YEARLY,
    MEDIUM: { ...YEARLY, fairness: COMPUTED },
    HIGH: { ...YEARLY, fairness: COMPUTED, triedFirst: true },
  },
  clauses: [
    {
      name: 'governance',
      asks: 'skilled teams oversee models through their life, and senior management answers for them',
      controls: ['owner', 'tiers', 'approvals', 'policyChanges'],
      left: 'who of the management answers, and what the teams know',
    },
    {
      name: 'third-party',
      asks: 'models of third parties are overseen',
      controls: ['inventory', 'gates', 'monitoring'],
      left: 'contracts with those who supply them',
    },
    {
      name: 'fallback',
      asks: 'plans for the case that a model fails',
      controls: ['fallback', 'rollback', 'killSwitch'],
      left: null,
    },
    {
      name: 'review',
      asks: 'periodic reviews and independent audits',
      controls: ['expiry', 'chain', 'dossier'],
      left: 'who audits, and that they are independent',
    },
    {
      name: 'disclosure',
      asks: 'clients whom a model affects are told of its purpose, risks, accuracy and limits, in simple words',
      controls: ['card', 'explained'],
      left: 'telling the clients',
    },
    {
      name: 'testing',
      asks: 'models are tested apart from the live environment, best in a shadow, and watched all the time',
      controls: ['triedFirst', 'gates', 'monitoring'],
      left: null,
    },
    {
      name: 'records',
      asks: 'documents and logs of models are kept for five years or more',
      controls: ['kept', 'chain'],
      left: BACKUPS,
    },
    {
      name: 'fairness',
      asks: 'models do not favour some clients over others, and bias is looked for and removed',
      controls: ['fairness'],
      left: 'training of the staff, and the choice of protected attributes and limits',
    },
    {
      name: 'privacy',
      asks: 'data are protected by policies for privacy and security, as the laws demand',
      controls: ['personalInputs', 'digestsOnly'],
      left: 'the policies, and the security of machines and networks',
    },
  ],
};

const DPDP: PolicyPreset = {
  name: 'DPDP',
  title: 'India: Digital Personal Data Protection Act',
  source:
    'three demands as systems in India name them: consent, erasure, no personal data in logs; the act itself was not read for this',
  tiers: {},
  clauses: [
    {
      name: 'consent',
      asks: 'personal data are used with consent',
      controls: [],
      left: 'consent is not kept here: ask for it where the data come from, and load only what may be used',
    },
    {
      name: 'erasure',
      asks: 'personal data of one person are erased when they ask',
      controls: [],
      left: '`eraseUnit` takes one unit out of experiments and of nothing else: predictions, features, training sets and their files are removed where they are stored',
    },
    {
      name: 'logs',
      asks: 'no personal data in logs',
      controls: ['personalInputs', 'digestsOnly'],
      left: 'naming the personal fields in each recipe',
    },
  ],
};

export const POLICY_PRESETS: Readonly<Record<PresetName, PolicyPreset>> = { RBI, SEBI, DPDP };
