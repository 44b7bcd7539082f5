import type { Plan } from '../../lambdas/domain/document.ts';
import { instead, type PlantedBug, real } from './planting.ts';

/** Bugs about who still gets in with a leaked key. */
export const aboutAttackers: Readonly<Record<string, PlantedBug>> = {
  'emergency-of-one-scope': {
    what: 'an emergency cuts the named anchor in the first of its scopes, and takes the others for cut',
    finds: 'leakedKeyAccepted',
    seen: 24,
    make: () =>
      instead('plan', async (ports, input) => {
        const planned = (await real('plan')(ports, input)) as Plan;
        const [first] = planned.waves.flatMap(({ scopes }) => scopes);
        if (planned.mode !== 'emergency' || !first) return planned;
        const scopes = planned.waves[0]?.scopes.slice(0, 1) ?? [];
        return { ...planned, waves: planned.waves.slice(0, 1).map((wave) => ({ ...wave, scopes })) };
      }),
  },
};
