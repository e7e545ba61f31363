import { connections } from '../../shared/graphql/connection.ts';
import { READ } from './access.ts';

export const connectionOf = connections(READ);
