import { approvalsIn } from './approvals-given.ts';
import type { Dossier } from './dossier.ts';

/** A question of an auditor, with what is known and the query that goes on from there. */
export interface AnsweredQuestion {
  readonly question: string;
  readonly answer: string;
  /** The section of the page that shows it; null where only the query does. */
  readonly section: string | null;
  readonly query: string;
}

/** The questions that an auditor asks of one version, each answered from its dossier. */
export const dossierQuestions = (dossier: Dossier): readonly AnsweredQuestion[] => [
  {
    question: 'Which model decided this transaction, with which features, as they stood then?',
    answer:
      'each stored prediction names its release, versions, features with ages, rules and arm: ask with the id of the prediction',
    section: 'decided',
    query:
      '{ explainPrediction(id: "…") { release { id } features { feature { id } value { name number text boolean status ageMs } } } }',
  },
  {
    question: 'Which version was live on a day?',
    answer: liveAnswer(dossier),
    section: 'served',
    query: `{ servingAt(deployment: "${dossier.served.at(-1)?.deployment ?? '…'}", at: "${dossier.at.toISOString()}") { release { id } } }`,
  },
  {
    question: 'Who built, validated and approved it: different people?',
    answer: peopleAnswer(dossier),
    section: 'who',
    query: `{ modelVersion(id: "${dossier.id}") { makers approvals { action actor at reason } } }`,
  },
  {
    question: 'Is what serves what was approved?',
    answer: artifactAnswer(dossier),
    section: 'what',
    query: `{ modelVersion(id: "${dossier.id}") { digest approvals { action digestSet } } edgeNodes { edges { node { id serving { deployment { id } serving { release modelVersions { id digest } } } } } } }`,
  },
  {
    question: 'What was it trained on, and can that be made again?',
    answer: dossier.version.trainingSet
      ? `on ${dossier.version.trainingSet}: a rebuild fails unless its content hash is the same`
      : 'its submitter named no training set',
    section: 'what',
    query: `mutation { rebuildTrainingSet(input: { trainingSet: "${dossier.version.trainingSet ?? '…'}" }) { trainingSet { id } } }`,
  },
  {
    question: 'What changed since the version before?',
    answer:
      dossier.version.number > 1
        ? dossier.version.bumpReasons.join('; ') || 'ask for the differences'
        : 'it is the first',
    section: null,
    query: `{ modelVersion(id: "${dossier.id}") { differences(since: "${dossier.version.model}@${Math.max(1, dossier.version.number - 1)}") { part name before after } } }`,
  },
  {
    question: 'What does it come from, and what depends on it?',
    answer: 'the graph knows columns, features, training sets, deployments and nodes, and says whether that is all',
    section: null,
    query: `{ up: impact(id: "${dossier.id}", direction: UPSTREAM) { total complete } down: impact(id: "${dossier.id}") { total complete kinds { kind count } } }`,
  },
  {
    question: 'Is it overdue, under an exception, without an owner?',
    answer: exceptionsAnswer(dossier),
    section: 'found',
    query:
      '{ breakGlasses { edges { node { id modelVersion closedBy } } } search(text: "", orFilters: [{ and: [{ field: ISSUE, values: ["UNOWNED", "STALE"] }] }]) { total } }',
  },
  {
    question: 'Was the log altered?',
    answer: dossier.proof.ok
      ? `no: ${dossier.proof.chains.reduce((sum, { checked }) => sum + checked, 0)} records of ${dossier.proof.chains.length} chains were walked and held against ${dossier.proof.checkpoints} checkpoints`
      : 'it was, or it could not be walked whole: see the chains',
    section: 'audit',
    query: '{ verifyAudit { ok why checked chains { subgraph state firstBadSeq } } }',
  },
  {
    question: 'Does a rollback work?',
    answer: rollbackAnswer(dossier),
    section: 'served',
    query: '{ auditRecords(action: "traffic.rollback") { edges { node { at actor subject reason } } } }',
  },
];

function liveAnswer({ served }: Dossier): string {
  const now = served.filter(({ until }) => until === null).map(({ deployment }) => deployment);
  if (served.length === 0) return 'it never served';
  return now.length > 0
    ? `it serves in ${now.join(', ')}; ${served.length} times in all are listed`
    : `it serves nowhere now; ${served.length} times are listed`;
}

/** The people of the newest whole approval, and whether any of them made the version. */
function peopleAnswer({ version: { makers }, steps, digestSet }: Dossier): string {
  const approvers = [...new Set(approvalsIn(steps, digestSet).map(({ actor }) => actor))];
  const built = `built by ${makers.join(', ')}`;
  if (approvers.length === 0) return `${built}; no approval of what it is now`;
  const both = approvers.filter((one) => makers.includes(one));
  const apart = both.length === 0 ? 'none of them made it' : `made and approved by ${both.join(', ')}`;
  return `${built}; validated by the registry; approved by ${approvers.join(', ')}: ${apart}`;
}

function artifactAnswer({ version, steps, digestSet, isIntact }: Dossier): string {
  const granted = steps.findLast(({ grants }) => grants);
  const approved = !granted
    ? 'it was never approved'
    : granted.digestSet === digestSet
      ? 'the approval speaks of what it is now'
      : 'it changed since it was approved: it takes no new traffic';
  const bytes = isIntact ? `its bytes were read again now and are ${version.digest}` : 'its bytes are damaged or gone';
  return `${approved}; ${bytes}; an edge loads no others`;
}

function exceptionsAnswer({ version, steps, openBreakGlasses, at }: Dossier): string {
  const found = [
    ...(version.revalidateBy && version.revalidateBy <= at ? [`due since ${version.revalidateBy.toISOString()}`] : []),
    ...steps
      .filter(({ action, expiresAt }) => action === 'WAIVE' && expiresAt !== null && expiresAt > at)
      .map(({ gate, actor, expiresAt }) => `${gate} waived by ${actor} until ${expiresAt?.toISOString()}`),
    ...openBreakGlasses.map(({ id, environment }) => `emergency ${id} in ${environment} is open`),
    ...(version.owner === null ? ['nobody owns it'] : []),
  ];
  return found.length === 0 ? 'none of it' : found.join('; ');
}

function rollbackAnswer({ served, rollback }: Dossier): string {
  if (rollback)
    return `${rollback.subject} was rolled back at ${rollback.at} by ${rollback.actor}: ${rollback.reason ?? ''}`;
  return served.length === 0 ? 'it never served' : 'no deployment in which it served was ever rolled back';
}
