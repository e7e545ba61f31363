import { expect, it } from 'vitest';
import { person, startTestRegistry } from '../../support/registry.ts';

const registry = await startTestRegistry({ now: () => new Date('2026-03-03T10:00:00Z') });
const admin = person('admin');

const SHOW = `query ($id: ID!) { policyPreset(id: $id) { id name title source
  clauses { name asks answer left controls { kind name does evidence } } imported { by reason } gaps { tier path before after } } }`;
const IMPORT = `mutation ($input: ImportPolicyPresetInput!) { importPolicyPreset(input: $input) {
  policyPreset { imported { by at reason } gaps { tier } } } }`;

it('says what an import changes, imports it once, and makes nothing weaker', async () => {
  const show = async (id: string) => (await registry.ask(person('viewer'), SHOW, { id })).policyPreset;
  const refused = (input: object, actor = admin) => registry.refusals(actor, IMPORT, { input });
  const rbi = await show('RBI');
  expect(rbi).toMatchObject({ id: 'tiffin:default:policy-preset:RBI', imported: null });
  expect(rbi.gaps).toEqual([{ tier: 'LOW', path: 'revalidateDays', before: null, after: 365 }]);
  expect(rbi.clauses.find(({ name }: any) => name === 'committee')).toMatchObject({
    answer: 'ANSWERED',
    left: null,
    controls: expect.arrayContaining([expect.objectContaining({ kind: 'RULE', name: 'G2' })]),
  });
  expect(await show('tiffin:default:policy-preset:BASEL')).toBeNull();

  const input = { id: 'RBI', reason: 'board of 3 March' };
  expect(await refused(input, person('approver'))).toMatchObject([{ code: 'FORBIDDEN' }]);
  expect(await refused({ ...input, id: 'BASEL' })).toMatchObject([
    { code: 'NOT_FOUND', field: 'id', allowed: ['RBI', 'SEBI', 'DPDP'] },
  ]);
  expect(await refused({ ...input, reason: ' ' })).toMatchObject([{ code: 'INVALID_INPUT', field: 'reason' }]);

  const done = (await registry.ask(admin, IMPORT, { input })).importPolicyPreset.policyPreset;
  expect(done).toEqual({
    imported: { by: 'user:admin', at: '2026-03-03T10:00:00.000Z', reason: 'board of 3 March' },
    gaps: [],
  });
  await registry.ask(admin, IMPORT, { input: { ...input, reason: 'again' } });
  await registry.ask(admin, IMPORT, { input: { id: 'SEBI', reason: 'as well' } });
  const { tierPolicies, auditRecords, policyPresets } = await registry.ask(
    person('viewer'),
    `{ tierPolicies { tier revision changedBy policy } policyPresets { name imported { reason } }
       auditRecords { edges { node { action subject reason } } } }`,
  );
  expect(tierPolicies).toMatchObject([
    { tier: 'LOW', revision: 1, changedBy: 'user:admin', policy: { approvals: 1, revalidateDays: 365 } },
    { tier: 'MEDIUM', revision: 1, policy: { fairness: { attributesRequired: true, limits: { fourFifths: 0.8 } } } },
    { tier: 'HIGH', revision: 0, policy: { approvals: 3, committee: 1, revalidateDays: 180 } },
  ]);
  expect(policyPresets).toEqual([
    { name: 'RBI', imported: { reason: 'board of 3 March' } },
    { name: 'SEBI', imported: { reason: 'as well' } },
    { name: 'DPDP', imported: null },
  ]);
  expect(auditRecords.edges.map(({ node }: any) => node)).toEqual([
    { action: 'policy-preset.import', subject: 'tiffin:default:policy-preset:SEBI', reason: 'as well' },
    { action: 'tier-policy.set', subject: 'tiffin:default:tier-policy:MEDIUM', reason: 'preset SEBI: as well' },
    { action: 'policy-preset.import', subject: rbi.id, reason: 'board of 3 March' },
    { action: 'tier-policy.set', subject: 'tiffin:default:tier-policy:LOW', reason: 'preset RBI: board of 3 March' },
  ]);
});
