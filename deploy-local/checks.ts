/** Makes checks, and prints one line for each as it ends. */
export type Checks = {
  /** Runs one check. Returns false when it failed; the run goes on. */
  look(what: string, check: () => Promise<void>): Promise<boolean>;
  /** Runs a check without which the later ones mean nothing. Throws {@link Unfinished} when it failed. */
  demand(what: string, check: () => Promise<void>): Promise<void>;
  passed: number;
  failed: number;
};

/** Thrown when going on is of no use. The failed check has already been printed. */
export class Unfinished extends Error {
  override name = 'Unfinished';
}

const STILL_AFTER = 2_000;

/** Counts and prints checks. A check that takes more than two seconds is also printed when it begins. */
export function openChecks(write: (line: string) => void): Checks {
  const checks: Checks = {
    passed: 0,
    failed: 0,
    look: async (what, check) => {
      const begun = performance.now();
      const still = setTimeout(() => write(`… ${what}`), STILL_AFTER);
      const seconds = () => `${((performance.now() - begun) / 1000).toFixed(1)} s`;
      try {
        await check();
        checks.passed++;
        write(`✓ ${what} (${seconds()})`);
        return true;
      } catch (error) {
        checks.failed++;
        write(`✗ ${what} (${seconds()})\n  ${error instanceof Error ? error.message : error}`);
        return false;
      } finally {
        clearTimeout(still);
      }
    },
    demand: async (what, check) => {
      if (!(await checks.look(what, check))) throw new Unfinished(what);
    },
  };
  return checks;
}

/**
 * Runs a script's checks to their end, prints how many passed and failed, and returns the exit code. `close`
 * removes what the checks have made, whatever the end is. It also runs when a signal stops the script, and
 * may then be called twice. Work that waits for `stopped` is not broken off by a signal but ends normally.
 */
export async function runChecks(
  work: (checks: Checks, stopped: () => Promise<void>) => Promise<void>,
  close: (checks: Checks) => Promise<unknown> = async () => {},
): Promise<number> {
  const checks = openChecks(say);
  const stopped = untilStopped((code) => void close(checks).finally(() => process.exit(code)));
  try {
    await work(checks, stopped);
  } catch (error) {
    if (!(error instanceof Unfinished)) throw error;
  } finally {
    await close(checks);
  }
  say(`${checks.passed} passed, ${checks.failed} failed`);
  return checks.failed > 0 ? 1 : 0;
}

/**
 * Calls `breakOff` when a signal comes, unless the work waits for the returned promise. Only the first signal
 * counts: npm also passes on what the terminal sends.
 */
function untilStopped(breakOff: (exitCode: number) => void): () => Promise<void> {
  let isOver = false;
  let awaited: (() => void) | null = null;
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)
    process.on(signal, () => {
      if (isOver) return;
      isOver = true;
      if (awaited) awaited();
      else breakOff(code);
    });
  return () =>
    new Promise((done) => {
      awaited = done;
    });
}

/** Prints a line about what goes on. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
