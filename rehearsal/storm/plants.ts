import type { ClientCheck } from '../../lambdas/domain/document.ts';
import type { Ports } from '../in-process/ports.ts';
import { careless } from './plants-steps.ts';
import type { Plant } from './simulate-seed.ts';

/** A bug to plant, for one seed. The seam is here and nowhere in the steps: other ports, or another step in its place. */
export type PlantedBug = { what: string; make: () => Plant };

type Scoped = { plan: { scope: string; successions: { successor: string }[]; checks: ClientCheck[] } };
type Certificates = Ports['certificates'];

/** Other ports for some steps, or for all of them. */
const ports = (
  steps: readonly string[] | 'all',
  change: (ports: Ports, input: Scoped) => Partial<Ports>,
): Plant => ({
  plant: (real, { step }, input) =>
    steps === 'all' || steps.includes(step) ? { ...real, ...change(real, input as Scoped) } : real,
});

const listing = (certificates: Certificates, list: Certificates['list']): Partial<Ports> => ({
  certificates: { ...certificates, list },
});

/** Bugs that somebody could make; the storm has to find every one of them. */
export const plants: Readonly<Record<string, PlantedBug>> = {
  ...careless,
  'no-successor-guard': {
    what: 'Deactivate takes it for granted that the successors are active',
    make: () =>
      ports(['deactivate'], ({ certificates }, { plan }) => {
        const successors = new Set(plan.successions.map(({ successor }) => successor));
        return listing(certificates, async (scope) =>
          (await certificates.list(scope)).map((anchor) => ({
            ...anchor,
            active: anchor.active || successors.has(anchor.anchorId),
          })),
        );
      }),
  },
  'stale-listing': {
    what: 'Deactivate decides by the listing that Activate took',
    make: () => {
      const kept = new Map<string, Awaited<ReturnType<Certificates['list']>>>();
      return {
        plant: (real, { step, execution }) => {
          const { certificates } = real;
          let asked = 0;
          if (step !== 'activate' && step !== 'deactivate') return real;
          const list: Certificates['list'] = async (scope) => {
            const known = kept.get(`${execution} ${scope}`);
            if (step === 'deactivate' && known && asked++ === 0) return known;
            const fresh = await certificates.list(scope);
            if (step === 'activate') kept.set(`${execution} ${scope}`, fresh);
            return fresh;
          };
          return { ...real, ...listing(certificates, list) };
        },
      };
    },
  },
  'first-page-only': {
    what: 'only the three newest anchors of a listing are read',
    make: () =>
      ports('all', ({ certificates }) =>
        listing(certificates, async (scope) => (await certificates.list(scope)).slice(0, 3)),
      ),
  },
  'swallowed-500': {
    what: 'a toggle that fails is taken for one that happened',
    make: () =>
      ports(['activate', 'deactivate'], ({ certificates }) => {
        const believed = new Map<string, boolean>();
        const toggle =
          (op: 'activate' | 'deactivate'): Certificates['activate'] =>
          async (scope, ids) => {
            for (const id of ids) believed.set(id, op === 'activate');
            await certificates[op](scope, ids).catch(() => {});
          };
        const list: Certificates['list'] = async (scope) =>
          (await certificates.list(scope)).map((anchor) => ({
            ...anchor,
            active: believed.get(anchor.anchorId) ?? anchor.active,
          }));
        return {
          certificates: {
            ...certificates,
            list,
            activate: toggle('activate'),
            deactivate: toggle('deactivate'),
          },
        };
      }),
  },
  'batches-of-eleven': {
    what: 'a batch takes one anchor more than the API does',
    make: () =>
      ports(['deactivate'], ({ certificates }) => {
        let kept: readonly string[] = [];
        const deactivate: Certificates['deactivate'] = async (scope, ids) => {
          const batch = [...kept, ...ids];
          kept = batch.length === 10 ? batch : [];
          if (kept.length === 0) await certificates.deactivate(scope, batch);
        };
        return { certificates: { ...certificates, deactivate } };
      }),
  },
  'one-anchor-too-many': {
    what: 'Deactivate takes along an anchor that the plan does not name',
    make: () =>
      ports(['deactivate'], ({ certificates }) => {
        const deactivate: Certificates['deactivate'] = async (scope, ids) => {
          const other = (await certificates.list(scope)).find((a) => a.active && !ids.includes(a.anchorId));
          await certificates.deactivate(scope, other && ids.length < 10 ? [...ids, other.anchorId] : ids);
        };
        return { certificates: { ...certificates, deactivate } };
      }),
  },
  'enforcement-by-accident': {
    what: 'Activate does not look whether the scope is enforced',
    make: () =>
      ports(['activate'], ({ certificates }, { plan }) =>
        listing(certificates, async (scope) => {
          const anchors = await certificates.list(scope);
          const successors = plan.successions.map(({ successor }) => successor);
          const none = !anchors.some(({ active }) => active);
          return none ? anchors.map((a) => ({ ...a, active: !successors.includes(a.anchorId) })) : anchors;
        }),
      ),
  },
  'no-lease-check': {
    what: 'nobody asks whose the lease is before a change',
    make: () => ports('all', ({ leases }) => ({ leases: { ...leases, demand: async () => {} } })),
  },
  'lease-taken-from-the-living': {
    what: 'a rotation that still runs is taken for one that has ended',
    make: () => ({ running: () => false }),
  },
  'emergency-waits': {
    what: 'an emergency asks for the lease as a sweep does',
    make: () =>
      ports(['plan'], ({ leases }) => ({
        leases: { ...leases, take: ({ execution }) => leases.take({ execution, mode: 'scheduled' }) },
      })),
  },
  'inconclusive-passes': {
    what: 'a probe that says nothing is taken for a pass',
    make: () =>
      ports(['verify'], ({ probe }) => ({
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
    make: () =>
      ports('all', ({ probe }) => ({
        probe: async (host, presented) =>
          presented.certificateChain
            ? probe(host, presented)
            : { kind: 'refused', code: 'certificate_required' },
      })),
  },
  'soak-cut-short': {
    what: 'a soak that an earlier run began counts as served',
    make: () =>
      ports(['plan', 'promote'], ({ journal }) => ({
        journal: {
          ...journal,
          soaks: async () =>
            (await journal.soaks()).map((soak) => ({ ...soak, soakUntil: '2020-01-01T00:00:00.000Z' })),
        },
      })),
  },
  'compromise-forgotten-by-the-undo': {
    what: 'the undo reactivates a compromised anchor',
    make: () =>
      ports(['undo'], ({ journal }) => ({
        journal: {
          ...journal,
          cuts: async () => (await journal.cuts()).map((cut) => ({ ...cut, compromised: false })),
        },
      })),
  },
  'compromise-forgotten': {
    what: 'later runs do not know what an emergency named',
    make: () => ports(['plan'], ({ journal }) => ({ journal: { ...journal, compromised: async () => [] } })),
  },
  'no-audit-trail': {
    what: 'what a step is about to change, and has changed, is not written down',
    make: () => ports(['deactivate'], ({ journal }) => ({ journal: { ...journal, record: async () => {} } })),
  },
};
