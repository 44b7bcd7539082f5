import { instant } from '../../lambdas/domain/instant.ts';
import { entryOf } from '../../lambdas/domain/memory/audit.ts';
import { instead, otherPorts, type PlantedBug, real, unproven } from './planting.ts';

/** Bugs in which a step does its work carelessly, or not at all. */
export const careless: Readonly<Record<string, PlantedBug>> = {
  'promoted-before-the-proof': {
    what: 'clients are moved to a leaf that nobody has proven',
    finds: 'unproven',
    seen: 2,
    make: () => unproven('overlap'),
  },
  'shard-moved-before-the-others': {
    what: 'the clients of a shard are moved as soon as it is proven, while others of their scope are not',
    finds: 'unproven',
    seen: 31,
    make: () =>
      instead('verify', async (ports, input) => {
        const seen = await real('verify')(ports, input);
        const isFirstLook = input.shard && (input.moment ?? 'overlap') === 'overlap';
        if (isFirstLook) await real('promote-scope')(ports, input);
        return seen;
      }),
  },
  'nobody-looks-who-is-outside': {
    what: 'a client that got in nowhere before takes back what it is refused by afterwards',
    finds: 'restless',
    seen: 86,
    make: () =>
      instead('begin-scope', async (ports, input) => ({
        ...Object(await real('begin-scope')(ports, input)),
        looksFirst: false,
      })),
  },
  'no-look-before-the-cut': {
    what: 'after the soak nobody looks whether the clients get in',
    finds: 'unproven',
    seen: 2,
    make: () => unproven('beforeCut'),
  },
  'no-look-at-the-others': {
    what: 'before the cut only those clients are looked at that the plan proves',
    finds: 'lockout',
    seen: 411,
    make: () =>
      instead('verify', (ports, { configuration: _, clients: __, ...input }) => real('verify')(ports, input)),
  },
  'no-confirmation': {
    what: 'a cut counts as confirmed without a probe',
    finds: 'unproven',
    seen: 2,
    make: () =>
      instead('confirm', async ({ journal, clock }, { plan, evidence }) => {
        const { scope, successions } = plan;
        await journal.forgetCuts(
          successions.map(({ retiring }: { retiring: string }) => ({ scope, retiring })),
        );
        return {
          scope,
          confirmedAt: instant(clock()),
          evidence,
          probes: 0,
          refused: [],
        };
      }),
  },
  'no-undo': {
    what: 'what could not be confirmed stays cut',
    finds: 'undo',
    seen: 45,
    make: () =>
      instead('undo', async (_, { plan }) => ({
        ...{ scope: plan.scope, anyCut: true, anyBack: true, reactivated: [], left: [] },
        summary: 'nothing',
      })),
  },
  'hold-ignored': {
    what: 'nobody knows of any hold',
    finds: 'held',
    seen: 3,
    make: () => ({
      ...instead('plan', (ports, input) => {
        const { configuration } = input;
        const policy = { ...configuration.policy, hold: [] };
        return real('plan')(ports, { ...input, configuration: { ...configuration, policy } });
      }),
      ...otherPorts('all', () => ({ hold: [] })),
    }),
  },
  'hold-of-the-plan': {
    what: 'what is put on hold after the plan is touched all the same',
    finds: 'held',
    seen: 84,
    make: () => otherPorts('all', () => ({ hold: [] })),
  },
  'blind-restore': {
    what: 'after a halt clients go back to their old leaf, whether it gets in or not',
    finds: 'lockout',
    seen: 11,
    make: () =>
      instead('restore', async ({ secrets, leases, journal, clock, manifests }, { execution, plan }) => {
        for (const { secret } of (await manifests.whole(plan)).promotions) {
          const current = await secrets.read(secret, 'AWSCURRENT');
          const previous = await secrets.read(secret, 'AWSPREVIOUS');
          await leases.demand({ execution: execution.id, token: plan.lease?.token ?? 0 });
          if (current && previous)
            await secrets.restore(secret, { from: current.versionId, to: previous.versionId });
        }
        await journal.record(entryOf({ execution }, clock(), 'restored', {}));
        return { restored: [], kept: [] };
      }),
  },
};
