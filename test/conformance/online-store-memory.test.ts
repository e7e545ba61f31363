import { MemoryOnlineStore } from '../../subgraphs/feature/storage/online/memory-online-store.ts';
import { onlineStoreConformance } from './online-store.ts';

onlineStoreConformance('the store in memory', async (now) => new MemoryOnlineStore(now));
