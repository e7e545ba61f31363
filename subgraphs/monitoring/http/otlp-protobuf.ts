import protobuf from 'protobufjs';
import { DomainError } from '../../../core/errors.ts';
import type { OtlpPartialSuccess } from '../../../schema/otlp.ts';

/** The messages of OTLP metrics, version 1, as far as they are read here: names and numbers are the protocol's. */
const { root } = protobuf.parse(`
syntax = "proto3";
message ExportMetricsServiceRequest { repeated ResourceMetrics resource_metrics = 1; }
message ResourceMetrics { Resource resource = 1; repeated ScopeMetrics scope_metrics = 2; }
message Resource { repeated KeyValue attributes = 1; }
message ScopeMetrics { repeated Metric metrics = 2; }
message KeyValue { string key = 1; AnyValue value = 2; }
message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; } }
message Metric {
  string name = 1;
  oneof data {
    Gauge gauge = 5; Sum sum = 7; Histogram histogram = 9; ExponentialHistogram exponential_histogram = 10; Summary summary = 11;
  }
}
message Gauge { repeated NumberDataPoint data_points = 1; }
message Sum { repeated NumberDataPoint data_points = 1; int32 aggregation_temporality = 2; }
message Histogram { repeated HistogramDataPoint data_points = 1; int32 aggregation_temporality = 2; }
message ExponentialHistogram { repeated Empty data_points = 1; }
message Summary { repeated SummaryDataPoint data_points = 1; }
message Empty {}
message NumberDataPoint {
  repeated KeyValue attributes = 7; fixed64 time_unix_nano = 3; uint32 flags = 8;
  oneof value { double as_double = 4; sfixed64 as_int = 6; }
}
message HistogramDataPoint {
  repeated KeyValue attributes = 9; fixed64 time_unix_nano = 3; fixed64 count = 4; optional double sum = 5;
  repeated fixed64 bucket_counts = 6; repeated double explicit_bounds = 7; uint32 flags = 10;
}
message SummaryDataPoint {
  repeated KeyValue attributes = 7; fixed64 time_unix_nano = 3; fixed64 count = 4; double sum = 5;
  repeated ValueAtQuantile quantile_values = 6; uint32 flags = 8;
}
message ValueAtQuantile { double quantile = 1; double value = 2; }
message ExportMetricsServiceResponse { ExportMetricsPartialSuccess partial_success = 1; }
message ExportMetricsPartialSuccess { int64 rejected_data_points = 1; string error_message = 2; }
message Status { int32 code = 1; string message = 2; }
`);

const Request = root.lookupType('ExportMetricsServiceRequest');
const Response = root.lookupType('ExportMetricsServiceResponse');
const Status = root.lookupType('Status');
root.resolveAll();

/** So many messages within a request are read: points, attributes and what holds them. */
const MOST_MESSAGES = 200_000;
const malformed = (why: string): DomainError => new DomainError('MALFORMED', `the body is no OTLP metrics: ${why}`);

/** A request in the form of its JSON. Throws MALFORMED, or LIMIT_EXCEEDED before anything of it is made. */
export function readRequest(bytes: Uint8Array): unknown {
  try {
    const count = { left: MOST_MESSAGES };
    countMessages(protobuf.Reader.create(bytes), bytes.byteLength, Request, count);
    return Request.toObject(Request.decode(bytes), { longs: String, json: true });
  } catch (error) {
    if (error instanceof DomainError) throw error;
    // What the library throws for bytes that are no such message.
    throw malformed(error instanceof Error ? error.message : 'not readable');
  }
}

/** Walks the bytes without making anything of them. */
function countMessages(reader: protobuf.Reader, end: number, type: protobuf.Type, count: { left: number }): void {
  while (reader.pos < end) {
    const tag = reader.uint32();
    const [id, wire] = [tag >>> 3, tag & 7];
    if (wire === 3 || wire === 4) throw malformed('it has a group');
    const message = wire === 2 ? type.fieldsById[id]?.resolvedType : null;
    if (!(message instanceof protobuf.Type)) {
      reader.skipType(wire);
      continue;
    }
    count.left -= 1;
    if (count.left < 0) {
      throw new DomainError(
        'LIMIT_EXCEEDED',
        `the body has over ${MOST_MESSAGES} points and attributes; send fewer at once`,
        {
          limit: MOST_MESSAGES,
        },
      );
    }
    const length = reader.uint32();
    if (reader.pos + length > end) throw malformed('a message is longer than what it is in');
    countMessages(reader, reader.pos + length, message, count);
  }
  if (reader.pos !== end) throw malformed('a field is longer than what it is in');
}

/** What a request came to; nothing at all where everything was kept. */
export const writeResponse = ({ rejectedDataPoints, errorMessage }: OtlpPartialSuccess): Uint8Array<ArrayBuffer> =>
  bytesOf(
    Response.encode(
      Response.create(rejectedDataPoints === 0 ? {} : { partialSuccess: { rejectedDataPoints, errorMessage } }),
    ),
  );

/** A refusal, as google.rpc.Status. */
export const writeStatus = (message: string): Uint8Array<ArrayBuffer> =>
  bytesOf(Status.encode(Status.create({ message })));

const bytesOf = (writer: protobuf.Writer): Uint8Array<ArrayBuffer> => new Uint8Array(writer.finish());
