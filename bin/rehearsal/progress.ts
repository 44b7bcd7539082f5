import { secondsOf } from '../../lambdas/domain/instant.ts';
import type { RehearsalEvent, Tell } from '../../simulation/log/progress.ts';
import { type Word, wordOf } from '../execution/sentence.ts';
import { lengthOf, plural, readable } from '../terminal/dates.ts';
import { printable } from '../terminal/printable.ts';
import type { Screen } from '../terminal/screen.ts';
import {
  footer,
  headingOf,
  NAME_WIDTH,
  planned,
  sentenceLine,
  stepLine,
  type Watch,
} from './progress-lines.ts';

/**
 * Shows a rehearsal while it runs: a line for each thing done, wave by wave, with the current sentence and
 * traffic below.
 */
export function rehearsalProgress(screen: Screen): Tell {
  const watch: Watch = {
    screen,
    reached: new Set(),
    current: null,
    doing: 'starting',
    traffic: '',
    limit: '',
    heading: '',
  };
  return (event) => {
    (shows[event.kind] as (watch: Watch, event: RehearsalEvent) => void)(watch, printable(event));
    screen.status(['', sentenceLine(watch), footer(watch)]);
  };
}

type Shows = {
  [K in RehearsalEvent['kind']]: (watch: Watch, event: Extract<RehearsalEvent, { kind: K }>) => void;
};

const shows: Shows = {
  preparing(watch, { what }) {
    watch.doing = what;
    watch.screen.line(watch.screen.paint('dim', `  · ${what}`));
  },
  prepared(watch, { projects, anchors, clients, now }) {
    watch.doing = 'starting the rotation';
    const parts = [plural(projects, 'project'), plural(anchors, 'trust anchor'), plural(clients, 'client')];
    tick(watch, 'ready', `${parts.join(', ')}; the clock says ${readable(now)}`);
  },
  planned(watch, event) {
    move(watch, 'plan');
    tick(watch, 'plan', planned(event));
  },
  entered(watch, { state }) {
    watch.doing = state;
    move(watch, wordOf(state));
  },
  step(watch, event) {
    move(watch, wordOf(event.step));
    under(watch, headingOf(event, watch.reached));
    watch.screen.line(stepLine(watch.screen, event));
  },
  struck(watch, { what }) {
    const { paint } = watch.screen;
    watch.screen.line(`  ${paint('magenta', `⚡ ${'fault'.padEnd(NAME_WIDTH)} ${what}`)}`);
  },
  limited(watch, { refused, perMinute }) {
    if (watch.limit === '') {
      const { paint } = watch.screen;
      const what = `the API takes ${perMinute.toLocaleString('en-US')} calls a minute: what comes beyond waits`;
      watch.screen.line(`  ${paint('magenta', `◷ ${'limit'.padEnd(NAME_WIDTH)} ${what}`)}`);
    }
    watch.limit = `${plural(refused, 'call')} waited`;
  },
  sweeping(watch, { run, now }) {
    watch.reached.clear();
    under(watch, `sweep ${run} after the faults, ${readable(now)}`);
  },
  soaking(watch, { from, until }) {
    move(watch, 'soak');
    under(watch, '');
    const seconds = secondsOf(until) - secondsOf(from);
    tick(watch, 'soak', `until ${readable(until)} (${lengthOf(seconds)} of virtual time)`);
  },
  traffic(watch, { sent, failed, now }) {
    const count = `${failed.toLocaleString('en-US')} failed`;
    const failures = failed === 0 ? count : watch.screen.paint('red', count);
    watch.traffic = `${plural(sent, 'request')} sent, ${failures} · ${readable(now)}`;
  },
  ended(watch) {
    watch.doing = 'cleaning up';
    watch.current = null;
  },
};

function move(watch: Watch, word: Word | null): void {
  if (!word) return;
  watch.reached.add(word);
  watch.current = word;
}

/**
 * Puts the following lines under a heading. It is printed when it changes; an empty heading is a blank line.
 */
function under(watch: Watch, heading: string): void {
  const { screen } = watch;
  if (heading !== watch.heading) screen.line(heading && `\n  ${screen.paint('bold', heading)}`);
  watch.heading = heading;
}

const tick = ({ screen }: Watch, name: string, text: string): void =>
  screen.line(`  ${screen.paint('green', '✓')} ${name.padEnd(NAME_WIDTH)} ${text}`);
