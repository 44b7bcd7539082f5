import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Asked, Told } from './exhaustive/share.ts';
import { createTally, type Summary } from './exhaustive/tally.ts';
import { removeAssembliesOf } from './synth.ts';

const HELP = `npm run exhaustive [-- options]

Runs every call of every step with every fault, once and always, and every step with every crash, on the smallest
organization through the whole machine on this computer, and then the sweeps that have to recover from it. The other
organizations are struck where they differ from it, by one fault of each effect.

  --json FILE     write the summary as JSON
  --only TEXT     only points whose name contains it, such as project/deactivate
  --every N       only every Nth point of each organization
  --all           every fault at every place of every organization: an hour instead of minutes
  --processes N   how many processes share the work (2)`;

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    only: { type: 'string', default: '' },
    every: { type: 'string', default: '1' },
    all: { type: 'boolean', default: false },
    processes: { type: 'string', default: '2' },
    help: { type: 'boolean' },
  },
});
const [every, of] = [Number(values.every), Number(values.processes)];
if (values.help) console.log(HELP);
else if (![every, of].every((number) => Number.isInteger(number) && number > 0)) {
  console.error('--every and --processes want a number from 1 up');
  process.exitCode = 2;
} else process.exitCode = await exhaust();

async function exhaust(): Promise<number> {
  const tally = createTally();
  process.once('SIGINT', () => console.error('stopped'));
  const progress = setInterval(() => console.error(progressOf(tally.summary())), 2_000);
  const shares = Array.from({ length: of }, (_, index) =>
    share({ only: values.only, every, all: values.all, index, of }, tally.hear),
  );
  const ends = await Promise.all(shares);
  clearInterval(progress);
  const summary = tally.summary();
  if (values.json) await writeFile(values.json, `${JSON.stringify(summary, null, 2)}\n`);
  console.log(reportOf(summary));
  const whole = ends.every((code) => code === 0) && summary.done === summary.points && summary.points > 0;
  if (!whole) console.error(`only ${summary.done} of ${summary.points} points were run`);
  return whole && summary.failed.length === 0 ? 0 : 1;
}

/** Runs a share in a process of its own; gives its exit code. */
async function share(asked: Asked, hear: (told: Told) => void): Promise<number | null> {
  const child = fork(new URL('./exhaustive/share-process.ts', import.meta.url), [JSON.stringify(asked)]);
  child.on('message', (told) => hear(told as Told));
  // Ctrl-C reaches it as well: what it leaves behind is for us to remove.
  const [code] = (await once(child, 'exit')) as [number | null];
  await removeAssembliesOf(child.pid ?? 0);
  return code;
}

function progressOf({ points, done, failed, seconds }: Summary): string {
  const left =
    done > 0 ? `, ${Math.ceil(((points - done) * seconds) / done / 60)} min to go in this case` : '';
  return `… ${done.toLocaleString('en-US')} of ${points.toLocaleString('en-US')} points, ${failed.length} failed${left}`;
}

function reportOf({ points, cases, failed, slowest, seconds }: Summary): string {
  return [
    `${points.toLocaleString('en-US')} points in ${seconds} s, ${failed.length} failed`,
    ...Object.entries(cases).map(
      ([name, { places, points }]) =>
        `  ${name.padEnd(14)} ${points} points (${places} calls and invocations)`,
    ),
    ...slowest.map(({ name, milliseconds }) => `  slowest: ${name} ${milliseconds} ms`),
    ...failed.map(({ name, problems }) => `✗ ${name}\n${problems.map((one) => `    ${one}`).join('\n')}`),
  ].join('\n');
}
