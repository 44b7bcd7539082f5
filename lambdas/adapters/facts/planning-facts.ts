import type { Inventory } from '../../domain/anchor.ts';
import type { Client } from '../../domain/client.ts';
import type { ClientFacts } from '../../domain/leaf/client-facts.ts';
import type { LeafFacts } from '../../domain/leaf/leaf-facts.ts';
import type { CompromisedMemory, Memory } from '../../domain/memory/journal.ts';
import { everCalledIn, lastSeenOf, type Seen } from '../../domain/memory/seen.ts';
import { takenOutTold } from '../../domain/memory/taken-out.ts';
import { type AnchorKey, rememberedCompromise } from '../../domain/planning/compromise.ts';
import type { NameFindings } from '../../domain/planning/names.ts';
import type { plan } from '../../domain/planning/plan.ts';
import { divideByProject } from '../../domain/planning/reach.ts';
import type { Policy } from '../../domain/policy.ts';
import type { Request } from '../../domain/request.ts';

/**
 * Everything that a plan is made from, as it was read, whoever reads it. Add a new fact here, so that no
 * caller plans without it.
 */
export type WhatWasRead = {
  inventory: Inventory;
  policy: Policy;
  request: Request;
  /** Unix seconds. */
  now: number;
  /** The hosts for clients that state none; undefined when the deployment does not say them. */
  hosts: readonly string[] | undefined;
  /** The anchors' keys by their ids; null when none was read. */
  keys: ReadonlyMap<string, AnchorKey> | null;
  /**
   * The leaf that the admin credential itself presents, read like a client's leaf; null when it presents none
   * (F10).
   */
  admin: LeafFacts | null;
  /** What to say of anchors whose certificate could not be read. */
  unreadable: readonly string[];
  /** The anchors among them for which the API had no answer. */
  unanswered: ReadonlySet<string>;
  /** The leaves of every client and of every witness; empty when nobody has looked. */
  clients: readonly ClientFacts[];
  witnesses: readonly ClientFacts[];
  /**
   * All configured clients and witnesses, if known. Clients that earlier plans saw, and that are no longer
   * configured, are reported.
   */
  configured?: readonly Client[];
  /** What the stack's table remembers; null when it could not be read. */
  remembered: { memory: Memory; compromised: readonly CompromisedMemory[]; seen: readonly Seen[] } | null;
  /**
   * What was found of the names in policy and request. It has `allowances`, what emergencies are allowed, if
   * somebody has looked up the names in their requests.
   */
  names: NameFindings & { allowances?: readonly CompromisedMemory[] };
};

/** Returns the facts of a plan, from what was read. */
export function planningFactsOf(read: WhatWasRead) {
  const { inventory, policy, request, now, keys, admin, clients, witnesses, remembered, names } = read;
  const { unreadable, unanswered, hosts } = read;
  const { memory, compromised = [], seen = [] } = remembered ?? {};
  const { present, absent } = divideByProject(placed(clients, seen), inventory);
  // An emergency does not report clients that are no longer configured, and forgets none of them.
  const told = read.configured && request.mode !== 'emergency' ? takenOutTold(seen, read.configured) : [];
  const facts = {
    ...{ inventory, policy, request, now, unanswered },
    ...(admin && { admin }),
    ...(hosts && { hosts }),
    ...(keys && { keys }),
    ...(remembered && { compromised: rememberedCompromise(compromised) }),
    allowances: names.allowances ?? compromised,
    ...{ clients: present, absent, witnesses: placed(witnesses, seen) },
    ...(memory && { memory }),
    everCalled: everCalledIn(seen),
    lostHolds: names.lostHolds,
    warnings: [...names.warnings, ...unreadable, ...told],
  };
  return facts satisfies Parameters<typeof plan>[0];
}

/**
 * Returns the clients with the authorities and anchors that they were last seen under. These place a leaf
 * that leads to no anchor, or that nobody can read.
 */
export function placed(clients: readonly ClientFacts[], seen: readonly Seen[]): ClientFacts[] {
  const lastSeen = lastSeenOf(seen);
  return clients.map((one) => ({ ...one, ...lastSeen(one) }));
}
