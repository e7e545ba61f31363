import { makeStore } from '../ui/use-sync-external.ts';

export const paletteIsOpen = makeStore(false);
export const openPalette = (): void => paletteIsOpen.set(true);

export const helpIsOpen = makeStore(false);
