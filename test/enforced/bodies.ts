import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { EnrolmentRequest, RotationRequest } from '../../schema/enrolment.ts';
import { FeatureEventsRequest } from '../../schema/feature-events.ts';
import { FeaturePushRequest, FeaturePushRow } from '../../schema/feature-push.ts';
import { FeatureReadRequest } from '../../schema/feature-read.ts';
import { SampleBatch, SampleRecord } from '../../schema/metric.ts';
import { ProfileRecord } from '../../schema/profile.ts';
import { LineageEvent } from '../../schema/open-lineage.ts';
import {
  ExposureRecord,
  Heartbeat,
  OutcomeBatch,
  OutcomeRecord,
  PredictionRecord,
  ShadowRecord,
  TelemetryBatch,
} from '../../schema/telemetry.ts';

/** What of JSON Schema is walked: named properties, the items of lists and the values of maps with free keys. */
export interface BodySchema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, BodySchema>>;
  readonly items?: BodySchema;
  readonly additionalProperties?: BodySchema | boolean;
  readonly anyOf?: readonly BodySchema[];
  readonly default?: unknown;
}

const openApi = JSON.parse(readFileSync(new URL('../../schema/edge.openapi.json', import.meta.url), 'utf8')) as {
  readonly components: { readonly schemas: Readonly<Record<string, BodySchema>> };
};

const ofZod = (schema: z.ZodType): BodySchema =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as BodySchema;
const ofOpenApi = (name: string): BodySchema => openApi.components.schemas[name]!;

/** The JSON bodies of the data plane, by the app (the edge, or a subgraph), the method and the path. */
export const BODIES: Readonly<Record<string, BodySchema>> = {
  'POST /v1/features/events': ofZod(FeatureEventsRequest),
  'POST /v1/features/push': ofZod(FeaturePushRequest.extend({ rows: z.array(FeaturePushRow) })),
  'POST /v1/features/read': ofZod(FeatureReadRequest),
  'POST /v1/predictions': ofZod(
    TelemetryBatch.extend({
      predictions: z.array(PredictionRecord),
      exposures: z.array(ExposureRecord),
      shadows: z.array(ShadowRecord),
      profiles: z.array(ProfileRecord),
    }),
  ),
  'POST /v1/outcomes': ofZod(OutcomeBatch.extend({ outcomes: z.array(OutcomeRecord) })),
  'POST /api/v1/lineage': ofZod(LineageEvent),
  'POST /v1/heartbeat': ofZod(Heartbeat),
  'POST /v1/nodes/enrol': ofZod(EnrolmentRequest),
  'POST /v1/nodes/rotate': ofZod(RotationRequest),
  'POST /v1/samples': ofZod(SampleBatch.extend({ samples: z.array(SampleRecord) })),
  'edge POST /v1/predict/{endpoint}': ofOpenApi('PredictRequest'),
  'edge POST /v1/predict/{endpoint}/batch': ofOpenApi('BatchRequest'),
  'edge POST /v1/outcomes': ofOpenApi('OutcomeBatch'),
  'edge POST /v1/exposures': ofOpenApi('ExposureBatch'),
  'edge POST /invocations': ofOpenApi('MlflowRequest'),
  'edge POST /v2/models/{model}/infer': ofOpenApi('InferRequest'),
};

/** The schema itself, without a reference or the alternative of null. */
export function resolved(schema: BodySchema): BodySchema {
  if (schema.$ref !== undefined) return resolved(ofOpenApi(schema.$ref.split('/').at(-1) ?? ''));
  const alternative = schema.anyOf?.find((one) => one.$ref ?? one.properties ?? one.items ?? one.additionalProperties);
  return alternative ? resolved(alternative) : schema;
}

/** What a list or a map holds, if that has named properties: its schema, and how a path into it is written. */
export function contentOf(schema: BodySchema): { readonly inner: BodySchema; readonly mark: string } | undefined {
  const { items, additionalProperties: values } = schema;
  const inner = items ?? (typeof values === 'object' ? values : undefined);
  return inner && resolved(inner).properties ? { inner, mark: items ? '[]' : '{}' } : undefined;
}

/** Every field below a schema: `rows[].eventTime`. */
function fieldsOf(given: BodySchema, before = ''): string[] {
  const schema = resolved(given);
  const { properties } = schema;
  const content = properties ? undefined : contentOf(schema);
  if (content) return fieldsOf(content.inner, `${before}${content.mark}`);
  return Object.entries(properties ?? {}).flatMap(([name, field]) => {
    const path = before === '' ? name : `${before}.${name}`;
    return [path, ...fieldsOf(field, path)];
  });
}

/** `POST /v1/features/push rows[].eventTime` for every field of every body. */
export const bodyFields = (): string[] =>
  Object.entries(BODIES).flatMap(([route, schema]) => fieldsOf(schema).map((field) => `${route} ${field}`));
