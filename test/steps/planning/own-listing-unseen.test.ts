import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import type { Certificates } from '../../../lambdas/adapters/openai/certificates.ts';
import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import type { Request } from '../../../lambdas/domain/request.ts';
import { onAcme } from '../saying.ts';
import { scene, scopeInput } from '../scene.ts';

const EMERGENCY: Request = { mode: 'emergency', anchors: ['cert_acme0'], reason: 'its key leaked' };
const CLIENTS = [onAcme('billing', 'proj_a'), onAcme('search', 'proj_b')];

describe('what only a listing of a project shows', () => {
  it('an upload with the leaked key that the organization did not list yet does not go under a green scope', async () => {
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 900, in: ['proj_a'] },
        { id: 'cert_acme1', expires: 300 },
        { id: 'cert_acme9', expires: 900, renewedFrom: 'cert_acme0', in: ['proj_b'] },
      ],
      CLIENTS,
    );
    const { certificates } = set.ports;
    // The organization's list is late by one upload, as a list may be; the project's has it, active.
    const list: Certificates['list'] = async (scope) =>
      (await certificates.list(scope)).filter(
        (one) => scope !== ORGANIZATION || one.anchorId !== 'cert_acme9',
      );
    const ports = { ...set.ports, certificates: { ...certificates, list } };
    const plan = await set.plan('one', EMERGENCY, {}, ports);
    const named = new Set([
      ...plan.blocked.map(({ anchor }) => anchor),
      ...plan.successions.map((one) => one.retiring),
    ]);
    if (named.has('cert_acme9')) return;
    await expect(activate(ports, scopeInput('one', plan, 'proj_b'))).rejects.toThrow();
  });

  it('a successor of which a project that was listed says something else is not relied on, as in a survey', async () => {
    const idle = { name: 'search', project: 'proj_b', running: { anchor: 'cert_acme0' } };
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 900, in: ['proj_a'] },
        { id: 'cert_acme1', expires: 300 },
      ],
      [onAcme('billing', 'proj_a'), idle],
    );
    const { certificates } = set.ports;
    const list: Certificates['list'] = async (scope) =>
      (await certificates.list(scope)).map((one) =>
        scope === 'proj_b' && one.anchorId === 'cert_acme1'
          ? { ...one, expiresAt: one.expiresAt - 299 * 86_400 }
          : one,
      );
    const ports = { ...set.ports, certificates: { ...certificates, list } };
    const plan = await set.plan('one', EMERGENCY, {}, ports);
    expect(plan.successions).toEqual([]);
  });

  it('what is named and only a project lists is cut there, and the emergency is not refused for it', async () => {
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 900, in: ['proj_a'] },
        { id: 'cert_acme1', expires: 300 },
      ],
      CLIENTS,
    );
    const { certificates } = set.ports;
    const list: Certificates['list'] = async (scope) =>
      (await certificates.list(scope)).filter(
        (one) => scope !== ORGANIZATION || one.anchorId !== 'cert_acme0',
      );
    const ports = { ...set.ports, certificates: { ...certificates, list } };
    const plan = await set.plan('one', EMERGENCY, {}, ports).catch((error: Error) => error.name);
    const remembered = (await set.ports.journal.compromised()).map(({ anchorId }) => anchorId);
    expect([plan, remembered]).toMatchObject([{ decision: 'rotate' }, ['cert_acme0']]);
  });
});
