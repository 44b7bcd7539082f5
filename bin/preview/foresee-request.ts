import type { Request } from '../../lambdas/domain/request.ts';
import type { Organization } from '../../lib/config.ts';
import { leavesIn } from './leaves.ts';
import { foresee, type PlanPreview } from './plan-preview.ts';

type About = Omit<
  Parameters<typeof foresee>[0],
  'request' | 'leaves' | 'clients' | 'mustRefuse' | 'hosts'
> & {
  /** The entry of the configuration; null when none is named. */
  organization: Organization | null;
  /** The region of its stack, when that is known. Otherwise the usual AWS settings apply. */
  region: string | undefined;
};

const NO_ENTRY = { unknown: 'no organization of cdk.json is named, whose clients these would be' };
const NOT_READ = { unknown: 'they are read for an emergency alone' };

/**
 * Previews what a person is about to ask for. For an emergency the clients' leaves are read as well. Throws
 * as `foresee` does.
 */
export function foreseeRequest(request: Request, about: About): Promise<PlanPreview> {
  const { organization, region, ...others } = about;
  const { clients = [], mustRefuse = [], mtlsHosts: hosts } = organization ?? {};
  const rest = { ...others, hosts };
  if (request.mode !== 'emergency')
    return foresee({ ...rest, request: { mode: 'scheduled' }, leaves: NOT_READ, clients, mustRefuse });
  const leaves = organization
    ? leavesIn(organization, { region, isHere: 'table' in about.recollection })
    : NO_ENTRY;
  return foresee({ ...rest, request, leaves, clients, mustRefuse });
}
