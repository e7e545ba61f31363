import type { Graph } from '../../../client/graph.ts';
import { ALERT_RULES, DEPLOYMENT } from '../names.ts';
import { CreateAlertRule, RulesOfDeployment, type CreateAlertRuleInput } from '../operations.ts';
import { SAMPLES } from '../sampling.ts';

const DAY_S = 86_400;
const midnight = (day: string): string => `${day}T00:00:00.000Z`;

/** The week that later ones are held against. */
export const BASELINE = { from: midnight(SAMPLES.reference.from), to: midnight(SAMPLES.reference.to) };

/** Of the last seven days. A replay is the clock, and begins with nothing: what is not there yet changes no alert. */
const common = {
  deployment: DEPLOYMENT,
  comparison: 'ABOVE',
  windowSeconds: 7 * DAY_S,
  minRows: 200,
  noDataState: 'KEEP',
  evaluation: 'ON_DEMAND',
} as const;

const RULES: readonly Omit<CreateAlertRuleInput, keyof typeof common>[] = [
  {
    name: ALERT_RULES.scoreDrift,
    description:
      'The scores of a week are not those of 22–28 January. Drift is not decay: look at AUC and Brier score.',
    signal: 'SCORE_PSI',
    threshold: 0.25,
    baseline: BASELINE,
  },
  {
    name: ALERT_RULES.distanceDrift,
    description: 'The distances of a week are not those of 22–28 January. The control: it stays quiet all year.',
    signal: 'FEATURE_PSI',
    feature: 'distance',
    threshold: 0.25,
    baseline: BASELINE,
  },
  {
    name: ALERT_RULES.brier,
    description:
      'The announcements of a week were worse than any in January. Outcomes are known a day later at the latest.',
    signal: 'BRIER',
    threshold: 0.15,
    delaySeconds: DAY_S,
  },
];

/** Makes the rules that are not there. */
export async function createAlertRules(graph: Graph): Promise<number> {
  const { edges } = await graph.field(RulesOfDeployment, { deployment: DEPLOYMENT });
  const missing = RULES.filter(({ name }) => !edges.some(({ node }) => node.name === name));
  for (const rule of missing) {
    await graph.field(CreateAlertRule, { input: { ...common, ...rule } });
  }
  return RULES.length;
}
