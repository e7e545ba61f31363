import type { Dossier } from './dossier.ts';
import { dossierQuestions } from './dossier-questions.ts';
import type { GateResult } from '../version/model-version.ts';
import { facts, hash, section, STYLE, table, text, time } from './page-parts.ts';
import { digits } from '../evaluation/quality-gates.ts';

/** An id, as a link where people can look at it. */
const asset = ({ linkTo }: Dossier, id: string | null): string => {
  const link = id === null ? null : linkTo(id);
  return link === null ? text(id) : `<a href="${text(link)}">${text(id)}</a>`;
};

/** The dossier as one page of HTML that prints well and stands alone. */
export function dossierPage(dossier: Dossier): string {
  const { id, version } = dossier;
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    `<meta name="viewport" content="width=device-width"><title>${text(id)}</title><style>${STYLE}</style></head><body>`,
    `<h1>Dossier of ${text(version.model)} ${text(version.version)}</h1>`,
    `<p>${asset(dossier, id)}, as it was at ${time(dossier.at)}, for ${text(dossier.by)}.</p>`,
    questions(dossier),
    whatItIs(dossier),
    evidence(dossier),
    approvals(dossier),
    serving(dossier),
    decisions(dossier),
    audit(dossier),
    '</body></html>',
  ].join('\n');
}

const questions = (dossier: Dossier): string =>
  section(
    'questions',
    'What auditors ask',
    table(
      ['Question', 'Answer', 'Where, and the query that asks the graph'],
      dossierQuestions(dossier).map(({ question, answer, section: place, query }) => [
        text(question),
        text(answer),
        `${place === null ? '' : `<a href="#${place}">below</a> `}<pre>${text(query)}</pre>`,
      ]),
    ),
  );

function whatItIs(dossier: Dossier): string {
  const { version, digestSet } = dossier;
  return section(
    'what',
    'What it is',
    facts([
      ['State', text(version.state)],
      ['Risk tier', text(version.riskTier)],
      ['Owner', text(version.owner)],
      ['Made by', text(version.makers.join(', '))],
      ['Third party', version.thirdParty ? 'yes' : 'no'],
      ['Purpose', text(version.purpose)],
      ['Intended use', text(version.intendedUse)],
      ['Limits', text(version.limits)],
      ['Business metric', text(version.businessMetric)],
      ['Algorithm', text(version.algorithm)],
      ['Code', text(version.codeCommit)],
      ['Training set', asset(dossier, version.trainingSet)],
      ['Feature service', asset(dossier, version.featureService)],
      ['Bytes that serve', hash(version.digest)],
      ['Bytes as uploaded', hash(version.sourceDigest)],
      ['Evaluation file', hash(version.evaluation)],
      ['Digest of all of it', hash(digestSet)],
      ['To be validated again by', time(version.revalidateBy)],
    ]),
    `<h3>Model card</h3><pre>${text(version.card ?? version.description)}</pre>`,
  );
}

function evidence({ version, steps }: Dossier): string {
  const validation = steps.findLast(({ action }) => action === 'VALIDATE');
  const claims = Object.entries(version.claimedMetrics).map(([name, value]) => [text(name), text(value)]);
  return section(
    'found',
    'What was found',
    `<p>Computed by the registry ${validation ? `at ${time(validation.at)}` : '(never)'}; all of it: ${hash(version.evidence)}</p>`,
    '<h3>Gates</h3>',
    table(
      ['Gate', 'Result', 'Asked for', 'Value', 'Limit', 'Rows', '95 % interval', 'Found'],
      (validation?.report ?? []).map(gateRow),
    ),
    '<h3>Metrics, computed</h3>',
    table(
      ['Metric', 'Value', 'Rows', '95 % interval'],
      version.metrics.map(({ name, value, n, lower, upper }) => [
        text(name),
        digits(value),
        text(n),
        interval(lower, upper),
      ]),
    ),
    '<h3>Metrics, claimed by the submitter</h3>',
    table(['Metric', 'Value'], claims),
  );
}

