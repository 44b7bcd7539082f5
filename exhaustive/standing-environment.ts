import { secondsOf } from '../lambdas/domain/instant.ts';
import { type RehearsalEnvironment, setUpEnvironment } from '../rehearsal/environment.ts';
import { type FaultsAtWork, putToWork } from '../simulation/faults/faults-at-work.ts';
import { inventoryOf } from '../simulation/inventory/inventory.ts';
import type { InventoryFile } from '../simulation/inventory/inventory-file.ts';
import { createVirtualClock, type VirtualClock } from '../simulation/time/virtual-clock.ts';
import { type Case, policyOf } from './case.ts';
import { PASSING, withFewerAttempts } from './fewer-attempts.ts';
import { initialStateOf, longLived, renamed } from './initial-state.ts';
import { switchboard } from './switchboard.ts';

/**
 * An environment that is kept for all points of one case. Functions, sockets and certificates are made once.
 */
export type StandingEnvironment = {
  environment: RehearsalEnvironment;
  clock: VirtualClock;
  /**
   * Restores the initial state, with anchors that are as young again and whose ids end in `suffix`. Returns
   * the organization's inventory. No fault strikes until `strike`.
   */
  reset(suffix: string): Promise<InventoryFile>;
  /** Lets these faults strike from now on, and no others. */
  strike(faults: FaultsAtWork): void;
  /** A client's current leaf: the one it began with, the one that was staged for it, or neither. */
  leafOf(secret: string): 'old' | 'new' | 'other';
  close(): Promise<void>;
};

/**
 * Requests a second of all clients together. Few are enough, because fences make the clients send when it
 * matters.
 */
const RATE = 40;

const [HOUR, YEAR] = [3600, 365 * 86_400];

/** The virtual time, in Unix seconds. It is far from today, so that any use of real time shows. */
const NOW = secondsOf('2031-05-01T12:00:00Z');

/** Sets up the environment for one case. */
export async function standingEnvironment(about: Case): Promise<StandingEnvironment> {
  const { inventory, compromised, hosts, witnesses } = about;
  const clock = createVirtualClock(NOW);
  const file = inventory(NOW);
  const undoing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const undo of undoing.splice(0).reverse()) await undo();
  };
  const { faults, switchTo } = switchboard();
  const request = compromised
    ? { mode: 'emergency' as const, anchors: [...compromised], reason: 'a point of the exhaustive run' }
    : { mode: 'scheduled' as const };
  // The plan sees dates that are weeks away. The certificates themselves outlive all the points.
  const facts = { inventory: inventoryOf(file), policy: policyOf(about), request, now: NOW };
  const afterwards = (undo: () => Promise<unknown>) => undoing.push(undo);
  try {
    const environment = await setUpEnvironment({
      file: longLived(file, NOW + 60 * YEAR),
      facts,
      clock,
      tell: () => {},
      faults,
      afterwards,
      rate: RATE,
      hosts,
      witnesses,
    });
    const initial = initialStateOf(environment);
    return {
      environment: { ...environment, definition: withFewerAttempts(environment.definition, PASSING) },
      clock,
      async reset(suffix) {
        // Functions keep some things for minutes, such as the admin key. After an hour they fetch them again.
        clock.advanceTo(clock.now() + HOUR);
        for (const table of environment.tables) await environment.services.tables.clear(table);
        const renewed = renamed(inventory(clock.now()), suffix);
        // Within one turn of the event loop, so that no client ever sees half of it.
        initial.restore(renewed, suffix);
        switchTo(putToWork([]), environment);
        return renewed;
      },
      strike: (next) => switchTo(next, environment),
      leafOf: initial.leafOf,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
