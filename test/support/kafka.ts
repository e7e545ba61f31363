import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Admin, Producer } from '@platformatic/kafka';
import { atEnd } from './at-end.ts';
import { freePort } from './install.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Where `npm run interop` puts Apache Kafka. */
const CLASSES = join(process.cwd(), '.interop/kafka/*');

export interface Message {
  readonly key?: string;
  readonly value: string | null;
  readonly partition?: number;
}

/** Whom a broker lets in by SASL/PLAIN, over TLS alone. */
export interface KafkaAccount {
  readonly username: string;
  readonly password: string;
}

/** An Apache Kafka broker of one test file, on a free port of loopback, its data in a temporary folder. */
export interface TestKafka {
  readonly broker: string;
  /** Of its certificate, which it signed itself, as PEM; undefined for one without TLS. */
  readonly ca: string | undefined;
  /** Waits until it answers. */
  start(): Promise<void>;
  /** As a crash would end it. */
  kill(): Promise<void>;
  createTopic(topic: string, partitions: number): Promise<void>;
  deleteTopic(topic: string): Promise<void>;
  send(topic: string, messages: readonly Message[]): Promise<void>;
  /** Lets go of what a partition holds before an offset. */
  forget(topic: string, partition: number, before: number): Promise<void>;
}

const java = (main: string, args: readonly string[]): string[] => [
  '-Xmx256m',
  '-XX:+UseSerialGC',
  '-cp',
  CLASSES,
  main,
  ...args,
];

const settings = (
  { port, controller }: { port: number; controller: number },
  folder: string,
  account?: KafkaAccount,
): string => `
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:${controller}
listeners=${account ? 'SASL_SSL' : 'PLAINTEXT'}://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}
advertised.listeners=${account ? 'SASL_SSL' : 'PLAINTEXT'}://127.0.0.1:${port}
${account ? secured(folder, account) : ''}
controller.listener.names=CONTROLLER
log.dirs=${folder}/data
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
`;

const STORE_PASSWORD = 'of the stores of a test';

const secured = (folder: string, { username, password }: KafkaAccount): string => `
listener.security.protocol.map=CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL
inter.broker.listener.name=SASL_SSL
sasl.enabled.mechanisms=PLAIN
sasl.mechanism.inter.broker.protocol=PLAIN
listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \\
  username="${username}" password="${password}" user_${username}="${password}";
ssl.keystore.type=PKCS12
ssl.keystore.location=${folder}/keys.p12
ssl.keystore.password=${STORE_PASSWORD}
ssl.key.password=${STORE_PASSWORD}
ssl.truststore.type=PKCS12
ssl.truststore.location=${folder}/trusted.p12
ssl.truststore.password=${STORE_PASSWORD}
`;

/** A key of the broker's own, its certificate as PEM, and a store that trusts it. */
function makeCertificate(folder: string): string {
  const keytool = (...args: readonly string[]): string => {
    const made = spawnSync('keytool', [...args, '-storetype', 'PKCS12', '-storepass', STORE_PASSWORD], {
      encoding: 'utf8',
    });
    if (made.status !== 0) throw new Error(`keytool: ${made.stdout}${made.stderr}`);
    return made.stdout;
  };
  const [keys, trusted, file] = ['keys.p12', 'trusted.p12', 'ca.pem'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const of = ['-alias', 'broker', '-keystore', keys];
  const named = ['-dname', 'CN=broker of a test', '-ext', 'san=ip:127.0.0.1', '-ext', 'bc=ca:true'];
  keytool('-genkeypair', ...of, '-keyalg', 'EC', '-validity', '2', ...named);
  keytool('-exportcert', ...of, '-rfc', '-file', file);
  keytool('-importcert', '-noprompt', '-alias', 'broker', '-keystore', trusted, '-file', file);
  return readFileSync(file, 'utf8');
}

/** A broker that has started, and is gone with the test file; with an account it speaks TLS and SASL/PLAIN alone. */
export async function startKafka(account?: KafkaAccount): Promise<TestKafka> {
  const [port, controller, folder] = [await freePort(), await freePort(), temporaryFolder('kafka')];
  const file = join(folder, 'server.properties');
  writeFileSync(file, settings({ port, controller }, folder, account));
  const ca = account && makeCertificate(folder);
  const id = randomBytes(16).toString('base64url');
  const format = spawnSync('java', java('kafka.tools.StorageTool', ['format', '--standalone', '-t', id, '-c', file]));
  if (format.status !== 0) throw new Error(`the broker cannot be made: ${format.stderr.toString()}`);
  const broker = `127.0.0.1:${port}`;
  const options = {
    clientId: 'test',
    bootstrapBrokers: [broker],
    connectTimeout: 5_000,
    timeout: 5_000,
    retries: 5,
    ...(account && { tls: { ca }, sasl: { mechanism: 'PLAIN' as const, ...account } }),
  };
  let server: ChildProcess | undefined;
  const withAdmin = async <T>(work: (admin: Admin) => Promise<T>): Promise<T> => {
    const admin = new Admin(options);
    try {
      return await work(admin);
    } finally {
      await admin.close();
    }
  };
  const kafka: TestKafka = {
    broker,
    ca,
    start: async () => {
      server = spawn('java', java('kafka.Kafka', [file]), { cwd: folder, stdio: 'ignore' });
      for (const until = Date.now() + 60_000; ;) {
        try {
          await withAdmin((admin) => admin.listTopics());
          return;
        } catch (error) {
          if (Date.now() > until) throw error;
          await sleep(250);
        }
      }
    },
    kill: async () => {
      if (!server || server.exitCode !== null || server.signalCode !== null) return;
      const closed = once(server, 'close');
      server.kill('SIGKILL');
      await closed;
    },
    createTopic: async (topic, partitions) => {
      await withAdmin((admin) => admin.createTopics({ topics: [topic], partitions, replicas: 1 }));
    },
    deleteTopic: async (topic) => {
      await withAdmin((admin) => admin.deleteTopics({ topics: [topic] }));
    },
    send: async (topic, messages) => {
      // What is sent again on a slow machine is still there once.
      const producer = new Producer({ ...options, idempotent: true });
      try {
        await producer.send({
          messages: messages.map(({ key, value, partition }) => ({
            topic,
            ...(key !== undefined && { key: Buffer.from(key) }),
            ...(value !== null && { value: Buffer.from(value) }),
            ...(partition !== undefined && { partition }),
          })),
          acks: -1,
        });
      } finally {
        await producer.close();
      }
    },
    forget: async (topic, partition, before) => {
      await withAdmin((admin) =>
        admin.deleteRecords({ topics: [{ name: topic, partitions: [{ partition, offset: BigInt(before) }] }] }),
      );
    },
  };
  atEnd(() => kafka.kill());
  await kafka.start();
  return kafka;
}
