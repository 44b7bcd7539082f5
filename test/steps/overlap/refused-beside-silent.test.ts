import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import type { Probe } from '../../../lambdas/adapters/hosts/probe.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import type { Verdict } from '../../../lambdas/domain/cut/verdict.ts';
import { promoteScope } from '../../../lambdas/promote-scope.ts';
import { verify } from '../../../lambdas/verify.ts';
import { isIn, onAcme, overlap, SILENT, saying } from '../saying.ts';
import { scene, scopeInput } from '../scene.ts';

describe('a plain refusal in an emergency that may go by the listing (I6, I9)', () => {
  const leaked = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'leaked' };

  /**
   * Reports and mail say nothing at first. Seconds later the successor's filter refuses reports, and mail
   * still says nothing.
   */
  async function halfway() {
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 200, in: ['proj_a'] },
        { id: 'cert_acme1', expires: 300, filter: 'subject.common_name != "reports"' },
      ],
      [onAcme('billing', 'proj_a'), onAcme('reports', 'proj_a'), onAcme('mail', 'proj_a')],
    );
    const planned = await set.plan('arn:run', { ...leaked, onListing: ['proj_a'] });
    const input = scopeInput('arn:run', planned, 'proj_a');
    let told: Record<string, Verdict> = { reports: SILENT, mail: SILENT };
    const pause = async () => {
      told = { mail: SILENT };
    };
    const ports = { ...set.ports, pause, probe: saying(set.ports.probe, () => told) };
    await activate(ports, input);
    return { set, ports, input };
  }

  it('is not forgotten because another client is silent still when it is looked at a third time', async () => {
    const { ports, input } = await halfway();
    await expect(verify(ports, overlap(input))).rejects.toMatchObject({ name: 'SuccessorRefused' });
  });

  it('moves its client to no leaf that the host refuses', async () => {
    const { set, ports, input } = await halfway();
    const verification = await verify(ports, overlap(input)).catch(() => null);
    if (verification) await promoteScope(ports, { ...input, verification });
    expect(await isIn(set, 'reports')).toBe('accepted');
  });

  it('is not cut past, where its client says nothing again right before the cut', async () => {
    const { set, ports, input } = await halfway();
    const flaky = { ...ports, probe: saying(set.ports.probe, () => ({ reports: SILENT, mail: SILENT })) };
    const whole = async () => {
      const verification = await verify(ports, overlap(input));
      await promoteScope(ports, { ...input, verification });
      await verify(flaky, { ...input, moment: 'beforeCut' });
      await deactivate(ports, input);
      await confirm(ports, input);
    };
    const { name } = await whole().catch((thrown) => thrown);
    expect([name, await isIn(set, 'reports'), set.activeIn('proj_a')]).toEqual([
      'SuccessorRefused',
      'accepted',
      ['cert_acme0', 'cert_acme1'],
    ]);
  });

  it('is no less a halt where it is mutual TLS that is off', async () => {
    const { set, input } = await halfway();
    let looks = 0;
    const probe: Probe = async (host, held) => {
      if (held.apiKey === 'sk-billing') return set.ports.probe(host, held);
      if (held.apiKey === 'sk-mail') return held.certificateChain ? SILENT : set.ports.probe(host, held);
      // The control of reports: the second look gets in without a certificate.
      if (!held.certificateChain) return looks === 1 ? { kind: 'accepted' } : set.ports.probe(host, held);
      return SILENT;
    };
    const ports = { ...set.ports, probe, pause: async () => void looks++ };
    await expect(verify(ports, overlap(input))).rejects.toMatchObject({ name: 'NotEnforced' });
  });
});
