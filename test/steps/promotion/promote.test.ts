import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import type { Probe } from '../../../lambdas/adapters/hosts/probe.ts';
import { isInShard } from '../../../lambdas/domain/cut/shards.ts';
import type { Verdict } from '../../../lambdas/domain/cut/verdict.ts';
import type { ScopeVerdict } from '../../../lambdas/domain/document.ts';
import { WindlassError } from '../../../lambdas/domain/errors.ts';
import { haltedMeanwhile } from '../../../lambdas/domain/metrics.ts';
import { policySchema } from '../../../lambdas/domain/policy.ts';
import { plan as planStep } from '../../../lambdas/plan.ts';
import { promote } from '../../../lambdas/promote.ts';
import { promoteScope } from '../../../lambdas/promote-scope.ts';
import { verify } from '../../../lambdas/verify.ts';
import type { Wire } from '../../../simulation/in-process/wire.ts';
import { AwsFault } from '../../../simulation/world/aws-operations.ts';
import type { SecretStore } from '../../../simulation/world/secret-store.ts';
import { onAcme } from '../saying.ts';
import { DAY, NOW, type SceneClient, scene, scopeInput } from '../scene.ts';

const named = (name: string) => expect.objectContaining({ name });
const provenAt = new Date(NOW * 1000).toISOString();

async function proven() {
  const set = await scene();
  const planned = await set.plan('one');
  const proof = { scope: 'proj_a', provenAt, evidence: 'probe' as const, probes: 2 };
  const execution = { id: 'one', startedAt: planned.plannedAt };
  return { ...set, input: { execution, plan: planned, verification: [[proof]] } };
}

