import { describe, expect, test } from 'vitest';
import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import { certificatesAnswering, listed, page, refusal } from './scripted-api.ts';

const project = (id: string) => ({ id, object: 'organization.project', name: id, status: 'active' });
const begun = page([project('proj_3'), project('proj_2')], true, 'proj_2');
const gone = (status: number) => refusal(status, 'not_found', "No such project: 'proj_2'", 'after');

describe('a page that begins behind what has gone meanwhile', () => {
  test.for([404, 400])('is listed anew from the first one: %d', async (status) => {
    const { certificates, heard } = await certificatesAnswering(
      ...[begun, gone(status), page([project('proj_3'), project('proj_1')])],
    );
    const projects = await certificates.projects();
    expect(projects.map(({ projectId }) => projectId)).toEqual(['proj_3', 'proj_1']);
    expect(heard.map(({ url }) => url.includes('after='))).toEqual([false, true, false]);
  });

  test('is tried again in minutes where that went too, and stops no run for good (I11)', async () => {
    const { certificates, heard } = await certificatesAnswering(begun, gone(404), begun, gone(404));
    await expect(certificates.projects()).rejects.toMatchObject({ name: 'ApiUnavailable' });
    expect(heard).toHaveLength(4);
  });

  test('of anchors too: the organization is no unknown thing for that', async () => {
    const { certificates } = await certificatesAnswering(
      ...[page([listed('cert_1')], true, 'cert_1'), gone(404), page([listed('cert_2')])],
    );
    expect(await certificates.list(ORGANIZATION)).toMatchObject([{ anchorId: 'cert_2' }]);
  });
});

test('a project that has gone before its first page is unknown, and is not asked for twice', async () => {
  const { certificates, heard } = await certificatesAnswering(gone(404));
  await expect(certificates.list('proj_2')).rejects.toMatchObject({ name: 'UnknownProject' });
  expect(heard).toHaveLength(1);
});
