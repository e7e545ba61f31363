import type { Rule } from '../rule.ts';

/** RULE: a rule refuses. GATE: a validation computes it. RECORD: it is kept, and a query shows it. */
export const CONTROL_KINDS = ['RULE', 'GATE', 'RECORD'] as const;
export type ControlKind = (typeof CONTROL_KINDS)[number];

/** Something here that answers a clause, and the query that shows its evidence. */
export interface Control {
  readonly kind: ControlKind;
  /** The rule, the beginning of the gate's name, or the field of the graph. */
  readonly name: string;
  readonly does: string;
  /** GraphQL; `$id` is a model version, `$deployment` a deployment, `$prediction` an answer. */
  readonly evidence: string;
}

const rule = (name: Rule, does: string, evidence: string): Control => ({ kind: 'RULE', name, does, evidence });
const gate = (name: string, does: string): Control => ({
  kind: 'GATE',
  name,
  does,
  evidence:
    'query ($id: ID!) { modelVersion(id: $id) { evidence validation { gates { gate passed rule value limit n lower upper detail waivedUntil } } } }',
});
const recorded = (name: string, does: string, evidence: string): Control => ({ kind: 'RECORD', name, does, evidence });

const actions = (...names: readonly string[]): string =>
  `{ ${names
    .map(
      (name, i) =>
        `a${i}: auditRecords(action: "${name}") { edges { node { seq hash at actor subject reason rule } } }`,
    )
    .join(' ')} }`;
const POLICIES = '{ tierPolicies { tier revision policy changedBy changedAt } }';
const STEPS =
  'query ($id: ID!) { modelVersion(id: $id) { makers approvals { action actor at reason grants digestSet } } }';

/** What this product does that a regulator may ask for. */
export const CONTROLS = {
  tiers: recorded(
    'tierPolicies',
    'each version has a risk tier that never falls; the tier decides which gates and how many approvals',
    POLICIES,
  ),
  policyChanges: recorded(
    'auditRecords',
    'each change of a tier policy is on record with who, when and why',
    actions('tier-policy.set'),
  ),
  checker: rule('G1', 'who makes a version never approves it', STEPS),
  approvals: rule(
    'G2',
    'people approve, as many as the tier asks for, the committee among them; machines never decide',
    STEPS,
  ),
  digests: rule('G3', 'an approval speaks of one set of digests, and any change voids it', STEPS),
  expiry: rule(
    'G4',
    'an approval ends, and the version takes no new traffic until it is validated and approved again; reminders go before',
    'query ($id: ID!) { modelVersion(id: $id) { state revalidateBy approvals { action at expiresAt } } }',
  ),
  frozen: rule(
    'G5',
    'a version does not change from its submission on',
    'query ($id: ID!) { modelVersion(id: $id) { digest sourceDigest evaluation approvals { digestSet at } } }',
  ),
  traffic: rule(
    'G6',
    'traffic changes one at a time, against the revision that was read, each with its reason',
    'query ($deployment: ID!) { deployment(id: $deployment) { history { edges { node { revision at actor reason } } } } }',
  ),
  rollback: rule('G7', 'one call leads back to a release that was approved and is intact', actions('traffic.rollback')),
  killSwitch: rule(
    'G8',
    'one call takes a version out of service wherever it answers; only a person lifts it',
    actions('model-version.suspend', 'model-version.reinstate'),
  ),
  breakGlass: rule(
    'G9',
    'an emergency is for a while, with a reason, and another person closes it',
    '{ breakGlasses { edges { node { id modelVersion environment reason openedBy openedAt expiresAt closedBy closedAt closingReason } } } }',
  ),
  kept: rule(
    'G10',
    'what serves is not retired; versions are put away, never removed',
    '{ modelVersions(states: [RETIRED, ARCHIVED]) { edges { node { id state createdAt digest } } } }',
  ),
  triedFirst: rule(
    'G12',
    'before it answers everybody in production a version was in a shadow, canary or experiment there',
    'query ($deployment: ID!) { deployment(id: $deployment) { shadows { edges { node { id status } } } history { edges { node { revision at layers } } } } }',
  ),
  dossier: rule(
    'G13',
    'all of one version on a page, with the proof; that it was read is on record',
    'query ($id: ID!) { modelVersion(id: $id) { dossier } }',
  ),
  refusals: rule(
    'G14',
    'each refusal is on record with the rule that refused',
    '{ auditRecords(action: "model-version.approve.refused") { edges { node { seq at actor subject rule reason } } } }',
  ),
  recipes: rule(
    'G16',
    'production answers by recipes that another person approved',
    '{ releases { edges { node { id makers approvalState approval { by at reason } } } } }',
  ),
  gates: rule(
    'G17',
    'every gate of the tier passes at each validation, or another person waived it with a reason and an end',
    gate('', '').evidence,
  ),
  quality: gate(
    'quality',
    'metrics are computed from the rows by the registered model, and held against limits and the champion',
  ),
  fairness: gate('fairness', 'differences between the groups of each protected attribute, with their intervals'),
  explainability: gate('explainability', 'an engine says what each column adds to the score'),
  owner: recorded(
    'search',
    'who answers for each model; those without an owner are listed',
    '{ search(text: "", kinds: [MODEL, ENDPOINT], orFilters: [{ and: [{ field: ISSUE, values: ["UNOWNED"] }] }]) { total edges { node { id name } } } }',
  ),
  inventory: recorded(
    'modelVersions',
    'every version of every model, put away or not, those of third parties marked',
    '{ modelVersions { edges { node { id version state owner riskTier thirdParty createdAt } } } }',
  ),
  card: recorded(
    'modelVersion',
    'purpose, intended use, limits, model card and computed metrics of a version',
    'query ($id: ID!) { modelVersion(id: $id) { purpose intendedUse limits card businessMetric metrics { name value n lower upper } } }',
  ),
  fallback: recorded(
    'release.recipe',
    'a recipe declares what answers where a model, its features or its time fail',
    'query ($deployment: ID!) { deployment(id: $deployment) { live { id recipe } } }',
  ),
  monitoring: recorded(
    'alertRules',
    'drift, performance, latency and errors are watched by rules, alerts and incidents',
    'query ($deployment: ID!) { alertRules(deployment: $deployment) { edges { node { id name } } } incidents(deployment: $deployment) { edges { node { id status } } } }',
  ),
  explained: recorded(
    'explainPrediction',
    'which release, versions, features with ages, rules and arm decided one answer, and what each input added',
    'query ($prediction: ID!) { explainPrediction(id: $prediction) { release { id recipe } models { __typename } features { feature { id name } } } }',
  ),
  chain: recorded(
    'verifyAudit',
    'each change is a record of a hash chain, whose signed checkpoints are kept outside',
    '{ verifyAudit { ok why checked chains { subgraph state checked checkpointedTo } } auditCheckpoints { edges { node { number at } } } }',
  ),
  personalInputs: recorded(
    'release.recipe',
    'a request field that its recipe declares `personal` is logged as a keyed token, never as it is',
    'query ($deployment: ID!) { deployment(id: $deployment) { live { id recipe } } }',
  ),
  digestsOnly: recorded(
    'auditRecords',
    'audit records hold digests of what was there, never the content',
    '{ auditRecords { edges { node { action subject beforeDigest afterDigest } } } }',
  ),
} as const satisfies Record<string, Control>;

export type ControlName = keyof typeof CONTROLS;
