import { exit, type Interruption, stopSignals } from './exit.ts';

/**
 * Runs `work` with a signal that aborts on Ctrl-C, on SIGTERM, or when the terminal is closed, and lets the
 * work clean up. It then rejects with an `Interruption`, even when the work ended well. A second Ctrl-C does
 * not wait. Once the work has called `commit`, nothing interrupts it any more, because its result has to be
 * told. `commit` throws when the work was aborted before.
 */
export async function interruptible<T>(
  work: (signal: AbortSignal, commit: () => void) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let isCommitted = false;
  const commit = (): void => {
    controller.signal.throwIfAborted();
    isCommitted = true;
  };
  const stop = (signal: Interruption['signal']): void => {
    if (isCommitted) return;
    if (controller.signal.aborted) process.exit(exit.interrupted);
    controller.abort(interruption(signal));
  };
  for (const signal of stopSignals) process.on(signal, stop);
  try {
    const outcome = await work(controller.signal, commit);
    controller.signal.throwIfAborted();
    return outcome;
  } catch (error) {
    // The work may reject with any error when it is stopped. The reason to report is the signal.
    controller.signal.throwIfAborted();
    throw error;
  } finally {
    for (const signal of stopSignals) process.off(signal, stop);
  }
}

function interruption(signal: Interruption['signal']): Interruption {
  const error = new Error(`stopped by ${signal}`);
  error.name = 'Interruption';
  return Object.assign(error, { signal });
}
