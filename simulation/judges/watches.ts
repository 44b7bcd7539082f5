import { createBesideStuckWatch } from './blocking/beside-stuck.ts';
import { createExpiredWatch } from './blocking/expired.ts';
import { createGivenUpWatch } from './blocking/given-up.ts';
import { createHeldAndDueWatch } from './blocking/held-and-due.ts';
import { createHeldBackWatch } from './blocking/held-back.ts';
import { createRestlessWatch } from './blocking/restless.ts';
import { createSaidWatch } from './blocking/said.ts';
import { createStoppedWavesWatch } from './blocking/stopped-waves.ts';
import { createDeadRunsWatch } from './emergencies/dead-runs.ts';
import { createInTimeWatch } from './emergencies/in-time.ts';
import { createKeptOutWatch } from './emergencies/kept-out.ts';
import { createLateMovesWatch } from './emergencies/late-moves.ts';
import { createLookedAgainWatch } from './emergencies/looked-again.ts';
import { createMistypedWatch } from './emergencies/mistyped.ts';
import { createOncePossibleWatch } from './emergencies/once-possible.ts';
import { createRememberedWatch } from './emergencies/remembered.ts';
import { createShutOutWatch } from './emergencies/shut-out.ts';
import { createUnheardOfWatch } from './emergencies/unheard-of.ts';
import { createUnreadKeysWatch } from './emergencies/unread-keys.ts';
import type { Edges } from './leaf.ts';
import { createTakingWatch, createWordWatch } from './lease.ts';
import { createOrderWatch } from './order.ts';
import { createAuditWatch } from './promises/audit.ts';
import { createOutsideWatch } from './promises/left-outside.ts';
import { createPartsWatch } from './promises/parts.ts';
import { createSeenInsideWatch } from './promises/seen-inside.ts';
import { createTakenBackWatch } from './promises/taken-back.ts';
import { createUnaskedWatch } from './promises/unasked.ts';
import { createUntoldWatch } from './promises/untold.ts';
import { createWidenedWatch } from './promises/witnesses.ts';
import { createPromotionWatch } from './promotion.ts';
import { createLooksWatch } from './proofs/looks.ts';
import { createEndWatch } from './runs.ts';
import { createScheduleWatch } from './schedule.ts';
import { createShardsWatch } from './shards.ts';
import { createTakenBackInPartWatch } from './succession/taken-back-in-part.ts';
import { createLeftToAnotherWatch } from './trust/left-to-another.ts';
import { createOutsideByACutWatch } from './trust/outside-by-a-cut.ts';
import { createOwnWayInWatch } from './trust/own-way-in.ts';
import { createSeenTooSoonWatch } from './trust/seen-too-soon.ts';
import { createShadowedWatch } from './trust/shadowed.ts';
import type { JudgeContext, Watch } from './watch.ts';

/** Returns every judge that watches a whole log. `edges` is what each host trusts at the watched instant. */
export const watchesOf = (context: JudgeContext, edges: Edges): Watch[] => [
  createPromotionWatch(context),
  createOutsideWatch(context, edges),
  createLateMovesWatch(context, edges),
  createLooksWatch(context),
  createShardsWatch(context),
  createBesideStuckWatch(context),
  createPartsWatch(context),
  createScheduleWatch(context),
  createGivenUpWatch(context),
  createTakenBackInPartWatch(context),
  createOrderWatch(context),
  createEndWatch(context),
  createSaidWatch(context),
  createHeldBackWatch(context),
  createHeldAndDueWatch(context),
  createStoppedWavesWatch(context),
  createRestlessWatch(context),
  createRememberedWatch(context),
  createUnheardOfWatch(context),
  createMistypedWatch(context),
  createDeadRunsWatch(context),
  createTakingWatch(context),
  createWordWatch(context),
  createExpiredWatch(context),
  createInTimeWatch(context),
  createLookedAgainWatch(context),
  createUnreadKeysWatch(context),
  createOncePossibleWatch(context),
  createKeptOutWatch(context),
  createShutOutWatch(context),
  createWidenedWatch(context, edges),
  createSeenInsideWatch(context),
  createUnaskedWatch(context),
  createTakenBackWatch(context),
  createAuditWatch(context),
  createUntoldWatch(context),
  createShadowedWatch(context),
  createSeenTooSoonWatch(context),
  createLeftToAnotherWatch(context),
  createOwnWayInWatch(context),
  createOutsideByACutWatch(context),
];
