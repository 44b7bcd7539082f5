import { otherPorts, type PlantedBug } from './planting.ts';

/** Bugs about the lease, about what has been proven, and about what is remembered. */
export const aboutMemory: Readonly<Record<string, PlantedBug>> = {
  'no-lease-check': {
    what: 'nobody asks whose the lease is before a change',
    finds: 'lease',
    seen: 2,
    make: () => otherPorts('all', ({ leases }) => ({ leases: { ...leases, demand: async () => {} } })),
  },
  'lease-taken-from-the-living': {
    what: 'a rotation that still runs is taken for one that has ended',
    finds: 'lease',
    seen: 2,
    make: () => ({ running: () => false }),
  },
  'emergency-waits': {
    what: 'an emergency asks for the lease as a sweep does',
    finds: 'emergencyHeldUp',
    seen: 5,
    make: () =>
      otherPorts(['plan'], ({ leases }) => ({
        leases: { ...leases, take: ({ execution }) => leases.take({ execution, mode: 'scheduled' }) },
      })),
  },
  'inconclusive-passes': {
    what: 'a probe that says nothing is taken for a pass',
    finds: 'unproven',
    seen: 13,
    make: () =>
      otherPorts(['verify'], ({ probe }) => ({
        probe: async (host, presented) => {
          const verdict = await probe(host, presented);
          if (verdict.kind !== 'inconclusive') return verdict;
          return presented.certificateChain
            ? { kind: 'accepted' }
            : { kind: 'refused', code: 'certificate_required' };
        },
      })),
  },
  'no-control': {
    what: 'nobody looks whether a caller without a certificate is refused',
    finds: 'unproven',
    seen: 2,
    make: () =>
      otherPorts('all', ({ probe }) => ({
        probe: async (host, presented) =>
          presented.certificateChain
            ? probe(host, presented)
            : { kind: 'refused', code: 'certificate_required' },
      })),
  },
  'soak-cut-short': {
    what: 'a soak that an earlier run began counts as served',
    finds: 'soak',
    seen: 4,
    make: () =>
      otherPorts(['plan', 'promote'], ({ journal }) => ({
        journal: {
          ...journal,
          soaks: async () =>
            (await journal.soaks()).map((soak) => ({ ...soak, soakUntil: '2020-01-01T00:00:00.000Z' })),
        },
      })),
  },
  'compromise-forgotten-by-the-undo': {
    what: 'the undo reactivates a compromised anchor',
    finds: 'compromised',
    seen: 44,
    make: () =>
      otherPorts(['undo'], ({ journal }) => ({
        journal: {
          ...journal,
          cuts: async () => (await journal.cuts()).map((cut) => ({ ...cut, compromised: false })),
          compromised: async () => [],
        },
      })),
  },
  'compromise-forgotten': {
    // Activate looks again, so nothing compromised is activated even with this bug. The bug shows as a run
    // that ends well while a compromised anchor is active.
    what: 'later runs do not know what an emergency named',
    finds: 'falseGreen',
    seen: 3,
    make: () =>
      otherPorts(['plan'], ({ journal }) => ({ journal: { ...journal, compromised: async () => [] } })),
  },
  'lost-successor': {
    what: 'a cut is forgotten when somebody has taken its successor out since',
    finds: 'unfinished',
    seen: 394,
    make: () =>
      otherPorts(['plan'], ({ journal, certificates }) => ({
        journal: {
          ...journal,
          cuts: async () => {
            const standing = await Promise.all(
              (await journal.cuts()).map(async (cut) => {
                const listing = await certificates.list(cut.scope);
                return listing.some((one) => one.anchorId === cut.successor && one.active) ? [cut] : [];
              }),
            );
            return standing.flat();
          },
        },
      })),
  },
  'no-audit-trail': {
    what: 'what a step is about to change, and has changed, is not written down',
    finds: 'journal',
    seen: 4,
    make: () =>
      otherPorts(['deactivate'], ({ journal }) => ({ journal: { ...journal, record: async () => {} } })),
  },
  'taken-back-in-part': {
    what: 'no run goes on with what another was to take back, and has not come to in every scope',
    finds: 'widened',
    seen: 1910,
    make: () =>
      otherPorts('all', ({ journal }) => ({
        journal: {
          ...journal,
          amendBegun: (pair, amend) =>
            journal.amendBegun(pair, (known) => {
              const amended = amend(known);
              if (!amended) return null;
              const { unfinished: _, ...one } = amended;
              return one;
            }),
        },
      })),
  },
};
