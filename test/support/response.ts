import { expect, vi } from 'vitest';
import type { Role } from '../../subgraphs/shared/auth/actor.ts';
import { DEPLOYMENT, deploymentEvent, NOW, STAGING, startTestMonitoring, type TestMonitoring } from './monitoring.ts';
import { startWebhookReceiver, type WebhookReceiver } from './webhook-receiver.ts';

/** A deployment whose traffic an experiment holds. */
export const HELD = 'tiffin:default:deployment:held@production';
export const HOLDER = 'tiffin:default:experiment:busy';

export const POLICY = `id name description level revision createdBy createdAt changedBy changedAt definition deployment { id } paused { at by reason }`;
export const RUN = `id state stage author policyRevision definition startedAt actedAt endedAt expiresAt modelVersion { id } release { id } shadow { id } rollout { id }
  retraining { tag model strategy from to features } deployment { id } policy { id name } incident { id cause } steps { at kind by text }`;
export const PAGE_ACTION = { kind: 'PAGE', receivers: ['on-call'] };
export const RETRAIN = { kind: 'RETRAIN', model: 'eta', strategy: 'TARGETED', days: 7 };

const INPUTS: Readonly<Record<string, string>> = {
  resumeResponsePolicy: 'ResponsePolicyInput',
  deleteResponsePolicy: 'ResponsePolicyInput',
  approveResponseRun: 'DecideResponseRunInput',
  rejectResponseRun: 'DecideResponseRunInput',
};
const RULES = [
  ['drifted', 'feature_drift > 0.25', 'WARNING'],
  ['inaccurate', 'model_auc < 0.7', 'CRITICAL'],
  ['stale', 'feature_freshness < 0.99', 'WARNING'],
] as const;

/** What a series shows at an instant: its name, value and labels. */
export type Shown = readonly [name: string, value: number, labels: Readonly<Record<string, string>>];

interface Asked {
  readonly by?: string;
  readonly fields?: string;
  readonly roles?: readonly Role[];
}

export const at = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000);
export const policyUrn = (name: string): string => `tiffin:default:response-policy:${name}`;
export const kinds = (run: any): string[] => run.steps.map(({ kind }: any) => kind);

export const ofDeployment = (deployment: string): Readonly<Record<string, string>> => {
  const [endpoint = '', environment = ''] = deployment.split(':').at(-1)?.split('@') ?? [];
  return { endpoint, environment };
};

/** A feature of a deployment that has drifted so far. */
export const drift = (value: number, deployment = DEPLOYMENT): Shown => [
  'feature_drift',
  value,
  { ...ofDeployment(deployment), feature: 'route__delay' },
];

/** Monitoring with three alert rules, a receiver of pages and a trainer, in the test's time. */
export class TestResponses {
  readonly monitoring: TestMonitoring;
  readonly receiver: WebhookReceiver;
  /** Signs what receivers get. */
  readonly secret: string;

  constructor(monitoring: TestMonitoring, receiver: WebhookReceiver, secret: string) {
    this.monitoring = monitoring;
    this.receiver = receiver;
    this.secret = secret;
  }

  async act(name: string, input: object, { by = 'user:tester', fields, roles = ['approver'] }: Asked = {}) {
    const { data, errors } = await this.monitoring.as(by)(mutation(name, fields), { input }, ...roles);
    expect(errors).toBeUndefined();
    return data[name];
  }

  async refused(name: string, input: object, { by = 'user:tester', fields, roles = ['approver'] }: Asked = {}) {
    const { errors } = await this.monitoring.as(by)(mutation(name, fields), { input }, ...roles);
    return { message: errors?.[0]?.message, ...errors?.[0]?.extensions } as any;
  }

