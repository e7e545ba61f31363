/** Serves the subgraphs and cases of a checkout of federation-gateway-audit on loopback; read by the checkout's own tsx. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';

const { createRouter } = await import(pathToFileURL(`${process.argv[2]}/src/index.ts`).href);
const server = createServer(createRouter());
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
