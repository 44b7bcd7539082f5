import type { Plant } from './simulate-seed.ts';
export const plants: Readonly<Record<string, { what: string; plant: Plant }>> = {};