describe('promote', () => {
  it('makes the proven leaf current, and remembers the soak', async () => {
    const { ports, input, journal, secrets, fingerprint } = await proven();
    expect(await promote(ports, input)).toMatchObject({ promoted: ['billing'], alreadyCurrent: [] });
    expect(await journal.soaks()).toMatchObject([{ retiring: 'cert_acme0', successor: 'cert_acme1' }]);
    expect(await secrets.read('billing', 'AWSPENDING')).toBeNull();
    expect(input.plan.promotions[0]?.leaf).toBe(await fingerprint('billing', { anchor: 'cert_acme1' }));
  });

  it('leaves a client where no scope has proven it, and what is proven in a part begins no soak for all (I17, I18)', async () => {
    const { ports, input, journal, verdicts, secrets } = await proven();
    const [begun] = await journal.begun();
    const { execution } = input;
    const halt = { verdict: 'halted' as const, error: 'ProbeInconclusive', cause: 'it was' };
    await verdicts.leave({ execution, phase: 'overlap' }, { scope: 'proj_a', ...halt });
    const earlier = { retiring: 'cert_acme0', successor: 'cert_acme1', provenAt, soakUntil: provenAt };
    await journal.rememberSoaks([earlier]);
    const told: unknown[] = [];
    const metrics = { emit: (all: readonly unknown[]) => void told.push(...all) };
    expect(await promote({ ...ports, metrics }, input)).toMatchObject({ promoted: [], alreadyCurrent: [] });
    // The metric comes at once, not at the end of the soak (I13).
    expect(told).toEqual(haltedMeanwhile(1));
    expect(await journal.soaks()).toEqual([]);
    expect(await journal.begun()).toEqual([begun]);
    expect(await secrets.read('billing', 'AWSPENDING')).not.toBeNull();
  });

  it.each([
    ['is a replica', (secrets: SecretStore) => secrets.replicate('billing', 'us-west-2')],
    [
      'has a replica that does not follow',
      (secrets: SecretStore) => secrets.replicateTo('billing', 'eu-west-1', 'Failed'),
    ],
  ])('leaves a client whose secret %s where it is, and moves everybody else (I1, I17)', async (_, spoil) => {
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 20, in: ['proj_a', 'proj_b'] },
        { id: 'cert_acme1', expires: 300 },
      ],
      [onAcme('billing', 'proj_a'), onAcme('search', 'proj_b')],
    );
    set.world.secrets.replicateTo('search', 'eu-west-1', 'InProgress');
    spoil(set.world.secrets);
    const planned = await set.plan('one');
    const proofs = ['proj_a', 'proj_b'].map((scope) => ({
      ...{ scope, provenAt, evidence: 'probe' as const, probes: 2 },
    }));
    const execution = { id: 'one', startedAt: planned.plannedAt };
    const input = { execution, plan: planned, verification: [proofs] };
    expect(await promote(set.ports, input)).toMatchObject({ promoted: ['search'] });
    // It soaks for the client that was moved.
    expect(await set.journal.soaks()).toHaveLength(1);
  });

  describe('where a scope has halted', () => {
    const acme0 = { id: 'cert_acme0', expires: 20, in: ['organization'] };
    const on = (name: string, project: string) => ({
      ...{ name, project, running: { anchor: 'cert_acme0' }, staged: { anchor: 'cert_acme1' } },
    });

    const MANY = ['billing', 'search', 'reports', 'mail'].map((name, i) =>
      on(name, i % 2 ? 'proj_b' : 'proj_a'),
    );
    const SILENT: Verdict = { kind: 'inconclusive', why: '503', passing: true };
    const REFUSED: Verdict = { kind: 'refused', code: 'certificate_attribute_verification_failed' };

    const refusing =
      (probe: Probe, client: string): Probe =>
      async (host, held) =>
        held.certificateChain && held.apiKey === `sk-${client}` ? REFUSED : probe(host, held);

    /**
     * Two clients of the organization. The probe of one of them gives `found`, so its scope is not proven.
     */
    async function halted(
      found: Verdict,
      told: Partial<ScopeVerdict> = {},
      { filter, witnesses = [] }: { filter?: string; witnesses?: SceneClient[] } = {},
    ) {
      const filtered = filter ? { filter } : {};
      const set = await scene(
        [
          { ...acme0, ...filtered },
          { id: 'cert_acme1', expires: 300, ...filtered },
        ],
        [on('billing', 'proj_a'), on('search', 'proj_b')],
        { witnesses },
      );
      const probe: typeof set.ports.probe = async (host, held) =>
        held.apiKey === 'sk-search' ? found : set.ports.probe(host, held);
      const ports = { ...set.ports, probe };
      const plan = await set.plan('one');
      const input = scopeInput('one', plan, 'organization');
      await activate(ports, input);
      const { name: error } = await verify(ports, { ...input, moment: 'overlap' }).catch((thrown) => thrown);
      const execution = { id: 'one', startedAt: plan.plannedAt };
      const end = (name: string) => {
        const verdict = { scope: 'organization', verdict: 'halted' as const, cause: 'it was' };
        return ports.verdicts.leave({ execution, phase: 'overlap' }, { ...verdict, error: name, ...told });
      };
      await end(error);
      return { ...set, ports, input: { execution, plan, verification: [] }, error, end };
    }

    it.each<[string, Verdict]>([
      ['says nothing', { kind: 'inconclusive', why: '401 invalid_api_key' }],
      ['is refused', { kind: 'refused', code: 'certificate_attribute_verification_failed' }],
    ])(
      'moves whom it has proven beside a client that %s, and cuts nothing there (I17, rule 3)',
      async (_, found) => {
        const { ports, input, verdicts, journal } = await halted(found);
        expect(await promote(ports, input)).toMatchObject({ promoted: ['billing'] });
        const where = { execution: input.execution, phase: 'overlap' as const };
        expect(await verdicts.of(where)).toMatchObject([{ scope: 'organization', verdict: 'halted' }]);
        expect(await journal.soaks()).toEqual([]);
      },
    );

    it.each(['TrustWidened', 'NotEnforced', 'ScopeLost'])(
      'moves nobody by a scope that ends with %s',
      async (error) => {
        const { ports, input } = await halted({ kind: 'inconclusive', why: '503', passing: true }, { error });
        expect(await promote(ports, input)).toMatchObject({ promoted: [] });
      },
    );

    it('moves nobody by a scope that had to take back a cut', async () => {
      const { ports, input } = await halted(
        { kind: 'inconclusive', why: '503', passing: true },
        { undone: true },
      );
      expect(await promote(ports, input)).toMatchObject({ promoted: [] });
    });

    it('moves nobody to a successor that was taken back (F16)', async () => {
      const { ports, input, journal } = await halted({
        kind: 'refused',
        code: 'certificate_verification_failed',
      });
      const pair = { retiring: 'cert_acme0', successor: 'cert_acme1', begunAt: input.plan.plannedAt };
      await journal.rememberBegun([{ ...pair, takenBackAt: provenAt }]);
      expect(await promote(ports, input)).toMatchObject({ promoted: [] });
    });

    it('believes the last look: who was let in at first and was not later stays', async () => {
      const set = await halted({ kind: 'inconclusive', why: '503', passing: true });
      const deaf = {
        ...set.ports,
        probe: async (): Promise<Verdict> => ({ kind: 'inconclusive', why: '503', passing: true }),
      };
      const again = scopeInput('one', set.input.plan, 'organization');
      await verify(deaf, { ...again, moment: 'overlap' }).catch(() => {});
      expect(await promote(set.ports, set.input)).toMatchObject({ promoted: [] });
    });

    it.each(['JournalUnavailable', 'Sandbox.Timedout', 'States.Timeout'])(
      'moves nobody by what an earlier look has left, where the last one ends with %s',
      async (error) => {
        const { ports, input } = await halted(SILENT, { error });
        expect(await promote(ports, input)).toMatchObject({ promoted: [] });
      },
    );

    it('moves nobody by an earlier look where a witness says nothing in the last one (I8, F16)', async () => {
      const filter = 'subject.common_name != "intruder"';
      const witnesses = [{ name: 'intruder', project: 'proj_a', running: { anchor: 'cert_acme1' } }];
      const set = await halted(SILENT, {}, { filter, witnesses });
      const probe: typeof set.ports.probe = async (host, held) => {
        const said = held.certificateChain ? { 'sk-billing': REFUSED, 'sk-intruder': SILENT } : {};
        return said[held.apiKey as keyof typeof said] ?? set.ports.probe(host, held);
      };
      const again = { ...scopeInput('one', set.input.plan, 'organization'), moment: 'overlap' as const };
      await expect(verify({ ...set.ports, probe }, again)).rejects.toEqual(named('SuccessorRefused'));
      await set.end('SuccessorRefused');
      expect(await promote(set.ports, set.input)).toMatchObject({ promoted: [] });
    });

    it('moves nobody by an earlier look where the word of the last one could not be left', async () => {
      const set = await halted(SILENT);
      const leaveProven = () => Promise.reject(new WindlassError('AwsRefused', 'a deployment is at work'));
      const verdicts = { ...set.ports.verdicts, leaveProven };
      const ports = { ...set.ports, verdicts, probe: refusing(set.ports.probe, 'billing') };
      const again = { ...scopeInput('one', set.input.plan, 'organization'), moment: 'overlap' as const };
      const { name } = await verify(ports, again).catch((thrown) => thrown);
      expect(name).toBe('SuccessorRefused');
      await set.end(name);
      expect(await promote(set.ports, set.input)).toMatchObject({ promoted: [] });
    });

    it('lets an authority go on with its soak, of which nobody moves (I11)', async () => {
      const anchors = [
        ...['acme', 'keel'].map((line, i) => ({ id: `cert_${line}0`, expires: 20, in: [`proj_${'ab'[i]}`] })),
        { id: 'cert_acme1', expires: 300, in: ['proj_a'] },
        { id: 'cert_keel1', expires: 300 },
      ];
      const keel = { running: { anchor: 'cert_keel0' }, staged: { anchor: 'cert_keel1' } };
      const set = await scene(anchors, [
        { name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme1' } },
        { name: 'stock', project: 'proj_b', ...keel },
        { name: 'search', project: 'proj_b', ...keel },
      ]);
      const plan = await set.plan('one');
      const execution = { id: 'one', startedAt: plan.plannedAt };
      const pair = { retiring: 'cert_acme0', successor: 'cert_acme1' };
      const days = (count: number) => new Date((NOW + count * DAY) * 1000).toISOString();
      const early = { ...pair, provenAt: days(-6), soakUntil: days(1) };
      await set.journal.rememberSoaks([early]);
      const silent: Probe = async (host, held) =>
        held.apiKey === 'sk-search' ? SILENT : set.ports.probe(host, held);
      const input = scopeInput('one', plan, 'proj_b');
      await activate(set.ports, input);
      const look = verify({ ...set.ports, probe: silent }, { ...input, moment: 'overlap' });
      const { name: error } = await look.catch((thrown) => thrown);
      const leave = (verdict: ScopeVerdict) =>
        set.ports.verdicts.leave({ execution, phase: 'overlap' }, verdict);
      await leave({ scope: 'proj_b', verdict: 'halted', error, cause: 'it was' });
      await leave({ scope: 'proj_a', verdict: 'proven', error: '', cause: '', provenAt });
      const halt = { Error: error, Cause: 'it was' };
      expect(await promote(set.ports, { execution, plan, halt })).toMatchObject({ promoted: ['stock'] });
      expect(await set.journal.soaks()).toEqual([early]);
      // A run that halts begins no soak, and its trail names none.
      const told = set.entries().findLast(({ event }) => event === 'promoted');
      expect(told?.detail).not.toHaveProperty('soakUntil');
    });

    it('begins no soak of a pair whose clients all stay where they are, since its successor lets in who has to stay out (F16)', async () => {
      const old = (id: string, scope: string) => ({ id, expires: 20, in: [scope] });
      const moving = (name: string, anchor: string, project: string) => ({
        ...{ name, project, running: { anchor }, staged: { anchor: 'cert_acme2' } },
      });
      const set = await scene(
        [old('cert_acme0', 'proj_a'), old('cert_acme1', 'proj_b'), { id: 'cert_acme2', expires: 300 }],
        [moving('billing', 'cert_acme0', 'proj_a'), moving('search', 'cert_acme1', 'proj_b')],
      );
      const plan = await set.plan('one');
      const pairs = plan.successions.map(({ retiring, successor }) => [retiring, successor]);
      expect(pairs).toEqual([
        ['cert_acme1', 'cert_acme2'],
        ['cert_acme0', 'cert_acme2'],
      ]);
      const begun = await set.journal.begun();
      const execution = { id: 'one', startedAt: plan.plannedAt };
      const leave = (verdict: ScopeVerdict) =>
        set.ports.verdicts.leave({ execution, phase: 'overlap' }, verdict);
      await leave({ scope: 'proj_a', verdict: 'proven', error: '', cause: '', provenAt });
      await leave({ scope: 'proj_b', verdict: 'halted', error: 'TrustWidened', cause: 'it was' });
      const halt = { Error: 'TrustWidened', Cause: 'it was' };
      expect(await promote(set.ports, { execution, plan, halt })).toMatchObject({ promoted: [] });
      expect(await set.journal.soaks()).toEqual([]);
      expect(await set.journal.begun()).toEqual(begun);
    });

    it('demands every shard of a scope, by the plan that the machine carries (F16)', async () => {
      const set = await scene([acme0, { id: 'cert_acme1', expires: 300 }], MANY);
      set.world.mostTogether = 1;
      await set.plan('zero');
      await set.leases.release('zero');
      set.running.delete('zero');
      set.running.add('one');
      const ports = set.portsWith();
      const execution = { id: 'one', startedAt: provenAt };
      const policy = policySchema.parse({});
      const plan = await planStep(ports, {
        ...{ request: { mode: 'scheduled' }, execution, configuration: { policy } },
      });
      const [wave] = plan.waves;
      const [scope] = wave && 'list' in wave ? await ports.manifests.scopes(wave.list) : [];
      if (!scope?.shards) throw new Error('the scope has no shards');
      const { evidence, lease } = plan;
      const input = { execution, evidence, ...(lease && { lease }), plan: scope };
      await activate(ports, input);
      const ended = scope.shards.filter((shard) => !isInShard('search', shard));
      expect(ended.length).toBeLessThan(scope.shards.length);
      for (const shard of ended) await verify(ports, { ...input, moment: 'overlap', shard });
      const halt = { Error: 'SuccessorRefused', Cause: 'it was' };
      const verdict = { scope: 'organization', verdict: 'halted' as const, error: halt.Error, cause: '' };
      await ports.verdicts.leave({ execution, phase: 'overlap' }, verdict);
      expect(await promote(ports, { execution, plan, halt })).toMatchObject({ promoted: [] });
      const partly = { ...ports, probe: refusing(ports.probe, 'search') };
      for (const shard of scope.shards)
        await verify(partly, { ...input, moment: 'overlap', shard }).catch(() => {});
      const { promoted } = await promote(ports, { execution, plan, halt });
      expect(promoted.toSorted()).toEqual(['billing', 'mail', 'reports']);
    });
  });

  it.each([
    ['has another leaf staged', 'LeafChanged'],
    ['has lost its secret', 'SecretMissing'],
    ['has a secret that the role may not read', 'AwsRefused'],
  ])(
    'moves everybody else where one client %s since the proof, and holds only its scopes (I17)',
    async (_, error) => {
      const acme0 = { id: 'cert_acme0', expires: 20, in: ['proj_a', 'proj_b'] };
      const on = (name: string, project: string) => ({
        ...{ name, project, running: { anchor: 'cert_acme0' }, staged: { anchor: 'cert_acme1' } },
      });
      const set = await scene(
        [acme0, { id: 'cert_acme1', expires: 300 }],
        [on('billing', 'proj_a'), on('search', 'proj_b')],
      );
      const plan = await set.plan('one');
      const proof = (scope: string) => ({ scope, provenAt, evidence: 'probe' as const, probes: 2 });
      const execution = { id: 'one', startedAt: plan.plannedAt };
      if (error === 'LeafChanged') await set.stage('search', 'AWSPENDING', { anchor: 'cert_acme0' });
      else set.world.broken.add(error === 'AwsRefused' ? 'denied search' : 'missing search');
      const input = { execution, plan, verification: [[proof('proj_a'), proof('proj_b')]] };
      expect(await promote(set.ports, input)).toMatchObject({ promoted: ['billing'] });
      const halted = { scope: 'proj_b', verdict: 'halted', error, cause: expect.stringContaining('search') };
      expect(await set.verdicts.of({ execution, phase: 'overlap' })).toMatchObject([halted]);
      expect(await set.journal.soaks()).toHaveLength(1);
      // A second attempt counts a scope that is held for a client as proven, as the first did (I18).
      expect(await promote(set.ports, input)).toMatchObject({ alreadyCurrent: ['billing'] });
      expect(await set.journal.soaks()).toHaveLength(1);
    },
  );

  it('holds only the scopes of a client whose secret takes no more labels (I17)', async () => {
    const { portsWith, input, verdicts } = await proven();
    const wire: Wire = async ({ action }, act) => {
      if (action === 'secretsmanager:UpdateSecretVersionStage')
        throw new AwsFault(
          'LimitExceededException',
          'You exceeded the quota of staging labels for the secret.',
        );
      return act();
    };
    expect(await promote(portsWith({ wire }), input)).toMatchObject({ promoted: [], alreadyCurrent: [] });
    const halted = { scope: 'proj_a', verdict: 'halted', error: 'InvalidConfiguration', held: true };
    expect(await verdicts.of({ execution: input.execution, phase: 'overlap' })).toMatchObject([halted]);
  });

  it('holds only the scopes of a client whose secret is lost just after its move (I17)', async () => {
    const { portsWith, world, input, verdicts, journal } = await proven();
    const wire: Wire = async ({ action, about }, act) => {
      const answer = act();
      if (action === 'secretsmanager:UpdateSecretVersionStage' && about?.includes('AWSPENDING'))
        world.broken.add('missing billing');
      return answer;
    };
    expect(await promote(portsWith({ wire }), input)).toMatchObject({ promoted: [], alreadyCurrent: [] });
    const halted = { scope: 'proj_a', verdict: 'halted', error: 'SecretMissing', held: true };
    expect(await verdicts.of({ execution: input.execution, phase: 'overlap' })).toMatchObject([halted]);
    expect(await journal.soaks()).toHaveLength(1);
  });

  it('waits for IAM, which takes seconds to tell everybody of a deployment, before anybody stays for it (I17)', async () => {
    const { portsWith, world, input, verdicts } = await proven();
    world.broken.add('denied billing');
    const waits: number[] = [];
    const pause = async (seconds: number) => {
      if (waits.push(seconds) === 2) world.broken.delete('denied billing');
    };
    expect(await promote(portsWith({ pause }), input)).toMatchObject({ promoted: ['billing'] });
    expect(waits).toEqual([5, 10]);
    expect(await verdicts.of({ execution: input.execution, phase: 'overlap' })).toEqual([]);
  });

  it('waits so in between as well, when all have been looked at and one is moved', async () => {
    const { portsWith, world, input } = await proven();
    const wire: Wire = async ({ action }, act) => {
      if (action === 'secretsmanager:UpdateSecretVersionStage' && waits.length === 0)
        world.broken.add('denied billing');
      return act();
    };
    const waits: number[] = [];
    const pause = async (seconds: number) => {
      waits.push(seconds);
      world.broken.delete('denied billing');
    };
    expect(await promote(portsWith({ wire, pause }), input)).toMatchObject({ promoted: ['billing'] });
    expect(waits).toEqual([5]);
  });

  it("is tried again where it is the lease that IAM refuses: that is nobody's own fault (I17)", async () => {
    const { portsWith, input, verdicts } = await proven();
    let demands = 0;
    const leases = portsWith().leases;
    const refused: typeof leases.demand = async (claim) => {
      if (++demands > 1) throw new WindlassError('AwsRefused', 'DynamoDB did not answer for the lease');
      await leases.demand(claim);
    };
    const ports = { ...portsWith(), leases: { ...leases, demand: refused } };
    await expect(promote(ports, input)).rejects.toEqual(named('AwsRefused'));
    expect(await verdicts.of({ execution: input.execution, phase: 'overlap' })).toEqual([]);
  });

  it('writes down nothing after a wait in which an emergency has taken over (I12)', async () => {
    const { portsWith, world, input, entries, leases } = await proven();
    world.broken.add('denied billing');
    const pause = async () => {
      world.broken.delete('denied billing');
      await leases.take({ execution: 'fire', mode: 'emergency' });
    };
    const before = entries().length;
    await expect(promote(portsWith({ pause }), input)).rejects.toEqual(named('Superseded'));
    expect(entries()).toHaveLength(before);
  });

  it('lets a scope go that an earlier attempt has held for a client that this one moves', async () => {
    const { portsWith, world, input, verdicts } = await proven();
    const where = { execution: input.execution, phase: 'overlap' as const };
    world.broken.add('denied billing');
    await promote(portsWith(), input);
    expect(await verdicts.of(where)).toMatchObject([{ scope: 'proj_a', verdict: 'halted', held: true }]);
    world.broken.delete('denied billing');
    expect(await promote(portsWith(), input)).toMatchObject({ promoted: ['billing'] });
    expect(await verdicts.of(where)).toEqual([{ scope: 'proj_a', verdict: 'proven', error: '', cause: '' }]);
  });

  it('waits for nothing where nothing was proven', async () => {
    const { ports, input } = await proven();
    const { soakUntil } = await promote(ports, {
      ...input,
      verification: [{ anyHalted: false, tolerated: 1 }],
    });
    expect(soakUntil).toBe(provenAt);
  });

  it('writes down the leaf that each client ran on and the one that it runs on, by fingerprint', async () => {
    const { ports, input, fingerprint, entries } = await proven();
    await promote(ports, input);
    const [before, after] = [
      await fingerprint('billing', { anchor: 'cert_acme0' }),
      await fingerprint('billing', { anchor: 'cert_acme1' }),
    ];
    const leaves = [{ client: 'billing', before, after }];
    const [promoting, promoted] = entries().slice(-2);
    expect(promoting).toMatchObject({ event: 'promoting', detail: { promoting: ['billing'], leaves } });
    expect(promoted).toMatchObject({ event: 'promoted', detail: { promoted: ['billing'], leaves } });
  });

  it('is safe to run twice', async () => {
    const { ports, input } = await proven();
    const first = await promote(ports, input);
    const second = await promote(ports, input);
    expect(second).toEqual({ ...first, promoted: [], alreadyCurrent: ['billing'] });
  });

  it('leaves alone the soak that has begun since, when it is an attempt that nobody waits for any more (I11)', async () => {
    const { ports, portsWith, input, journal } = await proven();
    const at = '2026-12-01T00:00:00.000Z';
    await journal.rememberSoaks([
      { retiring: 'cert_acme0', successor: 'cert_acme1', provenAt: at, soakUntil: at },
    ]);
    // The first attempt has seen which clients have to move. Then a second attempt moves them.
    const moved: unknown[] = [];
    const overtaken = portsWith({
      wire: async ({ action }, act) => {
        if (moved.length === 0 && action === 'dynamodb:DeleteItem') moved.push(await promote(ports, input));
        return act();
      },
    });
    await promote(overtaken, input).catch(() => {});
    expect(moved).toHaveLength(1);
    expect(await journal.soaks()).toMatchObject([{ provenAt }]);
  });

  it('lets a succession soak anew whose client moves to the same successor by another one', async () => {
    const { ports, input, journal } = await proven();
    const at = '2026-12-01T00:00:00.000Z';
    const other = { retiring: 'cert_acme7', successor: 'cert_acme1', provenAt: at, soakUntil: at };
    const unrelated = { ...other, successor: 'cert_keel1' };
    await journal.rememberSoaks([other, unrelated]);
    await promote(ports, input);
    const left = await journal.soaks();
    expect(left).toContainEqual(unrelated);
    expect(left).not.toContainEqual(other);
    // No client moves any more, so no soak is interrupted.
    await journal.rememberSoaks([other]);
    await promote(ports, input);
    expect(await journal.soaks()).toContainEqual(other);
  });

  it('leaves no trace of a rotation that was taken over, even when nobody has to move (I12)', async () => {
    const { ports, input, plan, journal } = await proven();
    await promote(ports, input);
    await plan('two', { mode: 'emergency', anchors: ['cert_acme0'], reason: 'its key leaked' });
    await journal.forgetSoaks(await journal.soaks());
    await expect(promote(ports, input)).rejects.toEqual(named('Superseded'));
    expect(await journal.soaks()).toEqual([]);
  });

  it('forgets no soak of a successor that nobody moves to, where a scope goes by itself (I11)', async () => {
    const { ports, plan, journal } = await scene(
      [
        { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
        { id: 'cert_acme1', expires: 300, in: ['proj_a'] },
        { id: 'cert_keel0', expires: 20, in: ['proj_a'] },
        { id: 'cert_keel1', expires: 300, in: ['proj_a'] },
      ],
      [
        {
          ...{ name: 'billing', project: 'proj_a' },
          ...{ running: { anchor: 'cert_acme0' }, staged: { anchor: 'cert_acme1' } },
        },
        { name: 'stock', project: 'proj_a', running: { anchor: 'cert_keel1' } },
      ],
    );
    const anchors = ['cert_acme0', 'cert_keel0'];
    const input = scopeInput(
      'fire',
      await plan('fire', { mode: 'emergency', anchors, reason: 'keys leaked' }),
    );
    expect(input.plan.successions).toHaveLength(2);
    // Soaks of anchors that are not compromised and that have the same two successors.
    const acme = { retiring: 'cert_acme7', successor: 'cert_acme1', provenAt, soakUntil: provenAt };
    const keel = { ...acme, retiring: 'cert_keel7', successor: 'cert_keel1' };
    await journal.rememberSoaks([acme, keel]);
    expect(await promoteScope(ports, input)).toMatchObject({ promoted: ['billing'] });
    expect(await journal.soaks()).toEqual([keel]);
  });
});
