import type { AnchorChoice } from '../../../../simulation/world/anchor-choice.ts';
import { HOST, type SceneClient, scene } from '../../scene.ts';

const on = (name: string): SceneClient => ({ name, project: 'proj_a', running: { anchor: 'cert_acme0' } });

/**
 * Two clients of an anchor that is due, and a renewal of it whose filter refuses one of them; `choice` says which of both hosts ask (F7). The ports wait
 * in the scene's own time.
 */
export async function searchRefused(choice: AnchorChoice) {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      {
        ...{ id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0' },
        filter: 'subject.common_name != "search"',
      },
    ],
    [on('billing'), on('search')],
    { choice },
  );
  const pause = async (seconds: number) => {
    set.time.now += seconds;
  };
  return { set, ports: { ...set.ports, hosts: [HOST], pause } };
}
