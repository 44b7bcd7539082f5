import { ORGANIZATION, type Scope } from '../../lambdas/domain/anchor.ts';
import type { Project, StoredAnchor, ToggledAnchor } from '../world/simulated-organization.ts';

const PROJECTS_CREATED_AT = 1_700_000_000;

/** A certificate as the API sends it (F5). Outside any scope (`null`) it says nothing of `active`. */
export function certificateBody(anchor: StoredAnchor | ToggledAnchor, scope: Scope | null, content = false) {
  return {
    object: scope === null ? 'certificate' : `${objectOf(scope)}.certificate`,
    id: anchor.id,
    name: anchor.name,
    created_at: anchor.createdAt,
    certificate_details: {
      ...(anchor.validAt === undefined ? {} : { valid_at: anchor.validAt }),
      expires_at: anchor.expiresAt,
      ...(content && anchor.pem !== null ? { content: anchor.pem } : {}),
    },
    ...('active' in anchor ? { active: anchor.active } : {}),
  };
}

/** A toggle's answer in the newer shape of F3, or the older one with paging fields. */
export function toggleBody(
  anchors: readonly ToggledAnchor[],
  scope: Scope,
  to: 'activate' | 'deactivate',
  shape: 'activation' | 'list',
) {
  const data = anchors.map((anchor) => certificateBody(anchor, scope));
  if (shape === 'activation')
    return { object: `${objectOf(scope)}.certificate.${to.replace(/e$/, 'ion')}`, data };
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: false,
  };
}

/** A project as the API sends it. */
export const projectBody = ({ id, name, archivedAt, residency }: Project) => ({
  object: 'organization.project',
  id,
  name,
  created_at: PROJECTS_CREATED_AT,
  archived_at: archivedAt ?? null,
  status: archivedAt === undefined ? 'active' : 'archived',
  ...(residency !== undefined && { residency }),
});

const objectOf = (scope: Scope): string => (scope === ORGANIZATION ? 'organization' : 'organization.project');
