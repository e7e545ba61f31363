import type { Dossier } from './dossier.ts';
import type { GateResult } from '../version/model-version.ts';
import { digits } from '../evaluation/quality-gates.ts';

const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const text = (value: string | number | null | undefined): string =>
  String(value ?? '–').replaceAll(/[&<>"']/g, (character) => ESCAPED[character] ?? character);
const time = (at: Date | null): string => (at === null ? '–' : text(at.toISOString()));
const hash = (value: string | null): string => (value === null ? '–' : `<code>${text(value)}</code>`);

/** A table; cells are HTML already. */
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  rows.length === 0
    ? '<p>none</p>'
    : `<table><thead><tr>${head.map((cell) => `<th scope="col">${text(cell)}</th>`).join('')}</tr></thead><tbody>${rows
        .map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`)
        .join('')}</tbody></table>`;

const facts = (rows: readonly (readonly [string, string])[]): string =>
  `<dl>${rows.map(([name, value]) => `<dt>${text(name)}</dt><dd>${value}</dd>`).join('')}</dl>`;

const section = (title: string, ...parts: readonly string[]): string =>
  `<section><h2>${text(title)}</h2>${parts.join('')}</section>`;

// No script, no outside file: it opens anywhere, prints on paper, and can be kept for ten years.
const STYLE = `body{font:14px/1.45 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem;border-bottom:1px solid #999}
table{border-collapse:collapse;width:100%;font-size:12px}th,td{border:1px solid #bbb;padding:.25rem .4rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
thead{display:table-header-group}tr{break-inside:avoid}code,pre{font-size:11px;overflow-wrap:anywhere;white-space:pre-wrap}
dl{display:grid;grid-template-columns:12rem 1fr;gap:.2rem 1rem}dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}
@media print{body{margin:0;max-width:none;font-size:11px}section{break-inside:auto}h2{break-after:avoid}}`;

/** The dossier as one page of HTML that prints well and stands alone. */
export function dossierPage(dossier: Dossier): string {
  const { id, version } = dossier;
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    `<meta name="viewport" content="width=device-width"><title>${text(id)}</title><style>${STYLE}</style></head><body>`,
    `<h1>Dossier of ${text(version.model)} ${text(version.version)}</h1>`,
    `<p>${text(id)}, as it was at ${time(dossier.at)}, for ${text(dossier.by)}.</p>`,
    whatItIs(dossier),
    evidence(dossier),
    approvals(dossier),
    serving(dossier),
    decisions(dossier),
    audit(dossier),
    '</body></html>',
  ].join('\n');
}

function whatItIs({ version, digestSet }: Dossier): string {
  return section(
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
      ['Training set', text(version.trainingSet)],
      ['Feature service', text(version.featureService)],
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

const serving = ({ releases, served }: Dossier): string =>
  section(
    'What served when',
    table(
      ['Deployment', 'Release', 'From', 'Until', 'Ordered by', 'Why'],
      served.map(({ deployment, release, from, until, by, reason }) => [
        text(deployment),
        text(release),
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
        text(id),
        hash(digest),
        text(approval?.by),
        time(approval?.at ?? null),
        text(approval?.decision),
      ]),
    ),
  );

function decisions({ id, served }: Dossier): string {
  const deployments = [...new Set(served.map(({ deployment }) => deployment))];
  const asked = deployments.map(
    (deployment) =>
      `{ predictions(deployment: "${deployment}", modelVersion: "${id}") { edges { node { id occurredAt decision } } } }`,
  );
  return section(
    'What it decided',
    '<p>Every stored prediction names its release, features with ages, rules and arm. Ask the graph:</p>',
    ...asked.map((query) => `<pre>${text(query)}</pre>`),
    asked.length === 0 ? '<p>it never answered</p>' : '',
  );
}

function audit({ records, recordsCut, proof }: Dossier): string {
  const checkpoints = `${proof.checkpoints} signed checkpoints, the newest of ${proof.newestCheckpointAt?.toISOString() ?? 'never'}`;
  return section(
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
