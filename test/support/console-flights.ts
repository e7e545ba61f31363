import { expect } from 'vitest';
import type { Install } from './install.ts';

/** Address → words that are there once its data has come. */
const PAGES: Readonly<Record<string, string>> = {
  '/console': 'Serving now',
  '/console/inbox': 'What goes no further without a person',
  '/console/inbox?of=anybody': 'waits for an approver',
  '/console/search?q=delay': 'Found for',
  '/console/models': 'flight-delay',
  '/console/model/flight-delay': 'taken away',
  '/console/model/flight-delay@1': 'Golden rows',
  '/console/model/flight-delay@1?against=flight-delay-logistic@1': 'equal lines are left out',
  '/console/deployments': 'flight-delay@production',
  '/console/deployment/flight-delay@production': 'revision',
  '/console/try/flight-delay@production': 'release 1',
  '/console/lineage': 'Choose where to begin',
  '/console/lineage?focus=tiffin:default:model-version:flight-delay@1&depth=3': 'origin_delays@1',
  '/console/experiments': 'what a year of experiments did',
  '/console/experiment/trees-or-logistic': 'Too early to say',
  '/console/rollout/careful': 'bakes 24 h',
  '/console/rollout/swapped': 'all traffic is switched at once',
  '/console/open?id=tiffin:default:rollout:careful': 'bakes 24 h',
  '/console/shadow/trees': 'No pair of answers yet',
  '/console/monitoring': 'AUC by day',
  '/console/incidents': 'No incident yet',
  '/console/incident/nothing': 'There is no incident of this name',
  '/console/responses': 'watch-drift',
  '/console/response-policy/watch-drift': 'performance loss',
  '/console/response-run/nothing': 'There is no response run of this name',
  '/console/alerts': 'score-drift',
  '/console/receivers': 'hooks.example.org',
  '/console/receiver/on-call': 'It was sent nothing yet',
  '/console/nodes': 'edge-1',
  '/console/edge-node/edge-1': 'Every answer is accounted for',
  '/console/predictions?deployment=tiffin:default:deployment:flight-delay@production': 'ON_TIME',
  '/console/audit': 'alert-rule.create',
  '/console/audit?of=FEATURE': 'of feature, the newest first',
  '/console/policies': 'Presets of regulators',
  '/console/policy-preset/SEBI': 'What an import would change',
  '/console/policy-preset/DPDP': 'Nothing: each risk tier asks for as much already',
  '/console/access': 'Keys of machines',
  '/console/feature-view/origin_delays@1': 'Who uses it',
  '/console/feature/origin_delays@1/late_share_3h': 'Who uses it',
  '/console/feature-service/flight_delay@1': 'Models that read it',
  '/console/source/origin_delays': 'Columns',
  '/console/entity/origin': 'Who uses it',
  '/console/endpoint/flight-delay': 'Who uses it',
  '/console/metric/brier': 'Who uses it',
  '/console/dataset/nothing': 'There is no dataset of this name',
  '/console/dataset-field/nothing': 'There is no dataset field of this name',
  '/console/holdout/nothing': 'There is no holdout of this name',
  '/console/job/nothing': 'There is no job of this name',
  '/console/event-stream/nothing': 'There is no event stream of this name',
  '/console/no/such/page': 'There is no such page',
  '/console/model/nothing@1': 'There is no model version of this name',
};

