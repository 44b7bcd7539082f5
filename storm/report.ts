import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Table from 'cli-table3';
import { harmIn, type StormReport } from './tally.ts';

/** The figures as a table in plain characters. */
export function tableOf(report: StormReport): string {
  const { violations, failingSeeds, unfinished, ...figures } = report;
  const rows = { ...figures, violations: harmIn(report), unfinished, ...violations };
  const table = new Table({ head: ['storm', ''], style: { head: [], border: [] } });
  table.push(...Object.entries(rows).map(([name, value]) => [name, value]));
  if (failingSeeds.length > 0) table.push(['failing seeds', failingSeeds.slice(0, 10).join(' ')]);
  return table.toString();
}

/** Why a file could not be written once the work is done. Null when no obstacle is known. */
export function reasonNotToWrite(file: string): string | null {
  const target = resolve(file);
  const directory = dirname(target);
  if (!existsSync(directory)) return 'there is no such directory';
  if (!statSync(directory).isDirectory()) return 'a part of its path is not a directory';
  if (existsSync(target) && statSync(target).isDirectory()) return 'it is a directory';
  try {
    accessSync(existsSync(target) ? target : directory, constants.W_OK);
    return null;
  } catch {
    return 'permission denied';
  }
}
