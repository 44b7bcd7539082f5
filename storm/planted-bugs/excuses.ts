import type { ClientList } from '../../lambdas/domain/client.ts';
import { instant, secondsOf } from '../../lambdas/domain/instant.ts';
import type { CompromisedMemory } from '../../lambdas/domain/memory/journal.ts';
import type { Plan } from '../../lambdas/domain/plan-document/plan.ts';
import { type Policy, policySchema } from '../../lambdas/domain/policy.ts';
import type { Ports } from '../../simulation/in-process/ports.ts';
import type { Plant } from '../simulate-seed.ts';
import { otherKept, otherPorts, type PlantedBug } from './planting.ts';

type Change = (plan: Plan, ports: Ports, policy: Policy) => Partial<Plan> | Promise<Partial<Plan>>;

/** Changes every plan after it was decided. */
const anyPlan = (change: Change): Plant =>
  otherPorts(['plan'], (ports, input) => {
    const policy = policySchema.parse(Object(input).configuration.policy);
    return otherKept(ports, (plan) => change(plan, ports, policy));
  });

/** Remembers what an emergency names only after something was listed. */
const namedOnceListed: Plant = otherPorts(['plan'], ({ journal, certificates }) => {
  let waiting: readonly CompromisedMemory[] = [];
  return {
    journal: {
      ...journal,
      rememberCompromised: async (named) => {
        waiting = named;
      },
    },
    certificates: {
      ...certificates,
      list: async (scope) => {
        const listed = await certificates.list(scope);
        await journal.rememberCompromised(waiting);
        waiting = [];
        return listed;
      },
    },
  };
});

const nobody = (input: unknown): ClientList => {
  const { evidence } = policySchema.parse(Object(input).configuration.policy);
  return { configured: '', evidence, clients: [], mustRefuse: [] };
};

/** Bugs that a judge once excused without a good reason. */
export const aboutExcuses: Readonly<Record<string, PlantedBug>> = {
  'soak-for-a-neighbour': {
    what: 'the soak ends before any anchor expires that is due, whether this run retires it or not',
    finds: 'soak',
    seen: 5,
    make: () =>
      anyPlan(async ({ soakSeconds, safetyMarginSeconds }, { certificates, clock }, { leadTime }) => {
        const all = await certificates.list('organization').catch(() => []);
        const ends = all.map(({ expiresAt }) => expiresAt - clock());
        const due = ends.filter((seconds) => seconds > 0 && seconds <= leadTime);
        const left = due.map((seconds) => seconds - safetyMarginSeconds);
        return { soakSeconds: Math.max(0, Math.min(soakSeconds, ...left)) };
      }),
  },
  'no-list-no-clients': {
    what: 'a client list that is gone is taken for an organization without clients, and no cut asks whether they are still those of the plan',
    finds: 'lockout',
    seen: 1447,
    make: () =>
      otherPorts(['plan', 'deactivate'], ({ clients }, input) => ({
        clients: { deployed: () => clients.deployed().catch(() => nobody(input)) },
        configured: undefined,
      })),
  },
  'blocked-is-never-red': {
    what: 'a run that finds something newly blocked ends green',
    finds: 'silent',
    seen: 1,
    make: () => anyPlan(() => ({ isRed: false })),
  },
  'blocked-counts-as-told-once-planned': {
    what: 'what is blocked counts as told before any run has ended red for it',
    finds: 'silent',
    seen: 23,
    make: () =>
      otherPorts(['plan'], ({ journal }) => ({
        journal: {
          ...journal,
          rememberSeen: (seen) =>
            journal.rememberSeen(
              seen.map(({ pending, ...one }) => (pending ? { ...one, value: pending.value } : one)),
            ),
        },
      })),
  },
  'blocked-is-red-every-day': {
    what: 'nobody remembers what has been told of what is blocked',
    finds: 'repeated',
    seen: 1,
    make: () => otherPorts(['plan'], ({ journal }) => ({ journal: { ...journal, seen: async () => [] } })),
  },
  'held-for-a-neighbour': {
    what: 'one cut that is held up holds up every other of its wave',
    finds: 'heldBack',
    seen: 12,
    make: () =>
      anyPlan(({ waves }) => ({
        waves: waves.map((wave) => {
          const isHeld = wave.scopes.some(({ successions }) => successions.some(({ held }) => held));
          if (!isHeld) return wave;
          const hold = <T>(one: T): T & { held: true } => ({ ...one, held: true });
          return {
            ...wave,
            scopes: wave.scopes.map((scope) => ({ ...scope, successions: scope.successions.map(hold) })),
          };
        }),
      })),
  },
  'always-more-waiting': {
    what: 'every run says that more is waiting, so that another comes right after it',
    finds: 'restless',
    seen: 1,
    make: () => anyPlan(({ plannedAt }) => ({ nextRotationAt: instant(secondsOf(plannedAt) + 300) })),
  },
  'emergency-in-one-scope': {
    what: 'an emergency cuts one scope, and leaves the others to the runs after it',
    finds: 'emergencyLate',
    seen: 20,
    make: () =>
      anyPlan(({ mode, waves }) => {
        if (mode !== 'emergency') return {};
        return { waves: waves.slice(0, 1).map((wave) => ({ ...wave, scopes: wave.scopes.slice(0, 1) })) };
      }),
  },
  'emergency-left-to-the-sweep': {
    what: 'after an emergency that halted nobody looks before the daily sweep',
    finds: 'emergencyLate',
    seen: 18,
    make: () =>
      otherPorts(['release'], ({ nextRotation }) => ({
        nextRotation: { ...nextRotation, set: async () => {} },
      })),
  },
  'named-once-listed': {
    what: 'what an emergency names is forgotten while the API is down',
    finds: 'forgotten',
    seen: 37,
    make: () => namedOnceListed,
  },
};