const gateRow = ({
  gate,
  passed,
  waivedUntil,
  rule,
  value,
  limit,
  n,
  lower,
  upper,
  detail,
}: GateResult): readonly string[] => [
  text(gate),
  passed ? 'passed' : waivedUntil ? `failed, waived until ${text(waivedUntil)}` : '<strong>failed</strong>',
  text(rule),
  value === undefined ? '–' : digits(value),
  text(limit),
  text(n),
  interval(lower, upper),
  text(detail),
];

const interval = (lower: number | null | undefined, upper: number | null | undefined): string =>
  typeof lower === 'number' && typeof upper === 'number' ? `${digits(lower)} to ${digits(upper)}` : '–';

const approvals = ({ steps }: Dossier): string =>
  section(
    'who',
    'Who did what',
    table(
      ['When', 'Step', 'Who', 'In which roles', 'To', 'Terms', 'Why'],
      steps.map((step) => [
        time(step.at),
        text(step.gate === null ? step.action : `${step.action} ${step.gate}`),
        text(step.onBehalfOf === null ? step.actor : `${step.actor} for ${step.onBehalfOf}`),
        text(step.roles.join(', ')),
        text(step.to),
        text(
          [
            step.environments.length > 0 ? `only ${step.environments.join(', ')}` : '',
            step.expiresAt ? `until ${step.expiresAt.toISOString()}` : '',
            ...step.conditions,
          ]
            .filter((term) => term !== '')
            .join('; ') || null,
        ),
        text(step.reason),
      ]),
    ),
  );

function serving(dossier: Dossier): string {
  const { releases, served } = dossier;
  return section(
    'served',
    'What served when',
    table(
      ['Deployment', 'Release', 'From', 'Until', 'Ordered by', 'Why'],
      served.map(({ deployment, release, from, until, by, reason }) => [
        asset(dossier, deployment),
        asset(dossier, release),
        time(from),
        until === null ? 'now' : time(until),
        text(by),
        text(reason),
      ]),
    ),
    '<h3>Releases that run it</h3>',
    table(
      ['Release', 'Document', 'Recipe decided by', 'When', 'Decision'],
      releases.map(({ id, release: { digest, approval } }) => [
        asset(dossier, id),
        hash(digest),
        text(approval?.by),
        time(approval?.at ?? null),
        text(approval?.decision),
      ]),
    ),
  );
}

function decisions({ id, served }: Dossier): string {
  const deployments = [...new Set(served.map(({ deployment }) => deployment))];
  const asked = deployments.map(
    (deployment) =>
      `{ predictions(deployment: "${deployment}", modelVersion: "${id}") { edges { node { id occurredAt decision } } } }`,
  );
  return section(
    'decided',
    'What it decided',
    '<p>Every stored prediction names its release, features with ages, rules and arm. Ask the graph:</p>',
    ...asked.map((query) => `<pre>${text(query)}</pre>`),
    asked.length === 0 ? '<p>it never answered</p>' : '',
  );
}

function audit({ records, recordsCut, proof }: Dossier): string {
  const { newestCheckpointAt: newest } = proof;
  const checkpoints = newest
    ? `${proof.checkpoints} signed checkpoints, the newest of ${newest.toISOString()}`
    : 'No checkpoint was kept outside yet';
  return section(
    'audit',
    'The audit trail and its proof',
    `<p>${proof.ok ? 'All chains are whole.' : '<strong>Not all chains are whole or could be reached.</strong>'} ${text(checkpoints)}.</p>`,
    table(
      ['Chain', 'State', 'Records walked', 'Checkpointed to'],
      proof.chains.map(({ subgraph, state, checked, checkpointedTo }) =>
        [subgraph, state, checked, checkpointedTo].map(text),
      ),
    ),
    `<h3>Records${recordsCut ? ', the newest' : ''}</h3>`,
    table(
      ['No.', 'When', 'Who', 'What', 'To', 'Why, or the rule that refused', 'Hash'],
      records.map((record) => [
        text(record.seq),
        text(record.at),
        text(record.actor),
        text(record.action),
        text(record.subject),
        text(record.rule === null ? record.reason : `${record.rule}: ${record.reason}`),
        hash(record.hash),
      ]),
    ),
  );
}
