import * as z from 'zod';
import { DomainError } from '../../../core/errors.ts';
import type { Actor } from '../auth/actor.ts';
import type { DataPlane } from '../http/data-plane.ts';
import { validated } from '../../../schema/validated.ts';
import type { Peer } from '../peer.ts';
import type { AuditChains, AuditFilter } from './audit-chains.ts';

const MAX_SEQ = 2_147_483_647;
const ofProject = z.object({ project: z.string().min(1) });
const HashesQuery = ofProject.extend({
  seqs: z
    .string()
    .transform((text) => text.split(',').map(Number))
    .pipe(z.array(z.int().nonnegative().max(MAX_SEQ)).max(500)),
});
const RecordsQuery = ofProject.extend({
  after: z.coerce.number().int().nonnegative().max(MAX_SEQ),
  from: z.iso.datetime().optional(),
  until: z.iso.datetime().optional(),
});
const MOST_NEWEST = 1_000;
const given = z
  .string()
  .optional()
  .transform((text) => text ?? null);
const NewestQuery = ofProject.extend({
  first: z.coerce.number().int().min(1).max(MOST_NEWEST),
  below: z.coerce.number().int().nonnegative().max(MAX_SEQ).nullable().default(null),
  // Separated by white space, which no URN holds.
  subjects: z
    .string()
    .optional()
    .transform((text) => text?.split(' ') ?? null),
  subjectPrefix: given,
  actor: given,
  action: given,
  from: z.iso
    .datetime()
    .transform((text) => new Date(text))
    .nullable()
    .default(null),
  until: z.iso
    .datetime()
    .transform((text) => new Date(text))
    .nullable()
    .default(null),
});

const Head = z.object({ project: z.string(), seq: z.int(), hash: z.string() });
const Verdict = z.object({
  ok: z.boolean(),
  checked: z.int(),
  firstBadSeq: z.int().nullable(),
  why: z.string().nullable(),
});
const Record = z.object({
  seq: z.int(),
  prevHash: z.string(),
  project: z.string(),
  at: z.string(),
  actor: z.string(),
  actorRoles: z.array(z.string()),
  onBehalfOf: z.string().nullable(),
  action: z.string(),
  subject: z.string(),
  beforeDigest: z.string().nullable(),
  afterDigest: z.string().nullable(),
  reason: z.string().nullable(),
  rule: z.string().nullable(),
  requestId: z.string(),
});
const Answers = {
  heads: z.object({ heads: z.array(Head) }),
  hashes: z.object({ hashes: z.array(z.tuple([z.int(), z.string()])) }),
  records: z.object({ records: z.array(z.object({ seq: z.int(), hash: z.string(), record: Record })) }),
};

/** `GET /internal/audit/…`: a subgraph's chains for the registry, which checks and checkpoints all of them. */
export function addAuditRoutes(plane: DataPlane, chains: AuditChains): void {
  const route = (name: string, answer: (query: object, holder: Actor, project: string) => Promise<object>): void =>
    plane.route({ method: 'GET', path: `/internal/audit/${name}`, scope: 'audit:read' }, async (c) => {
      const holder = c.get('holder');
      const project = isPart(holder) ? (c.req.query('project') ?? holder.project) : holder.project;
      return c.json(await answer({ ...c.req.query(), project }, holder, project));
    });
  route('heads', async (_query, holder) => {
    const heads = await chains.heads();
    return { heads: isPart(holder) ? heads : heads.filter(({ project }) => project === holder.project) };
  });
  route('verdict', (_query, _holder, project) => chains.verdict(project));
  route('hashes', async (query, _holder, project) => {
    const { seqs } = validated(HashesQuery, query);
    return { hashes: [...(await chains.hashes(project, seqs))] };
  });
  route('records', async (query) => ({ records: await chains.records(validated(RecordsQuery, query)) }));
  route('newest', async (query) => {
    const { project, first, below, ...filter } = validated(NewestQuery, query);
    return { records: await chains.newest(filter, { project, first, below }) };
  });
}

/** Another part of the install, which reads every project; a key reads its own. */
const isPart = ({ kind }: Actor): boolean => kind === 'service';

const LIMIT_MS = 10_000;
/** Walking a long chain takes its time. */
const WALK_LIMIT_MS = 5 * 60_000;
const HASHES_AT_ONCE = 500;

/** Another subgraph's chains, through its door. Throws SUBGRAPH_UNAVAILABLE when it does not answer. */
export function peerAuditChains(peer: Peer, actor: Actor): AuditChains {
  const ask = async <T>(name: string, query: Readonly<Record<string, string>>, schema: z.ZodType<T>): Promise<T> => {
    const path = `/internal/audit/${name}?${new URLSearchParams(query).toString()}`;
    const answer = await peer.get(path, actor, AbortSignal.timeout(name === 'verdict' ? WALK_LIMIT_MS : LIMIT_MS));
    if (answer.ok) return validated(schema, await answer.json());
    throw new DomainError('SUBGRAPH_UNAVAILABLE', `the audit of ${peer.name} answered ${answer.status}`, {
      subgraph: peer.name,
    });
  };
  return {
    heads: async () => (await ask('heads', {}, Answers.heads)).heads,
    verdict: (project) => ask('verdict', { project }, Verdict),
    hashes: async (project, seqs) => {
      const found = new Map<number, string>();
      for (let i = 0; i < seqs.length; i += HASHES_AT_ONCE) {
        const some = seqs.slice(i, i + HASHES_AT_ONCE).join(',');
        const { hashes } = await ask('hashes', { project, seqs: some }, Answers.hashes);
        for (const [seq, hash] of hashes) found.set(seq, hash);
      }
      return found;
    },
    records: async ({ project, after, from, until }) => {
      const bounds = { ...(from !== undefined && { from }), ...(until !== undefined && { until }) };
      return (await ask('records', { project, after: String(after), ...bounds }, Answers.records)).records;
    },
    newest: async (filter, { project, first, below }) => {
      const page = { project, first: String(first), ...(below !== null && { below: String(below) }) };
      return (await ask('newest', { ...page, ...filterQuery(filter) }, Answers.records)).records;
    },
  };
}

const filterQuery = ({ subjects, subjectPrefix, actor, action, from, until }: AuditFilter): Record<string, string> => ({
  ...(subjects && { subjects: subjects.join(' ') }),
  ...(subjectPrefix !== null && { subjectPrefix }),
  ...(actor !== null && { actor }),
  ...(action !== null && { action }),
  ...(from && { from: from.toISOString() }),
  ...(until && { until: until.toISOString() }),
});
