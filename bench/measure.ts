import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';

const ROOT = resolve(import.meta.dirname, '..');
const USAGE = resolve(import.meta.dirname, 'usage.ts');

/** The median; for an even number of figures, the mean of the two in the middle. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [upper = Number.NaN, lower = upper] = [sorted[middle], sorted[middle - 1]];
  return sorted.length % 2 === 1 ? upper : (upper + lower) / 2;
}

/** The median with the extremes, rounded. The extremes show how noisy the machine was. */
export const spread = (figures: readonly number[], digits = 0) => ({
  median: rounded(median(figures), digits),
  min: rounded(Math.min(...figures), digits),
  max: rounded(Math.max(...figures), digits),
});

export type CommandRun = {
  stdout: string;
  milliseconds: number;
  peakMegabytes: number;
  /** Of all threads of the process. Processes that it started are not included. */
  cpuSeconds: number;
  exitCode: number | null;
};

/** Runs `node` with these arguments as a process of its own, and measures the whole process. */
export async function runNode(args: readonly string[]): Promise<CommandRun> {
  const begun = performance.now();
  const child = spawn(process.execPath, ['--import', USAGE, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
  });
  const [, , , usage] = child.stdio;
  const ended = new Promise<number | null>((done) => child.once('close', done));
  const [stdout, used] = await Promise.all([
    child.stdout ? text(child.stdout) : '',
    text((usage as NodeJS.ReadableStream) ?? []),
  ]);
  const exitCode = await ended;
  const { peakKilobytes, cpuMicroseconds } = JSON.parse(used);
  return {
    stdout,
    exitCode,
    milliseconds: performance.now() - begun,
    peakMegabytes: peakKilobytes / 1024,
    cpuSeconds: cpuMicroseconds / 1_000_000,
  };
}

/** The results of `count` asynchronous measurements, made one after the other. */
export async function repeated<T>(count: number, measure: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let i = 0; i < count; i++) results.push(await measure());
  return results;
}

function rounded(figure: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(figure * scale) / scale;
}
