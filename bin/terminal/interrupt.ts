import { exit, type Interruption } from './exit.ts';

/**
 * Runs `work` with a signal that aborts on Ctrl-C or SIGTERM, and lets it clean up; it then rejects with an
 * `Interruption` even when the work ended well. A second Ctrl-C does not wait.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (signal: 'SIGINT' | 'SIGTERM'): void => {
    if (controller.signal.aborted) process.exit(exit.interrupted);
    controller.abort(interruption(signal));
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    const outcome = await work(controller.signal);
    controller.signal.throwIfAborted();
    return outcome;
  } catch (error) {
    // Whatever the work says about being stopped, the reason is ours.
    controller.signal.throwIfAborted();
    throw error;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

function interruption(signal: 'SIGINT' | 'SIGTERM'): Interruption {
  const error = new Error(`stopped by ${signal}`);
  error.name = 'Interruption';
  return Object.assign(error, { signal });
}
