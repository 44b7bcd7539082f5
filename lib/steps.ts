import type { RunEventKind } from '../lambdas/domain/memory/run-event.ts';
import type { TableReach } from './journal-table.ts';

/**
 * Everything that the stack has to know about a step. A key that is added to a step gives its function more
 * power.
 */
export type StepNeeds = {
  /** How long it may take in minutes, and its memory in MB, which also decides its CPU. */
  room: { minutes: number; memory: number };
  /**
   * The step probes, and what it sees refused may be a toggle on its way. In the overlap, and after a halt,
   * it is retried for minutes. After a cut a client may be locked out, so the undo has to come within
   * seconds.
   */
  probes?: 'overlap' | 'cut';
  /**
   * The step is not given up when Lambda throttles. Until it has run, a cut is open, or clients are on a leaf
   * that does not get in, or no other run would come.
   */
  persists?: true;
  /** The step takes a cut back: clients may be outside for as long as it is refused. */
  takesBack?: true;
  /** The admin credential, and with it the certificates API. */
  admin?: true;
  /** Client secrets: to read their versions, to describe them as well, or to move their stages too. */
  clients?: 'read' | 'look' | 'move';
  /** The secrets of witnesses, to read them. */
  witnesses?: true;
  /** The hosts that clients call. */
  hosts?: true;
  /** The one-time schedule of the next rotation. */
  schedule?: true;
  /** Which anchors are on hold now. */
  hold?: true;
  /** Whether the clients are still those that the plan was made for. */
  configured?: true;
  /** It emits metrics, and has to know the organization's name for them. */
  metrics?: true;
  /** The events about the run that it puts on the account's event bus. */
  events?: readonly RunEventKind[];
  /** What it does to the lease and to each part of the journal. */
  table: TableReach;
  /** The list of every client and witness, as the last deployment put it into S3. */
  list?: true;
  /** The lists in S3 that a run works on. Only Plan writes them. */
  manifests?: 'write' | 'read';
  /** It keeps what it has listed so far in S3, beside the lists, for its next attempt. */
  surveys?: true;
  /** Whether another execution of this machine still runs. */
  executions?: true;
};

// One scope: a few API calls or probes. The API's client waits for a Retry-After of seconds, not minutes.
const ONE_SCOPE = { minutes: 5, memory: 512 };
// About ten calls in turn while clients are outside. Each may wait for a minute when the API limits the rate
// (F12).
const ONE_UNDO = { minutes: 15, memory: 512 };
const ONE_CALL = { minutes: 1, memory: 256 };
const ONE_LIST = { minutes: 5, memory: 512 };

const registry = {
  plan: {
    // Lists every scope, up to thousands of projects, and holds the whole inventory in memory.
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
    // While a rotation soaks, it sets the schedule for a run that looks at what an emergency has left.
    schedule: true,
    table: {
      lease: ['GetItem', 'PutItem', 'UpdateItem'],
      // Whether the rotation that has the lease has moved any client yet.
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
    // After an undo, one function asks about all of a scope's clients. For 5,000 clients that takes minutes
    // for each host.
    room: { minutes: 15, memory: 512 },
    manifests: 'read',
    probes: 'overlap',
    clients: 'read',
    witnesses: true,
    hosts: true,
    // `rotation` and `audit`: which clients were outside when an earlier run activated a successor.
    table: {
      lease: ['GetItem'],
      rotation: ['PutItem', 'Query'],
      audit: ['Query'],
      proven: ['PutItem'],
      // The scopes that the overlap has proven. For their clients it is known which project their keys belong
      // to.
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
  // One scope's clients, when each scope goes by itself.
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
      // Soaks of anchors that a person has activated again.
      soak: ['Query', 'DeleteItem'],
      made: ['PutItem', 'Query'],
      // Clients that were seen to be judged in this project and are configured for another one.
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
  // A scope without a verdict counts as halted, so this step is not given up for a throttle.
  'conclude-scope': { room: ONE_CALL, persists: true, metrics: true, table: { verdict: ['PutItem'] } },
  judge: { room: ONE_LIST, manifests: 'read', table: { verdict: ['Query'] } },
  undo: {
    room: ONE_UNDO,
    persists: true,
    takesBack: true,
    admin: true,
    // Whether any client depends on a successor that is to be taken back.
    manifests: 'read',
    clients: 'read',
    hold: true,
    table: {
      lease: ['GetItem'],
      rotation: ['PutItem', 'Query'],
      // What an earlier run has activated and could not take back.
      audit: ['PutItem', 'Query'],
      compromised: ['Query'],
      soak: ['Query', 'DeleteItem'],
      // Which successor the scope has halted for, or any scope of the run.
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
    // An undo may still be on its way to a host.
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
    // This run also remembers what an emergency named while it held the lease.
    table: { lease: ['GetItem'], rotation: ['PutItem'], compromised: ['Query'] },
  },
  release: {
    // Compares the vendor's audit log with the journal: half a minute, and the time of the last page.
    room: { minutes: 2, memory: 512 },
    // It schedules the next run and frees the lease for it.
    persists: true,
    admin: true,
    metrics: true,
    events: ['ended', 'halted', 'blocked'],
    // After an emergency that halted, or a run that left clients outside, another run comes within minutes.
    schedule: true,
    // The run that took the lease over may have died as well, and will not come.
    executions: true,
    table: {
      lease: ['GetItem', 'UpdateItem'],
      // Whether Release has already seen to the end of a run that died.
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
      // When Plan has never run, no other step remembers what an emergency names.
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

/**
 * Every step, in the order of the sentence. Code that has to know each of them is a `Record<Step, …>`, which
 * does not compile when a step is missing.
 */
export const steps = Object.keys(registry) as [Step, ...Step[]];

/** What a step needs. Its function gets the room, the permissions and the environment for exactly this. */
export const needsOf = (step: Step): StepNeeds => registry[step];

/** The file that a step's bundle is made from, within the project. */
export const entryOf = (step: Step): string => `lambdas/${step}.ts`;
