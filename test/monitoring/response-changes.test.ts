import { expect, it } from 'vitest';
import { listenTo } from '../support/listener.ts';
import { DEPLOYMENT, SECRET, STAGING } from '../support/monitoring.ts';
import { person } from '../support/registry.ts';
import { drift, policyUrn, startTestResponses } from '../support/response.ts';

const RUNS = `subscription ($after: String, $deployment: ID, $policy: ID) {
  responseRunChanged(after: $after, deployment: $deployment, policy: $policy) { cursor revision deleted responseRun { id state policy { id } } } }`;
const POLICIES = `subscription ($after: String, $deployment: ID) {
  responsePolicyChanged(after: $after, deployment: $deployment) { cursor revision deleted responsePolicy { id paused { reason } } } }`;
const CURSOR = { fields: 'eventCursor' };

it('of policies and their runs are events, behind a cursor, of one deployment or of one policy', async () => {
  const responses = await startTestResponses();
  const { subgraph } = responses.monitoring;
  const listen = (text: string, variables: Record<string, unknown>) =>
    listenTo(subgraph, text, { actor: person('viewer'), secret: SECRET, variables });
  const definition = (deployment: string) => ({
    deployment,
    level: 'APPROVE',
    evaluation: 'ON_DEMAND',
    trigger: { causes: ['COVARIATE_SHIFT'] },
    action: { kind: 'PAGE', receivers: ['on-call'] },
    cooldownMinutes: 0,
  });
  const create = async (name: string, deployment: string): Promise<string> =>
    (await responses.act('createResponsePolicy', { name, definition: definition(deployment) }, CURSOR)).eventCursor;
  const first = await create('first', DEPLOYMENT);
  await create('second', DEPLOYMENT);
  await create('staging', STAGING);

  const policies = await listen(POLICIES, { after: first, deployment: STAGING });
  expect((await policies.next()).data.responsePolicyChanged).toMatchObject({
    revision: 1,
    responsePolicy: { id: policyUrn('staging'), paused: null },
  });
  const input = { policy: policyUrn('staging') };
  await responses.act('pauseResponsePolicy', { ...input, reason: 'release week' }, CURSOR);
  expect((await policies.next()).data.responsePolicyChanged).toMatchObject({
    revision: 2,
    responsePolicy: { paused: { reason: 'release week' } },
  });
  await responses.act('deleteResponsePolicy', input, CURSOR);
  expect((await policies.next()).data.responsePolicyChanged).toMatchObject({
    revision: 3,
    deleted: true,
    responsePolicy: null,
  });
  // A name that is given again goes on where it ended, so that nobody takes it for what was deleted.
  await create('staging', STAGING);
  expect((await policies.next()).data.responsePolicyChanged).toMatchObject({ revision: 4, deleted: false });

  await responses.minute(10, [drift(0.4), drift(0.4, STAGING)]);
  const { id: run } = await responses.runOf('second', { state: 'ASKING' });
  const steps = await listen(RUNS, { after: first, policy: policyUrn('second') });
  const asked = (await steps.next()).data.responseRunChanged;
  expect(asked.responseRun).toEqual({ id: run, state: 'ASKING', policy: { id: policyUrn('second') } });
  const { eventCursor } = await responses.act(
    'approveResponseRun',
    { run, reason: 'page them' },
    { ...CURSOR, by: 'user:second' },
  );
  const approved = (await steps.next()).data.responseRunChanged;
  expect(approved.revision).toBe(asked.revision + 1);
  // From the cursor of the mutation on, what came of it: paged, and done.
  const after = await listen(RUNS, { after: eventCursor, policy: policyUrn('second') });
  const done = (await after.next()).data.responseRunChanged;
  expect(done.revision).toBe(approved.revision + 1);
  await responses.runOf('second', { state: 'DONE' });
  const again = await listen(RUNS, { after: approved.cursor, policy: policyUrn('second') });
  expect((await again.next()).data.responseRunChanged.cursor).toBe(done.cursor);

  const elsewhere = await listen(RUNS, { after: first, deployment: STAGING });
  expect((await elsewhere.next()).data.responseRunChanged.responseRun.policy).toEqual({ id: policyUrn('staging') });
  const refusal = { extensions: { code: 'INVALID_INPUT', field: 'policy' } };
  expect((await (await listen(RUNS, { policy: DEPLOYMENT })).next()).errors).toMatchObject([refusal]);
});
