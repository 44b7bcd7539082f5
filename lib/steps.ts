import type { RunEventKind } from '../lambdas/domain/memory/run-event.ts';
import type { TableReach } from './journal-table.ts';

/** Everything that the stack has to know of a step; whoever adds a key to one gives a function more power. */
export type StepNeeds = {
  /** How long it may take, and the memory (and with it CPU) it gets, in MB. */
  room: { minutes: number; memory: number };
  /**
   * It probes: what it sees refused may be a toggle on its way. In the overlap, and after a halt, it tries again for minutes; after a cut
   * a client may be locked out, and the undo has to come within seconds.
   */
  probes?: 'overlap' | 'cut';
  /** A cut is open while it has not run, or clients are on a leaf that does not get in, or nobody would come: it is not given up for a throttle. */
  persists?: true;
  /** The admin credential, and with it the certificates API. */
  admin?: true;
  /** Client secrets: to read their versions, or to move their stages too. */
  clients?: 'read' | 'look' | 'move';
  /** The secrets of witnesses, to read them. */
  witnesses?: true;
  /** The hosts that clients call. */
  hosts?: true;
  /** The one-time schedule of the next rotation. */
  schedule?: true;
  /** Which anchors are on hold by now. */
  hold?: true;
  /** Whether the clients are still those that the plan was made for. */
  configured?: true;
  /** It emits metrics, and has to know whose they are. */
  metrics?: true;
  /** What it tells of the run on the account's event bus. */
  events?: readonly RunEventKind[];
  /** What it does to the lease and to each part of the journal. */
  table: TableReach;
  /** The list of every client and witness, as the last deployment has put it into S3. */
  list?: true;
  /** The lists in S3 that a run works on: Plan alone writes them. */
  manifests?: 'write' | 'read';
  /** What it has listed so far is kept in S3 beside the lists, for its next attempt. */
  surveys?: true;
  /** Whether another execution of this machine still runs. */
  executions?: true;
};

// One scope: a few API calls or probes, whose client waits out a Retry-After in seconds, not minutes.
const ONE_SCOPE = { minutes: 5, memory: 512 };
// Some ten calls one after the other while clients are outside: each may wait out a minute where the API limits how often it is asked (F12).
const ONE_UNDO = { minutes: 15, memory: 512 };
const ONE_CALL = { minutes: 1, memory: 256 };
const ONE_LIST = { minutes: 5, memory: 512 };

