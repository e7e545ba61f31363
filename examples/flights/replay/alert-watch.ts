import * as z from 'zod';
import { DEPLOYMENT } from '../names.ts';
import type { ControlDoor } from './control-door.ts';
import { hourText } from './replay-progress.ts';

const Alerts = z.object({
  alerts: z.object({
    edges: z.array(
      z.object({
        node: z.object({
          id: z.string(),
          status: z.string(),
          value: z.number().nullable(),
          rule: z.object({ name: z.string() }).nullable(),
        }),
      }),
    ),
  }),
});

const EVALUATE = `mutation ($input: EvaluateAlertsInput!) { evaluateAlerts(input: $input) { evaluated { id } } }`;
const NEWEST = `query ($deployment: ID!) {
  alerts(deployment: $deployment, first: 50) { edges { node { id status value rule { name } } } }
}`;

/** Has the rules of the deployment evaluated by the data's clock, and tells of each alert that begins, fires or ends. */
export class AlertWatch {
  readonly #control: ControlDoor;
  #known: ReadonlyMap<string, string> | undefined;

  constructor(control: ControlDoor) {
    this.#control = control;
  }

  /** Evaluates; again at the same instant changes nothing. Answers a line for each alert that stands elsewhere now. */
  async evaluate(atMs: number): Promise<readonly string[]> {
    this.#known ??= new Map((await this.#alerts()).map(({ id, status }) => [id, status]));
    const input = { at: new Date(atMs).toISOString(), deployment: DEPLOYMENT };
    await this.#control.graph(EVALUATE, { input });
    const alerts = await this.#alerts();
    const known = this.#known;
    this.#known = new Map(alerts.map(({ id, status }) => [id, status]));
    return alerts
      .filter(({ id, status }) => known.get(id) !== status)
      .map(({ rule, status, value }) => {
        const seen = value === null ? '' : ` at ${value.toFixed(3)}`;
        return `${hourText(atMs)}  alert ${rule?.name ?? '(deleted)'}: ${status}${seen}`;
      });
  }

  async #alerts(): Promise<readonly z.infer<typeof Alerts>['alerts']['edges'][number]['node'][]> {
    const { alerts } = Alerts.parse(await this.#control.graph(NEWEST, { deployment: DEPLOYMENT }));
    return alerts.edges.map(({ node }) => node);
  }
}
