import type { Graph } from '../../../client/graph.ts';
import { DEPLOYMENT } from '../names.ts';
import { EvaluateAlerts, NewestAlerts, type NewestAlertsQuery } from '../operations.ts';
import { hourText } from './replay-progress.ts';

type Alert = NonNullable<NewestAlertsQuery['alerts']>['edges'][number]['node'];

/** Has the rules of the deployment evaluated by the data's clock, and tells of each alert that begins, fires or ends. */
export class AlertWatch {
  readonly #graph: Graph;
  #known: ReadonlyMap<string, string> | undefined;

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  /** Evaluates; again at the same instant changes nothing. Answers a line for each alert that stands elsewhere now. */
  async evaluate(atMs: number): Promise<readonly string[]> {
    this.#known ??= new Map((await this.#alerts()).map(({ id, status }) => [id, status]));
    const input = { at: new Date(atMs).toISOString(), deployment: DEPLOYMENT };
    // At the same instant it changes nothing.
    await this.#graph.field(EvaluateAlerts, { input }, { repeatable: true });
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

  async #alerts(): Promise<readonly Alert[]> {
    const { edges } = await this.#graph.field(NewestAlerts, { deployment: DEPLOYMENT });
    return edges.map(({ node }) => node);
  }
}
