import type { Inventory } from '../../domain/anchor.ts';
import type { Client, ClientFacts, LeafFacts } from '../../domain/client.ts';
import type { CompromisedMemory, Memory } from '../../domain/memory/journal.ts';
import { lastSeenOf, type Seen } from '../../domain/memory/seen.ts';
import { takenOutTold } from '../../domain/memory/taken-out.ts';
import { type AnchorKey, rememberedCompromise } from '../../domain/planning/compromise.ts';
import type { NameFindings } from '../../domain/planning/names.ts';
import type { plan } from '../../domain/planning/plan.ts';
import { divideByProject } from '../../domain/planning/reach.ts';
import type { Policy } from '../../domain/policy.ts';
import type { Request } from '../../domain/request.ts';

/** Everything that a plan is made of, as it was read, by whoever reads it. A new fact comes in here, so that nobody plans without it. */
export type WhatWasRead = {
  inventory: Inventory;
  policy: Policy;
  request: Request;
  /** Unix seconds. */
  now: number;
  /** The hosts that are asked for whoever states none; undefined where the deployment does not say them. */
  hosts: readonly string[] | undefined;
  /** The anchors' keys by their ids; null where none was read. */
  keys: ReadonlyMap<string, AnchorKey> | null;
  /** What the admin credential presents itself, looked at as a client's leaf; null where it presents nothing (F10). */
  admin: LeafFacts | null;
  /** What is to be said of anchors whose certificate could not be read. */
  unreadable: readonly string[];
  /** Those of them for which the API had no answer. */
  unanswered: ReadonlySet<string>;
  /** Every client's and every witness's leaves; empty where nobody has looked. */
  clients: readonly ClientFacts[];
  witnesses: readonly ClientFacts[];
  /** All clients and witnesses that are configured, where anybody says them: whom earlier plans have seen beside them is told. */
  configured?: readonly Client[];
  /** What the stack's table remembers; null where it could not be read. */
  remembered: { memory: Memory; compromised: readonly CompromisedMemory[]; seen: readonly Seen[] } | null;
  /** With what emergencies are allowed, where somebody has looked up the names in what they asked for. */
  names: NameFindings & { allowances?: readonly CompromisedMemory[] };
};

/** The facts of a plan, from what was read. */
export function planningFactsOf(read: WhatWasRead) {
  const { inventory, policy, request, now, keys, admin, clients, witnesses, remembered, names } = read;
  const { unreadable, unanswered, hosts } = read;
  const { memory, compromised = [], seen = [] } = remembered ?? {};
  const { present, absent } = divideByProject(placed(clients, seen), inventory);
  // An emergency has nothing to say of it, and forgets none of it.
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
    lostHolds: names.lostHolds,
    warnings: [...names.warnings, ...unreadable, ...told],
  };
  return facts satisfies Parameters<typeof plan>[0];
}

/** Clients with what they were last seen under: that places a leaf that leads to no anchor, or that nobody can read. */
export function placed(clients: readonly ClientFacts[], seen: readonly Seen[]): ClientFacts[] {
  const lastSeen = lastSeenOf(seen);
  return clients.map((one) => ({ ...one, ...lastSeen(one) }));
}
