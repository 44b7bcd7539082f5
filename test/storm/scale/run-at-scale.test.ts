import { beforeAll, describe, expect, it } from 'vitest';
import { type LargeRun, runAtScale } from '../../../storm/scale/run-at-scale.ts';
import { type Synthesized, synthesizedMachine } from '../../../storm/synthesized-machine.ts';

let machine: Synthesized;
beforeAll(async () => {
  machine = await synthesizedMachine();
});

const latencies = { api: 100, probe: 150, aws: 10, warm: 15, cold: 800, transition: 20, mapRun: 2_000 };
const emergency = { mode: 'emergency', anchors: ['cert_acme0'], reason: 'its key leaked' };
const run = (projects: number, about: Partial<LargeRun> = {}) =>
  runAtScale(machine, { projects, latencies, request: emergency, ...about });

const READS = /:(GetItem|Query)$/;

/**
 * Counts what a run uses that AWS charges for. The start of a child is one transition more than its states.
 */
async function usedBy(projects: number, about: Partial<LargeRun>) {
  const used = { entered: 0, ran: 0, secrets: 0, writes: 0, reads: 0 };
  await run(projects, {
    ...about,
    meter: {
      entered: () => void used.entered++,
      called({ action = '' }) {
        if (action.startsWith('secretsmanager:')) used.secrets++;
        if (action.startsWith('dynamodb:')) used[READS.test(action) ? 'reads' : 'writes']++;
      },
      ran(step) {
        used.ran++;
        if (step === 'begin-scope') used.entered++;
      },
    },
  });
  return used;
}

describe('an organization of any size', () => {
  it('is rid of a leaked key in every scope, and the parent takes as many steps for 60 projects as for 5 (I16, I18)', async () => {
    const [few, many] = [await run(5), await run(60)];
    expect(few.error).toBeNull();
    expect(many).toMatchObject({ error: null, transitions: few.transitions });
    expect(many.cuts.size).toBe(61);
    expect(many.transitions).toBeLessThanOrEqual(60);
    // Two scopes that move the same client do not wait for each other.
    expect(many.makespan).toBeLessThan(30_000);
  });

  it('waits in no project for another whose calls keep failing, and is red by its name (I17)', async () => {
    const broken: LargeRun['broken'] = ({ op, scope, about }) =>
      (op === 'activate' && scope === 'proj_00001') ||
      (op === 'secret' && about?.includes('client-of-proj_00002') === true);
    const { error, cuts } = await run(20, { broken });
    expect(error).not.toBeNull();
    const others = Array.from({ length: 20 }, (_, i) => `proj_${String(i).padStart(5, '0')}`).filter(
      (id) => !['proj_00001', 'proj_00002'].includes(id),
    );
    expect(others.filter((id) => !cuts.has(id))).toEqual([]);
    for (const id of others) expect(cuts.get(id), id).toBeLessThan(30_000);
  });

  it.each<[string, Partial<LargeRun>, object]>([
    ['rotation', { request: {} }, { entered: 15, ran: 9, secrets: 19, writes: 17, reads: 16 }],
    ['emergency', {}, { entered: 11, ran: 8, secrets: 18, writes: 16, reads: 18 }],
  ])('takes of AWS for each project what the documents multiply: %s', async (_, about, expected) => {
    const [few, many] = [await usedBy(120, about), await usedBy(240, about)];
    const keys = Object.keys(few) as (keyof typeof few)[];
    const each = keys.map((key) => [key, Math.round((many[key] - few[key]) / 120)]);
    expect(Object.fromEntries(each)).toEqual(expected);
  });

  it('fails nobody for a rate limit alone, and uses what the limit allows (F12)', async () => {
    const { error, cuts, calls, limited, makespan } = await run(120, { perMinute: 120 });
    expect(error).toBeNull();
    expect(cuts.size).toBe(121);
    expect(limited.refused).toBeGreaterThan(100);
    const { probe: _, ...ofTheApi } = calls;
    const made = Object.values(ofTheApi).reduce((sum, count) => sum + count, 0);
    expect(made / ((120 * makespan) / 60_000)).toBeGreaterThan(0.8);
  });

  it('ends a survey that takes longer than one function may, and lists nothing twice (I18)', async () => {
    const { error, cuts, calls } = await run(600, { perMinute: 20, activeIn: 'organization' });
    expect(error).toBeNull();
    expect(cuts.size).toBe(1);
    // Ten calls for the organization's own scope, and one listing of it for each attempt.
    expect(calls.list).toBeLessThan(600 + 20);
  });

  it('cuts what is active in the organization alone within 15 seconds, though a thousand clients have to be proven and moved (I16)', async () => {
    const { error, cuts } = await run(1_000, { activeIn: 'organization' });
    expect(error).toBeNull();
    expect([...cuts.keys()]).toEqual(['organization']);
    expect(Math.max(...cuts.values())).toBeLessThan(15_000);
  });

  it('soaks once, whatever the number of its waves, and cuts nothing before the soak is over (rule 5)', async () => {
    const { error, cuts } = await run(30, { request: {} });
    expect(error).toBeNull();
    expect(Math.min(...cuts.values())).toBeGreaterThan(7 * 86_400_000);
    expect(Math.max(...cuts.values())).toBeLessThan(7 * 86_400_000 + 600_000);
  });
});
