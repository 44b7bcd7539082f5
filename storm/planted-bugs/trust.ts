import type { Ports } from '../../simulation/in-process/ports.ts';
import { otherPorts, type PlantedBug } from './planting.ts';

type Certificates = Ports['certificates'];

const listing = (certificates: Certificates, list: Certificates['list']): Partial<Ports> => ({
  certificates: { ...certificates, list },
});

/** Bugs about what is trusted: guards, listings and toggles. */
export const aboutTrust: Readonly<Record<string, PlantedBug>> = {
  'no-successor-guard': {
    what: 'Deactivate takes it for granted that the successors are active',
    finds: 'successorMissing',
    seen: 401,
    make: () =>
      otherPorts(['deactivate'], ({ certificates }, { plan }) => {
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
    finds: 'successorMissing',
    seen: 67,
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
    finds: 'unfinished',
    seen: 11,
    make: () =>
      otherPorts('all', ({ certificates }) =>
        listing(certificates, async (scope) => (await certificates.list(scope)).slice(0, 3)),
      ),
  },
  'swallowed-500': {
    what: 'a toggle that fails is taken for one that happened',
    finds: 'falseGreen',
    seen: 542,
    make: () =>
      otherPorts(['activate', 'deactivate'], ({ certificates }) => {
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
    finds: 'unfinished',
    seen: 18,
    make: () =>
      otherPorts(['deactivate'], ({ certificates }) => {
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
    finds: 'unplanned',
    seen: 2,
    make: () =>
      otherPorts(['deactivate'], ({ certificates }) => {
        const deactivate: Certificates['deactivate'] = async (scope, ids) => {
          const other = (await certificates.list(scope)).find((a) => a.active && !ids.includes(a.anchorId));
          await certificates.deactivate(scope, other && ids.length < 10 ? [...ids, other.anchorId] : ids);
        };
        return { certificates: { ...certificates, deactivate } };
      }),
  },
  'enforcement-by-accident': {
    what: 'Activate does not look whether the scope is enforced',
    finds: 'enforcementGained',
    seen: 59,
    make: () =>
      otherPorts(['activate'], ({ certificates }, { plan }) =>
        listing(certificates, async (scope) => {
          const anchors = await certificates.list(scope);
          const successors = plan.successions.map(({ successor }) => successor);
          const none = !anchors.some(({ active }) => active);
          return none ? anchors.map((a) => ({ ...a, active: !successors.includes(a.anchorId) })) : anchors;
        }),
      ),
  },
};
