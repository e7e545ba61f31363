import { beforeAll, describe, expect, it, vi } from 'vitest';
import { DEPLOYMENT, prediction, range } from '../support/monitoring.ts';
import {
  at,
  drift,
  HELD,
  HOLDER,
  kinds,
  ofDeployment,
  POLICY,
  policyUrn,
  RETRAIN,
  startTestResponses,
  type TestResponses,
} from '../support/response.ts';

let responses: TestResponses;
beforeAll(async () => {
  responses = await startTestResponses();
}, 60_000);

describe('the brakes of a policy', () => {
  it('hold it in quiet hours, without enough predictions, while others hold the traffic or broken features, and say so', async () => {
    // 12:00 UTC is 17:30 in India.
    await responses.define('quiet', {
      level: 'OBSERVE',
      guards: { quietHours: [{ from: '17:00', to: '18:50', timeZone: 'Asia/Kolkata' }] },
    });
    await responses.define('few', { level: 'OBSERVE', guards: { leastPredictions: { count: 3, hours: 2 } } });
    await responses.define('held', { level: 'OBSERVE', deployment: HELD, guards: { notWhileTrafficIsHeld: true } });
    await responses.define('broken', { level: 'OBSERVE', action: RETRAIN });
    await responses.define('lasting', {
      level: 'OBSERVE',
      trigger: { rules: ['drifted'], severity: 'WARNING', persistedMinutes: 30 },
    });
    await responses.define('many', { level: 'OBSERVE', trigger: { causes: ['COVARIATE_SHIFT'], alerts: 2 } });
    await responses.define('severe', {
      level: 'OBSERVE',
      trigger: { causes: ['COVARIATE_SHIFT'], severity: 'CRITICAL' },
    });
    const stale = ['feature_freshness', 0.5, { ...ofDeployment(DEPLOYMENT), feature: 'route__wind' }] as const;
    await responses.minute(60, [drift(0.4), drift(0.4, HELD), stale]);
    const held = async (policy: string): Promise<string> =>
      (await responses.runOf(policy, { state: 'WAITING' })).steps.at(-1).text;
    expect(await held('quiet')).toBe('quiet hours are from 17:00 to 18:50 Asia/Kolkata');
    expect(await held('few')).toBe('0 predictions in 2 h are fewer than 3');
    expect(await held('held')).toBe(`${HOLDER} holds the traffic`);
    expect(await held('broken')).toMatch(/^its features are broken \(incident [0-9a-f-]+\): mend them first$/);
    for (const policy of ['lasting', 'many', 'severe'])
      expect(await responses.runs({ policy: policyUrn(policy) })).toEqual([]);

    await responses.monitoring.send('/v1/predictions', {
      node: 'edge-1',
      predictions: range(0, 3).map((n) => prediction(n, { occurredAt: at(65).toISOString() })),
    });
    await responses.minute(90, [drift(0.4), drift(0.4, HELD), ['feature_freshness', 1, stale[2]]]);
    for (const policy of ['quiet', 'few', 'broken', 'lasting']) {
      const run = await responses.runOf(policy, {
        state: 'OBSERVED',
        actedAt: at(90).toISOString(),
        endedAt: at(90).toISOString(),
      });
      expect(kinds(run)).toEqual(policy === 'lasting' ? ['TRIGGERED', 'OBSERVED'] : ['TRIGGERED', 'HELD', 'OBSERVED']);
    }
    // A reason is kept once, however often it is met.
    expect(kinds(await responses.runOf('held', {}))).toEqual(['TRIGGERED', 'HELD']);
    await responses.minute(95, []);
    expect(kinds(await responses.runOf('held', { state: 'LAPSED' }))).toEqual(['TRIGGERED', 'HELD', 'LAPSED']);
    await responses.forget('quiet', 'few', 'held', 'broken', 'lasting', 'many', 'severe');
  });

  it('are a cooldown, and a breaker that opens and says so until a person closes it', async () => {
    await responses.define('cool', { level: 'SUGGEST', cooldownMinutes: 180, breaker: { actions: 9, hours: 24 } });
    await responses.define('breaks', { level: 'SUGGEST', breaker: { actions: 2, hours: 24 } });
    for (const [i, on] of [200, 300, 400, 500].entries()) {
      await responses.minute(on, [drift(0.4)]);
      // Longer ago than trouble that comes back is the same.
      await responses.minute(on + 20, [drift(0.1)]);
      expect(await responses.runs({ policy: policyUrn('breaks') }), String(i)).toHaveLength(Math.min(i + 1, 3));
    }
    const cool = (await responses.runs({ policy: policyUrn('cool') })).toReversed();
    expect(cool.map(({ state }) => state)).toEqual(['SUGGESTED', 'LAPSED', 'SUGGESTED', 'LAPSED']);
    expect(cool[1].steps[1]).toMatchObject({
      kind: 'HELD',
      text: `it acted at ${at(200).toISOString()}: the cooldown is 180 minutes`,
    });
    const opened = await responses.runOf('breaks', { state: 'WAITING' });
    expect(opened.steps.at(-1)).toMatchObject({ kind: 'BREAKER_OPENED', by: null });
    const policy = async () =>
      (await responses.monitoring.ask(`{ responsePolicy(id: "${policyUrn('breaks')}") { ${POLICY} } }`)).data
        .responsePolicy;
    expect((await policy()).paused).toEqual({
      at: at(400).toISOString(),
      by: null,
      reason: 'the breaker opened: 2 actions within 24 h',
    });
    expect(await responses.refused('resumeResponsePolicy', { policy: policyUrn('nope') })).toMatchObject({
      code: 'NOT_FOUND',
      field: 'policy',
    });
    await responses.act('resumeResponsePolicy', { policy: policyUrn('breaks') });
    await responses.minute(520, []);
    await responses.runOf('breaks', { state: 'LAPSED' });
    expect((await policy()).paused).toBeNull();

    const query = `query ($definition: JSON!, $from: DateTime!, $to: DateTime!) {
      dryRunResponsePolicy(definition: $definition, from: $from, to: $to) { incident at outcome text } }`;
    const { definition } = await policy();
    const dryRun = async (changes: object, from = at(190), to = at(560)): Promise<any> =>
      responses.monitoring.ask(query, { definition: { ...definition, ...changes }, from, to }, 'viewer');
    const { data } = await dryRun({ breaker: { actions: 3, hours: 24 } });
    expect(data.dryRunResponsePolicy.map((one: any) => [one.at, one.outcome])).toEqual([
      [at(200).toISOString(), 'ACTED'],
      [at(300).toISOString(), 'ACTED'],
      [at(400).toISOString(), 'ACTED'],
      [at(500).toISOString(), 'BREAKER_OPENED'],
    ]);
    const cooled = (await dryRun({ cooldownMinutes: 180 })).data.dryRunResponsePolicy;
    expect(cooled.map((one: any) => one.outcome)).toEqual(['ACTED', 'HELD', 'LAPSED', 'ACTED', 'HELD', 'LAPSED']);
    expect((await dryRun({}, at(10), at(10))).errors).toMatchObject([{ extensions: { field: 'to' } }]);
    expect((await dryRun({ level: 'NO' })).errors).toMatchObject([{ extensions: { field: 'level' } }]);
    await responses.forget('cool', 'breaks');
  });

  it('let one of several evaluators act, and each receiver hear of it once', async () => {
    const { responsePolicy } = await responses.define('once', { trigger: { rules: ['drifted'] } });
    expect(responsePolicy.level).toBe('AUTOMATIC');
    await responses.minute(600, [drift(0.4)], []);
    const before = responses.receiver.received.length;
    const evaluate = () => responses.act('evaluateResponses', { at: at(600).toISOString() }, { fields: 'evaluated' });
    await Promise.all(range(0, 8).map(evaluate));
    const run = await responses.runOf('once', { state: 'DONE', stage: 'PAGE' });
    expect(kinds(run)).toEqual(['TRIGGERED', 'BEGUN', 'PAGE', 'DONE']);
    expect(await responses.runs({ policy: policyUrn('once') })).toHaveLength(1);
    await vi.waitFor(() => expect(responses.receiver.received.length).toBe(before + 1), {
      timeout: 30_000,
      interval: 50,
    });
    const { groupLabels, alerts } = JSON.parse(responses.receiver.received.at(-1)!.body);
    expect(groupLabels).toEqual({ alertname: 'once' });
    expect(alerts[0].annotations.summary).toMatch(/^once: COVARIATE_SHIFT on /);
    await responses.forget('once');
  });

  it('leave steps as they were written', async () => {
    await expect(responses.monitoring.db.query('update response_step set text = $1', ['x'])).rejects.toThrow(
      /never changes/,
    );
    await expect(responses.monitoring.db.query('delete from response_step')).rejects.toThrow(/never changes/);
  });
});
