import { startSubgraphProcess, type SubgraphProcess } from './subgraph-process.ts';
import type { TestDatabase } from './test-database.ts';

export { Unanswered } from './subgraph-process.ts';
export type RegistryProcess = SubgraphProcess;

/** Runs the built registry over the data of a test; nobody else is there. */
export const startRegistryProcess = (
  database: TestDatabase,
  dataDir: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<RegistryProcess> => startSubgraphProcess('registry', database, dataDir, variables);
