import { DomainError } from '../../../core/errors.ts';
import { RETRACT } from '../../../schema/feature-events.ts';
import { checkDistinct, checkName, labelsOf, type Labels, type LabelsInput } from './labels.ts';
import type { Source } from './source.ts';

export const STREAM_STATES = ['RUNNING', 'PAUSED', 'STOPPED'] as const;
/** What a stream shall do: read, stay in its group without reading, or leave it. */
export type StreamState = (typeof STREAM_STATES)[number];

export const STREAM_STARTS = ['EARLIEST', 'LATEST'] as const;
/** Where reading begins in a partition that was never read. */
export type StreamStart = (typeof STREAM_STARTS)[number];

/** Where a column's value lies in a message; steps into objects are divided by ".". */
export interface MessageField {
  readonly column: string;
  readonly field: string;
}

/** A Kafka topic whose messages are events of a source. */
export interface EventStream extends Labels {
  readonly project: string;
  readonly name: string;
  readonly source: string;
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly group: string;
  readonly start: StreamStart;
  /** Columns that are left out lie in the field of their own name. */
  readonly fields: readonly MessageField[];
  readonly state: StreamState;
  readonly revision: number;
  readonly createdAt: Date;
}

export interface EventStreamInput extends LabelsInput {
  readonly name: string;
  readonly source: string;
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly group?: string | null | undefined;
  readonly start: StreamStart;
  readonly fields?: readonly MessageField[] | null | undefined;
}

const MAX_BROKERS = 20;
/** Kafka's own rule for topics; groups follow it here, so that no tool has to quote them. */
const KAFKA_NAME = /^[\w.-]{1,249}$/;
const BROKER = /^(\[[\da-fA-F:]+\]|[\w.-]+):(\d{1,5})$/;
/** Whether a broker is on this machine. */
export const isLoopback = (broker: string): boolean => LOOPBACK.test(broker);
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\]):/;

const refuse = (field: string, message: string, allowed?: unknown): DomainError =>
  new DomainError('INVALID_INPUT', `${field}: ${message}`, { field, ...(allowed !== undefined && { allowed }) });

/** Which brokers the server may call: those of its settings, else those of its own machine. */
export function checkBrokers(brokers: readonly string[], allowed: readonly string[]): void {
  if (brokers.length < 1 || brokers.length > MAX_BROKERS) throw refuse('brokers', `name 1 to ${MAX_BROKERS}`);
  brokers.forEach((broker, i) => {
    const port = Number(BROKER.exec(broker)?.[2]);
    if (!(port >= 1 && port <= 65_535)) throw refuse(`brokers.${i}`, `"${broker}" is no host:port`, 'host:port');
    if (allowed.length === 0 ? isLoopback(broker) : allowed.includes(broker)) return;
    const may = allowed.length === 0 ? ['brokers of this machine'] : [...allowed];
    throw refuse(`brokers.${i}`, `"${broker}" is not among those that TIFFIN_KAFKA_BROKERS lets streams read`, may);
  });
  checkDistinct('brokers', brokers);
}

function fieldsOf(given: readonly MessageField[], source: Source): MessageField[] {
  const names = [...source.columns.map(({ name }) => name), RETRACT];
  given.forEach(({ column, field }, i) => {
    if (!names.includes(column)) throw refuse(`fields.${i}.column`, `there is no column "${column}"`, names);
    if (field.split('.').includes('')) throw refuse(`fields.${i}.field`, `"${field}" names no field`, 'a name, or a.b');
  });
  checkDistinct(
    'fields',
    given.map(({ column }) => column),
  );
  return given.map(({ column, field }) => ({ column, field }));
}

/**
 * The stream after a definition. What it has read stays read: another topic, source or group is another stream. A new one
 * runs at once.
 */
export function defineEventStream(
  project: string,
  before: EventStream | null,
  input: EventStreamInput,
  source: Source,
  now: Date,
): EventStream {
  checkName('name', input.name);
  const group = input.group ?? `tiffin.${project}.${input.name}`;
  if (!KAFKA_NAME.test(input.topic)) throw refuse('topic', 'has 1 to 249 letters, digits, ".", "_" and "-"');
  if (!KAFKA_NAME.test(group)) throw refuse('group', 'has 1 to 249 letters, digits, ".", "_" and "-"');
  const fixed = { source: source.name, topic: input.topic, group, start: input.start } as const;
  for (const name of ['source', 'topic', 'group', 'start'] as const) {
    if (!before || before[name] === fixed[name]) continue;
    const why = `${input.name} reads ${before[name]}, and what it has read is noted for that; define another stream`;
    throw new DomainError('CONFLICT', `${name}: ${why}`, { field: name, allowed: [before[name]] });
  }
  return {
    project,
    name: input.name,
    ...fixed,
    brokers: [...input.brokers],
    fields: fieldsOf(input.fields ?? [], source),
    state: before?.state ?? 'RUNNING',
    ...labelsOf(input),
    revision: (before?.revision ?? 0) + 1,
    createdAt: before?.createdAt ?? now,
  };
}
