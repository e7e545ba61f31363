import { readFileSync } from 'node:fs';
import type { Environment } from '../../../core/environment.ts';
import { isLoopback } from '../domain/event-stream.ts';
import { SASL_MECHANISMS, type KafkaAccess } from '../domain/kafka-access.ts';

export interface KafkaConfig extends KafkaAccess {
  /** The brokers that streams may read, host:port; empty: those of this machine. */
  readonly brokers: readonly string[];
}

/** Reads how Kafka is spoken to. Without named brokers there is nobody whom a password could be meant for. */
export function readKafka(env: Environment): KafkaConfig {
  const brokers = (env.text('TIFFIN_KAFKA_BROKERS') ?? '')
    .split(',')
    .map((broker) => broker.trim())
    .filter(Boolean);
  const tls = tlsOf(env);
  const sasl = saslOf(env);
  for (const [name, isSet] of [
    ['TIFFIN_KAFKA_TLS', tls],
    ['TIFFIN_KAFKA_SASL', sasl],
  ] as const) {
    if (isSet && brokers.length === 0) env.wrong(name, 'is for the brokers that TIFFIN_KAFKA_BROKERS names: name them');
  }
  if (sasl?.mechanism === 'PLAIN' && !tls && !brokers.every(isLoopback)) {
    const allowed = 'set TIFFIN_KAFKA_TLS=true, or use SCRAM-SHA-256 or SCRAM-SHA-512';
    env.wrong('TIFFIN_KAFKA_SASL', `PLAIN without TLS would send the password for everyone to read: ${allowed}`);
  }
  return { brokers, tls, sasl };
}

function tlsOf(env: Environment): KafkaAccess['tls'] {
  const isOn = env.flag('TIFFIN_KAFKA_TLS', false);
  const file = env.text('TIFFIN_KAFKA_CA_FILE');
  if (!isOn) {
    if (file !== undefined)
      env.wrong('TIFFIN_KAFKA_CA_FILE', 'says whom TLS trusts: set TIFFIN_KAFKA_TLS=true as well');
    return null;
  }
  return { ca: file === undefined ? undefined : certificatesIn(env, file) };
}

function certificatesIn(env: Environment, file: string): string | undefined {
  const field = 'TIFFIN_KAFKA_CA_FILE';
  try {
    const pem = readFileSync(file, 'utf8');
    if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem;
    env.wrong(field, `${file} holds no certificate; it is to be PEM, "-----BEGIN CERTIFICATE-----"`);
  } catch (error) {
    env.wrong(field, `${file} cannot be read (${error instanceof Error ? error.message : String(error)})`);
  }
  return undefined;
}

function saslOf(env: Environment): KafkaAccess['sasl'] {
  const [username, password] = [env.text('TIFFIN_KAFKA_USER'), env.text('TIFFIN_KAFKA_PASSWORD')];
  const given = { TIFFIN_KAFKA_USER: username, TIFFIN_KAFKA_PASSWORD: password };
  if (env.text('TIFFIN_KAFKA_SASL') === undefined) {
    for (const [name, value] of Object.entries(given)) {
      if (value !== undefined)
        env.wrong(name, `is used by SASL: set TIFFIN_KAFKA_SASL to ${SASL_MECHANISMS.join(', ')}`);
    }
    return null;
  }
  const mechanism = env.choice('TIFFIN_KAFKA_SASL', SASL_MECHANISMS, 'PLAIN');
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) env.wrong(name, 'is missing: TIFFIN_KAFKA_SASL needs an account and its password');
  }
  return username === undefined || password === undefined ? null : { mechanism, username, password };
}