/** What the example does not make: rollouts and a shadow that were planned and not started, a holdout, and an alias that moved. */
const PLANS = `mutation {
  setModelAlias(input: { version: "flight-delay@1", alias: "challenger" }) { model { id } }
  gone: removeModelAlias(input: { model: "flight-delay", alias: "challenger" }) { model { id } }
  again: setModelAlias(input: { version: "flight-delay@1", alias: "challenger" }) { model { id } }
  createMetric(input: { name: "brier", definition: { kind: MEAN, measure: SQUARED_ERROR, higherIsBetter: false, margin: 0.01 } }) { metric { id } }
  createRollout(input: { name: "careful", deployment: "flight-delay@production", candidate: "flight-delay@production/2",
    unit: "flight", hypothesis: "trees are no worse anywhere", preset: STAGED_5_20_50_100, guardrails: [{ metric: "brier" }] })
    { rollout { id } }
  swapped: createRollout(input: { name: "swapped", deployment: "flight-delay@production", candidate: "flight-delay@production/2",
    unit: "flight", blueGreen: { maxP99Ms: 50 } }) { rollout { id } }
  createHoldout(input: { name: "year", description: "what a year of experiments did", unit: "flight",
    namespace: { name: "flights", from: 0, to: 0.05 } }) { holdout { id } }
  createShadow(input: { name: "trees", deployment: "flight-delay@production", candidate: "flight-delay@production/2",
    unit: "flight" }) { shadow { id } } }`;

/** What makes the other pages show something: a policy, and who is notified. */
const POLICY = `mutation ($definition: JSON!) { createResponsePolicy(input: { name: "watch-drift", definition: $definition }) { responsePolicy { id } } }`;
const DEFINITION = {
  deployment: 'tiffin:default:deployment:flight-delay@production',
  level: 'OBSERVE',
  evaluation: 'ON_DEMAND',
  trigger: { causes: ['PERFORMANCE_LOSS'] },
  action: { kind: 'FALLBACK' },
};
const RECEIVER = `mutation { createReceiver(input: { name: "on-call", kind: SLACK, url: "https://hooks.example.org/alerts" }) { receiver { id } } }`;
const SHOWN: Readonly<Record<string, string>> = {
  prediction: 'how far each value',
  materialization: 'What it loaded',
  'training-set': 'Trained on it',
};
/** What the example makes under names of its own. */
const MADE = `{ trainingSets(first: 1) { edges { node { id } } } materializations(first: 1) { edges { node { id } } }
  predictions(deployment: "flight-delay@production", first: 1) { edges { node { id } } } }`;

/** Plans, a policy, a receiver and a version that waits, beside what the example makes; the id of that version. */
export async function makePlans(install: Install): Promise<string> {
  for (const [query, variables, user] of [
    [PLANS, {}, 'developer'],
    [POLICY, { definition: DEFINITION }, 'approver'],
    [RECEIVER, {}, 'admin'],
  ] as const) {
    expect(await install.graphql(query, variables, user)).not.toHaveProperty('errors');
  }
  return anotherVersion(install);
}

/** Address → words of its data, for every page on the flights. */
export async function pagesOfFlights(install: Install): Promise<Readonly<Record<string, string>>> {
  const { data } = await install.graphql(MADE);
  return {
    ...PAGES,
    ...Object.fromEntries(
      Object.values(data).map((list: any) => {
        const [, , kind, name] = list.edges[0].node.id.split(':');
        return [`/console/${kind}/${name}`, SHOWN[kind] ?? ''];
      }),
    ),
  };
}

/** A version of the example’s model that waits for an approver: the bytes and the evaluation of the one that serves. */
async function anotherVersion(install: Install): Promise<string> {
  const facts = `{ modelVersion(id: "tiffin:default:model-version:flight-delay@1") { sourceDigest evaluation } }`;
  const { sourceDigest, evaluation } = (await install.graphql(facts)).data.modelVersion;
  const register = `mutation ($input: RegisterModelVersionInput!) {
    registerModelVersion(input: $input) { modelVersion { id } } }`;
  const input = { model: 'flight-delay', artifact: sourceDigest, evaluation, codeCommit: 'a'.repeat(40) };
  const { data, errors } = await install.graphql(register, { input });
  expect(errors).toBeUndefined();
  const { id } = data.registerModelVersion.modelVersion;
  for (const [step, type] of [
    ['submitModelVersion', 'ModelVersionStepInput'],
    ['validateModelVersion', 'ValidateModelVersionInput'],
  ]) {
    const text = `mutation ($input: ${type}!) { ${step}(input: $input) { modelVersion { state } } }`;
    expect((await install.graphql(text, { input: { id } })).errors).toBeUndefined();
  }
  return id.split(':').at(-1);
}
