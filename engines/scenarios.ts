import { ORGANIZATION } from '../lambdas/domain/anchor.ts';
import type { WrittenPolicy } from '../lambdas/domain/policy.ts';
import type { Step } from '../lib/steps.ts';
import type { InventoryFile } from '../simulation/inventory/inventory-file.ts';
import { line, organizationOf } from '../simulation/organizations/small-organization.ts';

/** One organization, and what happens to its rotation. */
export type Scenario = {
  name: string;
  /** The organization as it is at an instant, in Unix seconds. */
  inventory: (now: number) => InventoryFile;
  /** Its policy. */
  policy?: WrittenPolicy;
  /** Clients beyond those that a proof needs, one on each anchor that a project has or inherits. */
  clients?: number;
  /** What goes wrong, as a faults file lists it. */
  faults?: readonly object[];
  /** The anchors that an emergency names. With `overtakes`, it starts during a scheduled rotation's soak. */
  emergency?: { anchors: readonly string[]; overtakes?: true };
  /** A step whose function fails with a message of so many characters. */
  tells?: { step: Step; characters: number };
  /** The error names that its executions end with; null means well. Both engines have to reach these. */
  ends: readonly (string | null)[];
};

const acme = line('acme', ['cert_old', 'cert_new']);
const projects = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`proj_${'abcdefghi'[i]}`, ['cert_old']]));
/**
 * How many projects without an anchor of their own there are, each with a client on the organization's
 * anchor. It is one more client than one function proves.
 */
const CLIENTS = 101;
const inheriting = organizationOf(acme, {
  [ORGANIZATION]: ['cert_old'],
  ...Object.fromEntries(Array.from({ length: CLIENTS }, (_, i) => [`proj_${i}`, []])),
});
/** Faults by which nothing can be proven in the first `count` projects. */
const silent = (count: number) =>
  Object.keys(projects(count)).map((scope) => ({ op: 'probe', scope, times: 'always', fault: '503' }));

/** The scenarios that every engine has to end alike. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'a rotation of projects and organization',
    inventory: organizationOf([...acme, ...line('zeta', ['cert_top', 'cert_next'])], {
      [ORGANIZATION]: ['cert_top'],
      ...projects(2),
    }),
    policy: { canary: ['proj_b'] },
    ends: [null],
  },
  {
    name: 'a blocked one',
    inventory: organizationOf([{ id: 'cert_old', name: 'acme@1', until: 20 }], projects(1)),
    ends: ['Blocked'],
  },
  {
    name: 'a halt in the overlap',
    inventory: organizationOf(acme, projects(1)),
    faults: silent(1),
    ends: ['ProbeInconclusive'],
  },
  {
    name: 'a halt after a cut, with its undo',
    // An outsider deactivates the successor right after the cut. A second anchor keeps the scope enforced.
    inventory: organizationOf([...acme, ...line('keel', ['cert_other'])], {
      proj_a: ['cert_old', 'cert_other'],
    }),
    faults: [{ at: 'confirm', outsider: 'deactivate', scope: 'proj_a', anchor: 'cert_new' }],
    ends: ['SuccessorRefused'],
  },
  {
    name: 'two halts at once',
    inventory: organizationOf(acme, projects(4)),
    faults: silent(2),
    ends: ['ProbeInconclusive'],
  },
  {
    name: 'seven halts at once',
    inventory: organizationOf(acme, projects(9)),
    faults: silent(7),
    ends: ['ProbeInconclusive'],
  },
  {
    name: 'a child that ends without a verdict',
    inventory: organizationOf(acme, projects(1)),
    faults: [{ step: 'conclude-scope', times: 'always', fault: 'crash-before' }],
    ends: ['ScopeLost'],
  },
  {
    name: 'a cause beyond 32,768 characters',
    inventory: organizationOf(acme, projects(1)),
    tells: { step: 'plan', characters: 40_000 },
    ends: ['ApiRefused'],
  },
  {
    name: 'a cause beyond 32,768 characters of one scope',
    inventory: organizationOf(acme, projects(2)),
    tells: { step: 'activate', characters: 40_000 },
    ends: ['ApiRefused'],
  },
  {
    name: 'an emergency',
    inventory: organizationOf(acme, projects(3)),
    emergency: { anchors: ['cert_old'] },
    ends: [null],
  },
  {
    name: 'a rotation with more clients than one function proves',
    inventory: inheriting,
    clients: CLIENTS,
    ends: [null],
  },
  {
    name: 'a halt of one shard of many clients',
    inventory: inheriting,
    clients: CLIENTS,
    faults: [{ op: 'probe', scope: 'proj_7', times: 'always', fault: '503' }],
    ends: ['ProbeInconclusive'],
  },
  {
    name: 'an emergency that takes a rotation over in its soak',
    inventory: organizationOf(acme, projects(2)),
    emergency: { anchors: ['cert_old'], overtakes: true },
    ends: ['Superseded', null],
  },
];
