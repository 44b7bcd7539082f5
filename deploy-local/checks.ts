/** What was looked at, one line each as it ends. */
export type Checks = {
  /** Runs one check; false when it failed, and the run goes on. */
  look(what: string, check: () => Promise<void>): Promise<boolean>;
  /** Runs one without which the others mean nothing; throws {@link Unfinished} when it failed. */
  demand(what: string, check: () => Promise<void>): Promise<void>;
  passed: number;
  failed: number;
};

/** Thrown when there is no use in going on; what failed has been told. */
export class Unfinished extends Error {
  override name = 'Unfinished';
}

const STILL_AFTER = 2_000;

/** Counts and tells checks; one that takes more than two seconds says first that it has begun. */
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
 * Runs a script's checks to their end, tells how many passed and failed, and gives its exit code. `close` takes away what they have
 * made, however they end: when somebody stops them as well, where it may come twice. Work that waits for `stopped` is not
 * broken off by that, but ends well.
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

/** Calls `breakOff` when a signal comes, unless somebody waits for one by what this gives. npm passes on what the terminal sends as well. */
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

/** Tells a line of what goes on. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