  /** The clock goes to a minute with what series show; alerts and then policies are judged. */
  async minute(to: number, series: readonly Shown[], policies?: readonly string[]): Promise<void> {
    const { monitoring } = this;
    const samples = series.map(([name, value, labels]) => ({ name, labels, value, at: at(to).toISOString() }));
    monitoring.clock.now = at(to);
    if (samples.length > 0) await monitoring.send('/v1/samples', { samples });
    const EVALUATE = 'mutation ($at: DateTime!) { evaluateAlerts(input: { at: $at }) { evaluated { problem } } }';
    expect((await monitoring.ask(EVALUATE, { at: at(to).toISOString() })).errors).toBeUndefined();
    await this.evaluate(to, policies);
  }

  evaluate(to: number, policies?: readonly string[]): Promise<unknown> {
    const input = { at: at(to).toISOString(), ...(policies && { policies }) };
    return this.act('evaluateResponses', input, { fields: 'evaluated' });
  }

  async runs(filter: object = {}): Promise<any[]> {
    const query = `query ($policy: ID, $deployment: ID, $incident: ID, $state: ResponseRunState) {
      responseRuns(policy: $policy, deployment: $deployment, incident: $incident, state: $state, first: 100) { edges { node { ${RUN} } } } }`;
    const { data, errors } = await this.monitoring.ask(query, { ...filter }, 'viewer');
    expect(errors).toBeUndefined();
    return data.responseRuns.edges.map(({ node }: any) => node);
  }

  /** Waits until the one run of a policy is as wanted. */
  runOf(policy: string, wanted: object): Promise<any> {
    return vi.waitFor(
      async () => {
        const [run] = await this.runs({ policy: policyUrn(policy) });
        expect(run).toMatchObject(wanted);
        return run;
      },
      { timeout: 30_000, interval: 50 },
    );
  }

  /** The clock goes on while a test waits: what is tried again later is due then. */
  timePasses<T>(look: () => T): Promise<T> {
    const { clock } = this.monitoring;
    const stepped = (): T => {
      clock.now = new Date(clock.now.getTime() + 5_000);
      return look();
    };
    return vi.waitFor(stepped, { timeout: 30_000, interval: 50 });
  }

  define(name: string, changes: object, by = 'user:tester'): Promise<any> {
    const definition = {
      deployment: DEPLOYMENT,
      level: 'AUTOMATIC',
      evaluation: 'ON_DEMAND',
      trigger: { causes: ['COVARIATE_SHIFT'] },
      action: PAGE_ACTION,
      cooldownMinutes: 0,
      ...changes,
    };
    return this.act('createResponsePolicy', { name, definition }, { by });
  }

  async forget(...names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => this.act('deleteResponsePolicy', { policy: policyUrn(name) })));
  }
}

function mutation(name: string, fields = `responsePolicy { ${POLICY} }`): string {
  const type = INPUTS[name] ?? `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  return `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} } }`;
}

export async function startTestResponses(
  options: Parameters<typeof startTestMonitoring>[0] = {},
): Promise<TestResponses> {
  const holding = deploymentEvent(HELD);
  const allocation = { holder: HOLDER, arms: [] };
  const events = [
    ...[DEPLOYMENT, STAGING].map((urn) => deploymentEvent(urn)),
    { ...holding, data: { ...holding.data, allocation } },
  ];
  const monitoring = await startTestMonitoring({ events, notifyTickMs: 100, ...options });
  const receiver = await startWebhookReceiver();
  const CREATE = 'mutation ($input: CreateReceiverInput!) { createReceiver(input: $input) { secret } }';
  let secret = '';
  for (const name of ['on-call', 'trainer']) {
    const input = { name, kind: 'WEBHOOK', url: `${receiver.url}/${name}` };
    const { data, errors } = await monitoring.ask(CREATE, { input }, 'admin');
    expect(errors).toBeUndefined();
    secret = data.createReceiver.secret;
  }
  const RULE = 'mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) { rule { id } } }';
  for (const [name, expression, severity] of RULES) {
    const input = { name, expression, severity, noDataState: 'OK', evaluation: 'ON_DEMAND' };
    expect((await monitoring.ask(RULE, { input })).errors).toBeUndefined();
  }
  return new TestResponses(monitoring, receiver, secret);
}
