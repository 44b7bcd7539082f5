import { clearScreenDown, cursorTo } from 'node:readline';
import { isPassing } from '../account/passing.ts';
import { say } from '../terminal/exit.ts';
import { interruptible } from '../terminal/interrupt.ts';
import { pause } from '../terminal/pause.ts';
import { isTerminal, paintFor } from '../terminal/screen.ts';
import { renderStatus } from './report.ts';
import type { Status } from './seen.ts';

/**
 * Shows a status again and again until it is stopped. A terminal is redrawn in place; elsewhere a status is
 * printed only when it has changed. `asJson` makes one line of each status. After the first status, an outage
 * or throttling is waited out and reported once. Throws what `look` throws otherwise.
 */
export async function watchStatus(
  look: () => Promise<Status>,
  { everySeconds, asJson }: { everySeconds: number; asJson: ((status: Status) => string) | null },
): Promise<void> {
  const { stdout } = process;
  const inPlace = isTerminal(stdout) && !asJson;
  let shown = '';
  let isLost = false;
  const waitOut = (error: unknown): null => {
    if (!shown || !isPassing(error)) throw error;
    if (!isLost) say(`${error instanceof Error ? error.message : error}: asking again`);
    isLost = true;
    return null;
  };
  await interruptible(async (signal) => {
    for (; !signal.aborted; await pause(everySeconds * 1_000, signal)) {
      const status = await look().catch(waitOut);
      if (!status) continue;
      isLost = false;
      if (!inPlace && lasting(status) === shown) continue;
      const text = asJson ? asJson(status) : renderStatus(status, paintFor(stdout));
      if (inPlace) {
        cursorTo(stdout, 0, 0);
        clearScreenDown(stdout);
      }
      stdout.write(inPlace || asJson || !shown ? text : `\n${text}`);
      shown = lasting(status);
    }
  });
}

/**
 * The parts of a status that change for a reason other than time. While something runs, the last action says
 * how long it still soaks, so it is left out.
 */
const lasting = ({ at: _, actions, running, ...status }: Status): string =>
  JSON.stringify({
    ...status,
    actions: running ? actions.slice(0, -1) : actions,
    running: running && { ...running, waits: running.waits?.until },
  });
