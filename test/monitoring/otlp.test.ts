import { gzipSync } from 'node:zlib';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { resourceFromAttributes } from '@opentelemetry/resources';
import protobuf from 'protobufjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { atEnd } from '../support/at-end.ts';
import { testKeys } from '../support/keys.ts';
import { DEVICE_KEY, NOW, SERVER_KEY, startTestMonitoring, type TestMonitoring } from '../support/monitoring.ts';
import { serveApp } from '../support/serve-app.ts';

const PROTOBUF = 'application/x-protobuf';
let monitoring: TestMonitoring;
beforeAll(async () => {
  monitoring = await startTestMonitoring();
});

const send = (body: BodyInit, headers: Record<string, string> = {}): Promise<Response> =>
  Promise.resolve(
    monitoring.subgraph.app.request('/v1/metrics', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${SERVER_KEY}`, ...headers },
      body,
    }),
  );
const batch = (metrics: readonly object[], resource: Record<string, string> = {}): string => {
  const attributes = Object.entries(resource).map(([key, stringValue]) => ({ key, value: { stringValue } }));
  return JSON.stringify({ resourceMetrics: [{ resource: { attributes }, scopeMetrics: [{ metrics }] }] });
};
/** What PromQL sees at an instant, by labels. */
async function seen(query: string, at = new Date()): Promise<Record<string, string>> {
  const parameters = new URLSearchParams({ query, time: String(at.getTime() / 1_000) });
  const answer = await monitoring.subgraph.app.request(`/api/v1/query?${parameters.toString()}`, {
    headers: { authorization: `Bearer ${testKeys.with('monitoring:read')}` },
  });
  const { data } = (await answer.json()) as any;
  return Object.fromEntries(
    data.result.map(({ metric, value }: any) => {
      const { __name__: name, ...labels } = metric;
      const own = Object.entries(labels).map(([key, text]) => `${key}=${String(text)}`);
      return [`${name ?? ''}{${own.toSorted().join(',')}}`, value[1]];
    }),
  );
}
const nano = (at: Date): string => `${at.getTime()}000000`;
const point = (more: object, at = NOW): object => ({ timeUnixNano: nano(at), ...more });

it('takes what the SDK of OpenTelemetry sends', async () => {
  monitoring.clock.now = new Date();
  const { url } = await serveApp(monitoring.subgraph.app);
  for (const compression of ['none', 'gzip'] as const) {
    const exporter = new OTLPMetricExporter({
      url: `${url}/v1/metrics`,
      headers: { authorization: `Bearer ${SERVER_KEY}` },
      compression: compression as never,
    });
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
    const resource = resourceFromAttributes({ 'service.name': 'scorer', 'service.instance.id': compression });
    const provider = new MeterProvider({ readers: [reader], resource });
    atEnd(() => provider.shutdown());
    const meter = provider.getMeter('test');
    meter.createGauge('gps.quality').record(0.97, { city: 'pune' });
    meter.createCounter('requests').add(3, { 'http.route': '/v1/score', retried: true });
    meter
      .createHistogram('latency', { advice: { explicitBucketBoundaries: [10, 50] } })
      .record(20, { 'status.code': 200 });
    await reader.forceFlush();
    const target = `instance=${compression},job=scorer`;
    expect(await seen(`gps_quality{instance="${compression}"}`)).toEqual({
      [`gps_quality{city=pune,${target}}`]: '0.97',
    });
    expect(await seen(`requests{instance="${compression}"}`)).toEqual({
      [`requests{http_route=/v1/score,${target},retried=true}`]: '3',
    });
    expect(await seen(`{__name__=~"latency.*",instance="${compression}"}`)).toEqual({
      [`latency_bucket{${target},le=10,status_code=200}`]: '0',
      [`latency_bucket{${target},le=50,status_code=200}`]: '1',
      [`latency_bucket{${target},le=+Inf,status_code=200}`]: '1',
      [`latency_count{${target},status_code=200}`]: '1',
      [`latency_sum{${target},status_code=200}`]: '20',
    });
  }
  monitoring.clock.now = NOW;
});

describe('as JSON', () => {
  it('is kept under the names of Prometheus, once however often it comes', async () => {
    const attributes = [
      { key: 'a.b', value: { stringValue: 'x' } },
      { key: '__own', value: { intValue: '7' } },
      { key: 'empty', value: { stringValue: '' } },
      { key: 'list', value: { arrayValue: { values: [] } } },
    ];
    const body = batch(
      [
        { name: '9.lives', gauge: { dataPoints: [point({ attributes, asInt: '42' })] } },
        {
          name: 'size',
          summary: { dataPoints: [point({ count: '4', sum: 10, quantileValues: [{ quantile: 0.5, value: 2 }] })] },
        },
        { name: 'gone', gauge: { dataPoints: [point({ flags: 1 })] } },
      ],
      { 'service.namespace': 'shop', 'service.name': 'eta' },
    );
    for (const _ of [1, 2]) {
      const answer = await send(body);
      expect([answer.status, await answer.json()]).toEqual([200, {}]);
    }
    expect(await seen('_9_lives', NOW)).toEqual({ '_9_lives{a_b=x,job=shop/eta,key__own=7}': '42' });
    expect(await seen('{__name__=~"size.*"}', NOW)).toEqual({
      'size{job=shop/eta,quantile=0.5}': '2',
      'size_count{job=shop/eta}': '4',
      'size_sum{job=shop/eta}': '10',
    });
    expect(await seen('gone', NOW)).toEqual({});
  });

  it('says how many points were not kept, and why, and keeps the others', async () => {
    const answer = await send(
      batch([
        { name: 'good', gauge: { dataPoints: [point({ asDouble: 1 })] } },
        { name: 'delta', sum: { aggregationTemporality: 1, dataPoints: [point({ asInt: 1 }), point({ asInt: 2 })] } },
        { name: 'exp', exponentialHistogram: { dataPoints: [{}] } },
        { name: 'ahead', gauge: { dataPoints: [point({ asInt: 1 }, new Date(NOW.getTime() + 2 * 86_400_000))] } },
        { name: 'nan', gauge: { dataPoints: [point({ asDouble: 'NaN' })] } },
        {
          name: 'bad',
          gauge: { dataPoints: [point({ asInt: 1, attributes: [{ key: 'a', value: { stringValue: '\u0000' } }] })] },
        },
        {
          name: 'summed',
          sum: {
            aggregationTemporality: 'AGGREGATION_TEMPORALITY_CUMULATIVE',
            isMonotonic: true,
            dataPoints: [point({ asInt: 5 })],
          },
        },
      ]),
    );
    expect(answer.status).toBe(200);
    const { partialSuccess } = (await answer.json()) as any;
    expect(partialSuccess.rejectedDataPoints).toBe('6');
    expect(partialSuccess.errorMessage).toMatch(/^delta: delta temporality; allowed: cumulative; exp: exponential/);
    expect(await seen('{__name__=~"good|summed|delta|ahead|nan|bad"}', NOW)).toEqual({
      'good{}': '1',
      'summed{}': '5',
    });
  });

  it.each([
    ['{', {}, 400],
    [JSON.stringify({ resourceMetrics: 7 }), {}, 422],
    ['{}', { 'content-type': 'text/plain' }, 415],
    ['{}', { 'content-encoding': 'br' }, 415],
    ['no gzip', { 'content-encoding': 'gzip' }, 400],
    ['{}', { authorization: `Bearer ${testKeys.with('monitoring:read')}` }, 403],
    ['{}', { authorization: `Bearer ${DEVICE_KEY}` }, 403],
    ['{}', { authorization: 'Bearer nobody' }, 401],
    ['x'.repeat(4 * 1024 * 1024 + 1), {}, 413],
    [gzipSync(Buffer.alloc(17 * 1024 * 1024)), { 'content-encoding': 'gzip' }, 413],
  ])('%.20s with %j is refused', async (body, headers, status) => {
    const answer = await send(body as BodyInit, headers as unknown as Record<string, string>);
    expect(answer.status).toBe(status);
    expect((await answer.json()) as any).toEqual({ message: expect.stringMatching(/./) });
  });
});

describe('as protobuf', () => {
  const { root } = protobuf.parse(`syntax = "proto3";
    message Response { PartialSuccess partial_success = 1; } message PartialSuccess { int64 rejected = 1; string message = 2; }
    message Status { int32 code = 1; string message = 2; }`);
  const read = async (answer: Response, type: string): Promise<any> => {
    expect(answer.headers.get('content-type')).toBe(PROTOBUF);
    const message = root.lookupType(type);
    return message.toObject(message.decode(new Uint8Array(await answer.arrayBuffer())), { longs: Number });
  };
  const tagged = (id: number, bytes: Uint8Array): Uint8Array =>
    protobuf.Writer.create()
      .uint32((id << 3) | 2)
      .bytes(bytes)
      .finish();

  it('answers in kind: nothing, a part, or a refusal', async () => {
    const ok = await send(new Uint8Array(), { 'content-type': PROTOBUF });
    expect([ok.status, (await ok.arrayBuffer()).byteLength]).toEqual([200, 0]);
    // A gauge without a name and of no value.
    const gauge = tagged(1, tagged(2, tagged(2, tagged(5, tagged(1, new Uint8Array())))));
    const part = await send(new Uint8Array(gauge), { 'content-type': PROTOBUF });
    expect(await read(part, 'Response')).toEqual({
      partialSuccess: { rejected: 1, message: expect.stringMatching(/./) },
    });
    const refused = await send(new Uint8Array([0xff]), { 'content-type': PROTOBUF });
    expect(refused.status).toBe(400);
    expect(await read(refused, 'Status')).toEqual({ message: expect.stringMatching(/^the body is no OTLP metrics/) });
  });

  it.each([
    [
      'more messages than are read',
      tagged(
        1,
        tagged(
          2,
          tagged(
            2,
            new Uint8Array(500_000).map((_, i) => (i % 2 === 0 ? 0x2a : 0)),
          ),
        ),
      ),
      400,
    ],
    ['a group', new Uint8Array([0x0b, 0x0c]), 400],
    ['a message longer than the body', new Uint8Array([0x0a, 0x05, 0x00]), 400],
  ])('%s is refused before anything is made of it', async (_, bytes, status) => {
    const answer = await send(new Uint8Array(bytes), { 'content-type': PROTOBUF });
    expect(answer.status).toBe(status);
  });
});
