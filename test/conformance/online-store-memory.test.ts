import { pino } from 'pino';
import { MemoryOnlineStore } from '../../subgraphs/feature/storage/online/memory-online-store.ts';
import { onlineStoreConformance } from './online-store.ts';

const log = pino({ level: 'silent' });

onlineStoreConformance('the store in memory', (now) => MemoryOnlineStore.open({ now, log }));
