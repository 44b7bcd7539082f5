import { scene } from './scene.ts';

/** An emergency that names one anchor. */
export const fire = (anchor: string) => ({
  mode: 'emergency' as const,
  anchors: [anchor],
  reason: 'its key leaked',
});

/**
 * Two authorities, each in a project of its own with a client that is ready. Acme's anchor expires after
 * `acmeExpires` days.
 */
export const twoAuthorities = ({ acmeExpires = 200 } = {}) =>
  scene(
    [
      { id: 'cert_acme0', expires: acmeExpires, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_globex0', expires: 200, in: ['proj_b'] },
      { id: 'cert_globex1', expires: 300 },
    ],
    [
      {
        ...{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } },
        staged: { anchor: 'cert_acme1' },
      },
      {
        ...{ name: 'search', project: 'proj_b', running: { anchor: 'cert_globex0' } },
        staged: { anchor: 'cert_globex1' },
      },
    ],
  );