const registry = {
  plan: {
    // Lists every scope, up to thousands of projects, and holds the whole inventory at once.
    room: { minutes: 15, memory: 1769 },
    admin: true,
    clients: 'look',
    witnesses: true,
    executions: true,
    metrics: true,
    events: ['started'],
    list: true,
    manifests: 'write',
    surveys: true,
    // While a rotation soaks, another run looks at what an emergency has left.
    schedule: true,
    table: {
      lease: ['GetItem', 'PutItem', 'UpdateItem'],
      // Whether the rotation that has the lease has moved anybody yet.
      rotation: ['PutItem', 'Query'],
      // A sweep that leaves everything to another rotation looks at the vendor's audit log.
      audit: ['PutItem', 'Query'],
      looked: ['Query', 'PutItem'],
      compromised: ['Query', 'UpdateItem', 'DeleteItem'],
      seen: ['Query', 'PutItem', 'DeleteItem'],
      told: ['Query'],
      begun: ['Query', 'PutItem', 'DeleteItem'],
      soak: ['Query', 'DeleteItem'],
      cut: ['Query', 'DeleteItem'],
      success: ['Query', 'PutItem'],
    },
  },
  // A whole wave's list, up to thousands of scopes.
  'open-wave': { room: ONE_LIST, manifests: 'read', table: {} },
  'begin-scope': {
    room: ONE_CALL,
    table: { stop: ['GetItem'], verdict: ['GetItem'], child: ['GetItem', 'PutItem'] },
  },
  activate: {
    room: ONE_SCOPE,
    admin: true,
    hold: true,
    table: {
      lease: ['GetItem'],
      rotation: ['PutItem'],
      audit: ['PutItem'],
      compromised: ['Query'],
      soak: ['Query', 'DeleteItem'],
      made: ['PutItem', 'Query'],
    },
  },
  verify: {
    // After an undo one function asks about all of a scope's clients: of 5,000 it takes minutes for each host.
    room: { minutes: 15, memory: 512 },
    manifests: 'read',
    probes: 'overlap',
    clients: 'read',
    witnesses: true,
    hosts: true,
    // Who was outside when an earlier run activated a successor.
    table: {
      lease: ['GetItem'],
      rotation: ['PutItem', 'Query'],
      audit: ['Query'],
      proven: ['PutItem'],
      // Which scopes the overlap has proven, of whose clients is known which project their keys are of.
      verdict: ['Query'],
      misplaced: ['PutItem'],
      silent: ['PutItem', 'Query'],
    },
  },
  promote: {
    // A few calls to Secrets Manager for every client.
    room: { minutes: 15, memory: 512 },
    metrics: true,
    clients: 'move',
    manifests: 'read',
    table: {
      lease: ['GetItem'],
      rotation: ['PutItem'],
      verdict: ['Query', 'PutItem'],
      proven: ['Query'],
      begun: ['Query', 'PutItem', 'DeleteItem'],
      soak: ['Query', 'PutItem', 'DeleteItem'],
    },
  },
  // One scope's clients, where each scope goes by itself.
  'promote-scope': {
    room: ONE_SCOPE,
    manifests: 'read',
    clients: 'move',
    table: {
      lease: ['GetItem'],
      rotation: ['PutItem'],
      proven: ['Query'],
      soak: ['Query', 'DeleteItem'],
      // Whether an emergency has named a successor meanwhile.
      compromised: ['Query'],
    },
  },
  deactivate: {
    room: ONE_SCOPE,
    manifests: 'read',
    admin: true,
    hold: true,
    configured: true,
    table: {
      lease: ['GetItem'],
      rotation: ['PutItem'],
      audit: ['PutItem'],
      cut: ['PutItem', 'Query'],
      // Of what somebody has activated again.
      soak: ['Query', 'DeleteItem'],
      made: ['PutItem', 'Query'],
      // Who was seen to be judged here, and is configured for another project.
      misplaced: ['Query'],
      compromised: ['Query'],
    },
  },
  confirm: {
    room: ONE_SCOPE,
    manifests: 'read',
    probes: 'cut',
    persists: true,
    clients: 'read',
    hosts: true,
    table: {
      lease: ['GetItem'],
      rotation: ['PutItem'],
      cut: ['DeleteItem'],
      made: ['Query'],
      misplaced: ['PutItem'],
    },
  },
  // A scope without its verdict has halted: it is not given up for a throttle.
  'conclude-scope': { room: ONE_CALL, persists: true, metrics: true, table: { verdict: ['PutItem'] } },
  judge: { room: ONE_LIST, manifests: 'read', table: { verdict: ['Query'] } },
  undo: {
    room: ONE_UNDO,
    persists: true,
    admin: true,
    // Whether anybody depends on a successor that is to be taken back.
    manifests: 'read',
    clients: 'read',
    hold: true,
    table: {
      lease: ['GetItem'],
      rotation: ['PutItem', 'Query'],
      // What an earlier run has activated, and could not take back.
      audit: ['PutItem', 'Query'],
      compromised: ['Query'],
      soak: ['Query', 'DeleteItem'],
      // Whose successor it was that the scope has halted for, or any of a run.
      proven: ['Query'],
      verdict: ['Query'],
      begun: ['Query', 'PutItem'],
      cut: ['Query', 'DeleteItem'],
    },
  },
  restore: {
    // Probes every promoted client, ten at once.
    room: { minutes: 15, memory: 512 },
    persists: true,
    // An undo may be on its way to a host.
    probes: 'overlap',
    clients: 'move',
    manifests: 'read',
    hosts: true,
    table: { lease: ['GetItem'], rotation: ['PutItem'], soak: ['Query', 'DeleteItem'] },
  },
  'schedule-next': {
    room: ONE_CALL,
    persists: true,
    schedule: true,
    // What an emergency named while this run held the lease is this run's to remember.
    table: { lease: ['GetItem'], rotation: ['PutItem'], compromised: ['Query'] },
  },
  release: {
    // The vendor's audit log is held against the journal: half a minute, and what the last page takes.
    room: { minutes: 2, memory: 512 },
    // By it another run comes, and the lease is free for it.
    persists: true,
    admin: true,
    metrics: true,
    events: ['ended', 'halted', 'blocked'],
    // After an emergency that halted, or one that has left clients outside, another run comes within minutes.
    schedule: true,
    // Whoever took the lease over may have died with it, and comes no more.
    executions: true,
    table: {
      lease: ['GetItem', 'UpdateItem'],
      // Whether it has seen to the end of a run that has died.
      rotation: ['PutItem', 'Query'],
      cut: ['Query', 'DeleteItem'],
      verdict: ['Query'],
      // Whether a scope was under way in a run that was ended from outside.
      child: ['Query'],
      // Whether a person has stopped a run that was ended from outside.
      stop: ['GetItem'],
      made: ['Query'],
      audit: ['PutItem', 'Query'],
      looked: ['Query', 'PutItem'],
      // Where Plan has never run, nobody else remembers what an emergency names.
      compromised: ['Query', 'UpdateItem'],
      seen: ['Query'],
      told: ['PutItem'],
      begun: ['Query', 'DeleteItem'],
      soak: ['Query', 'DeleteItem'],
      success: ['Query', 'PutItem'],
    },
  },
} as const satisfies Record<string, StepNeeds>;

/** A step of the sentence: a file under `lambdas/` that exports its `handler`, and one function. */
export type Step = keyof typeof registry;

/** Every step, in the order of the sentence. Whatever has to know each of them is a `Record<Step, …>`: it does not compile without. */
export const steps = Object.keys(registry) as [Step, ...Step[]];

/** What a step needs: its function gets the room, the permissions and the environment for exactly this. */
export const needsOf = (step: Step): StepNeeds => registry[step];

/** The file that a step's bundle is made from, within the project. */
export const entryOf = (step: Step): string => `lambdas/${step}.ts`;
