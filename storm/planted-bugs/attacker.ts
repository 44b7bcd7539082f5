import { otherPlan, otherPorts, type PlantedBug } from './planting.ts';

/** Bugs by which a leaked key, or a path that is still there, still gets in. */
export const aboutAttackers: Readonly<Record<string, PlantedBug>> = {
  'emergency-of-one-scope': {
    what: 'an emergency cuts the named anchor in the first of its scopes, and takes the others for cut',
    finds: 'leakedKeyAccepted',
    seen: 89,
    make: () =>
      otherPlan(({ mode, waves }) => {
        if (mode !== 'emergency') return {};
        return { waves: waves.slice(0, 1).map((wave) => ({ ...wave, scopes: wave.scopes.slice(0, 1) })) };
      }),
  },
  'filter-taken-for-revocation': {
    what: "a filter's refusal of the old leaf is taken for proof that no path is left",
    finds: 'unproven',
    seen: 246,
    make: () =>
      otherPorts(['confirm'], ({ probe }) => ({
        async probe(host, presented) {
          const verdict = await probe(host, presented);
          const isFiltered =
            verdict.kind === 'refused' && verdict.code === 'certificate_attribute_verification_failed';
          return isFiltered ? { kind: 'refused', code: 'certificate_verification_failed' } : verdict;
        },
      })),
  },
};
