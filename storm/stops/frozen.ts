import { chanceAt } from '../../simulation/chance/chance.ts';

/** In how many seeds a function is frozen once it has answered. */
const RATE = 0.06;

/** The part of an invocation by which it is known. */
type Invoked = { id: number; address: string; step: string };

/**
 * Lambda freezes a function once it has answered. What it had not waited for goes on during a later call of
 * the same function, be it hours later, or never.
 */
export type Frozen = {
  /** Says that an invocation has answered, or failed. */
  answered(invocation: Invoked): void;
  /** Returns what a frozen invocation has to wait for before it goes on; null where it is not frozen. */
  thawed(invocation: Invoked): Promise<void> | null;
  /** Says that a step's function is called: some of what is frozen there goes on. */
  called(step: string): void;
};

/** Returns the frozen functions of one seed. In most seeds none is ever frozen. */
export function createFrozen(seed: number): Frozen {
  const freezes = chanceAt(seed, 'frozen functions').happens(RATE);
  const frozen = new Set<number>();
  let waiting: { invocation: Invoked; goesOn: () => void }[] = [];
  return {
    answered({ id }) {
      if (freezes) frozen.add(id);
    },
    thawed(invocation) {
      if (!frozen.has(invocation.id)) return null;
      return new Promise((goesOn) => void waiting.push({ invocation, goesOn }));
    },
    called(step) {
      const asleep = waiting;
      waiting = [];
      for (const one of asleep) {
        const { id, address, step: own } = one.invocation;
        // A step has several containers, and a call is for one of them.
        const wakes = own === step && chanceAt(seed, `${address} thaws ${asleep.length}`).happens(0.5);
        if (!wakes) waiting.push(one);
        else {
          frozen.delete(id);
          one.goesOn();
        }
      }
    },
  };
}
