import { expect, it } from 'vitest';
import { listenTo } from '../support/listener.ts';
import { DEPLOYMENT, NOW, SECRET, STAGING, startTestMonitoring, type TestMonitoring } from '../support/monitoring.ts';
import { person } from '../support/registry.ts';

const CREATE = `mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) { eventCursor } }`;
const EVALUATE = `mutation ($at: DateTime!) { evaluateAlerts(input: { at: $at }) { evaluated { problem } } }`;
const NOTE = `mutation ($input: AddIncidentNoteInput!) { addIncidentNote(input: $input) { eventCursor } }`;
const LISTEN = `subscription ($after: String, $deployment: ID) { incidentChanged(after: $after, deployment: $deployment) {
  cursor revision incident { id status deployments { id } timeline { kind text } } } }`;

/** A rule that nothing meets fires at once, and is an incident of its deployment. */
async function fire(monitoring: TestMonitoring, deployments: readonly string[]): Promise<string> {
  let cursor = '';
  for (const [i, deployment] of deployments.entries()) {
    const settings = { signal: 'ANSWER_RATE', comparison: 'BELOW', threshold: 5, windowSeconds: 300 };
    const input = { name: `rule${i}`, deployment, ...settings, evaluation: 'ON_DEMAND' };
    cursor = (await monitoring.ask(CREATE, { input })).data.createAlertRule.eventCursor;
  }
  expect((await monitoring.ask(EVALUATE, { at: NOW.toISOString() })).errors).toBeUndefined();
  return cursor;
}

const listen = ({ subgraph }: TestMonitoring, variables: Record<string, unknown>) =>
  listenTo(subgraph, LISTEN, { actor: person('viewer'), secret: SECRET, variables });

it('sends each change of an incident behind a cursor, as it is then', async () => {
  const monitoring = await startTestMonitoring();
  const after = await fire(monitoring, [DEPLOYMENT]);
  const listener = await listen(monitoring, { after });
  const { incidentChanged: begun } = (await listener.next()).data;
  expect(begun.incident).toMatchObject({ status: 'OPEN', deployments: [{ id: DEPLOYMENT }] });
  const input = { incident: begun.incident.id, note: 'looked at it' };
  expect((await monitoring.ask(NOTE, { input })).errors).toBeUndefined();
  const { incidentChanged: noted } = (await listener.next()).data;
  expect(noted.revision).toBeGreaterThan(begun.revision);
  expect(noted.incident.timeline.at(-1)).toEqual({ kind: 'NOTE', text: 'looked at it' });
  const again = await listen(monitoring, { after: begun.cursor });
  expect((await again.next()).data.incidentChanged.cursor).toBe(noted.cursor);
});

it('sends those of one deployment alone', async () => {
  const monitoring = await startTestMonitoring();
  const after = await fire(monitoring, [STAGING, DEPLOYMENT]);
  for (const deployment of [STAGING, DEPLOYMENT]) {
    const listener = await listen(monitoring, { after, deployment });
    expect((await listener.next()).data.incidentChanged.incident.deployments).toContainEqual({ id: deployment });
  }
  const wrong = await listen(monitoring, { deployment: 'tiffin:default:model:x' });
  const refusal = { extensions: { code: 'INVALID_INPUT', field: 'deployment' } };
  expect((await wrong.next()).errors).toMatchObject([refusal]);
});
