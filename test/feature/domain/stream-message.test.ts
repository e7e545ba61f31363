import { describe, expect, it } from 'vitest';
import { checkBrokers } from '../../../subgraphs/feature/domain/event-stream.ts';
import { eventIn, quarantined } from '../../../subgraphs/feature/domain/stream-message.ts';
import { DomainError } from '../../../core/errors.ts';
import { EVENT_LIMITS } from '../../../schema/feature-events.ts';

const columns = ['txn_id', 'card_id', 'amount'].map((name) => ({ name, types: [], dtype: null, problem: null }));
const fields = [
  { column: 'card_id', field: 'card.id' },
  { column: '$retract', field: 'deleted' },
];
const event = (value: string, mapped = fields) =>
  eventIn(
    { partition: 0, offset: 0, key: null, value: Buffer.from(value) },
    { fields: mapped } as unknown as Parameters<typeof eventIn>[1],
    { columns } as unknown as Parameters<typeof eventIn>[2],
  );

describe('the event in a message', () => {
  it.each([
    ['fields of their own names', '{"txn_id":"a","amount":1}', { txn_id: 'a', amount: 1 }],
    ['a field inside an object', '{"card":{"id":"c"}}', { card_id: 'c' }],
    ['a null', '{"card":{"id":null}}', { card_id: null }],
    ['no field for what is mapped elsewhere', '{"card_id":"c"}', {}],
    ['what takes it back', '{"deleted":true}', { $retract: true }],
    ['nothing of what no column reads', '{"other":1,"__proto__":{"txn_id":"a"}}', {}],
    ['nothing inside what is no object', '{"card":"c"}', {}],
    ['nothing that every object has', '{"card":[1]}', {}],
  ])('has %s', (_, text, expected) => {
    expect({ ...event(text) }).toEqual(expected);
  });

  it('reads a column by its name where a field has a "." in it', () => {
    expect({ ...event('{"$retract":true}', []) }).toEqual({ $retract: true });
  });

  it.each(['', 'no', '1', 'null', '[]', '"text"'])('is refused in %j', (text) => {
    expect(() => event(text)).toThrow(/^message: is (not valid JSON|no JSON object)$/);
  });
});

describe('a message in quarantine', () => {
  const error = new DomainError('INVALID_INPUT', 'amount: is FLOAT64', { field: 'amount' });

  it('is kept whole where it might be an event one day, with its place and what is wrong', () => {
    const value = Buffer.alloc(EVENT_LIMITS.lineBytes, 65);
    const kept = quarantined({ partition: 2, offset: 7, key: null, value }, error);
    expect(kept).toMatchObject({ partition: 2, offset: 7, key: null, valueBytes: value.length, field: 'amount' });
    expect(kept.value).toEqual(value);
  });

  it('is cut where it is larger than any event, and its size is told', () => {
    const value = Buffer.alloc(EVENT_LIMITS.lineBytes + 1, 65);
    const kept = quarantined({ partition: 2, offset: 7, key: value, value }, error);
    expect(kept.valueBytes).toBe(value.length);
    expect(kept.value).toHaveLength(16_384);
    expect(kept.key).toHaveLength(16_384);
  });
});

describe('the brokers that streams may name', () => {
  it.each([
    [['localhost:9092'], []],
    [['127.0.0.1:9092', '[::1]:9092'], []],
    [['kafka-1:9092'], ['kafka-1:9092', 'kafka-2:9092']],
  ])('are %j where the settings say %j', (brokers, allowed) => {
    expect(() => checkBrokers(brokers, allowed)).not.toThrow();
  });

  it.each([
    [['10.0.0.1:9092'], []],
    [['localhost.example:9092'], []],
    [['kafka-3:9092'], ['kafka-1:9092']],
    [['localhost:9092'], ['kafka-1:9092']],
    [['localhost:9092', 'localhost:9092'], []],
  ])('are not %j where the settings say %j', (brokers, allowed) => {
    expect(() => checkBrokers(brokers, allowed)).toThrow(/^brokers/);
  });
});
