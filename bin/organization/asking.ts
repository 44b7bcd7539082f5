import { lengthOf } from '../terminal/dates.ts';
import { openScreen } from '../terminal/screen.ts';

/** Shows on stderr how many scopes have been read, and when the API makes it wait. */
export function openAsking(baseURL: string) {
  const screen = openScreen(process.stderr);
  let progress = `asking ${baseURL}`;
  const show = (more = '') => screen.status([`${progress}${more}`]);
  show();
  return {
    onScope: (read: number, of: number) => {
      progress = `read ${read}/${of} scopes`;
      show();
    },
    onWait: (ms: number) => show(`; it limits how often it may be asked: waiting ${lengthOf(ms / 1_000)}`),
    close: screen.close,
  };
}
