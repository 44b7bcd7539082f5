import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anchorsOf, inventoryOf, parseInventory } from '../../../simulation/inventory/inventory.ts';

const entry = (id: string, over: object = {}) => ({
  object: 'organization.certificate',
  id,
  name: `acme@${id}`,
  created_at: 1_700_000_000,
  certificate_details: { valid_at: 1_700_000_000, expires_at: 1_900_000_000 },
  active: true,
  ...over,
});
const list = (...data: object[]) => ({
  object: 'list',
  data,
  first_id: null,
  last_id: null,
  has_more: false,
});
const file = (over: object = {}) => ({
  organization: list(entry('cert_1')),
  projects: [
    { id: 'proj_a', name: 'A', certificates: list(entry('cert_1', { active: false }), entry('cert_2')) },
  ],
  ...over,
});
const read = (value: unknown) => parseInventory(JSON.parse(JSON.stringify(value)), 'inventory.json');
const refused = (value: unknown) => {
  try {
    read(value);
  } catch (error) {
    return error as Error;
  }
  return expect.unreachable();
};

describe('what it reads', () => {
  it("takes the API's own list answers, an anchor that only a project lists, null names and unknown fields", () => {
    const inventory = inventoryOf(
      read(
        file({ organization: list(entry('cert_1', { name: null, colour: 'red' })), projects: [], schema: 1 }),
      ),
    );
    expect(inventory.organization).toEqual([
      {
        anchorId: 'cert_1',
        name: null,
        createdAt: expect.any(Number),
        validAt: 1_700_000_000,
        expiresAt: 1_900_000_000,
        active: true,
      },
    ]);
    expect(inventoryOf(read(file())).projects[0]?.anchors.map((anchor) => anchor.anchorId)).toEqual([
      'cert_1',
      'cert_2',
    ]);
  });

  it('takes a CA that has been valid since before 1970: times are any integer (F5)', () => {
    const old = entry('cert_9', { certificate_details: { valid_at: -1, expires_at: 1_900_000_000 } });
    expect(() => parseInventory(file({ organization: list(old) }), 'inventory')).not.toThrow();
  });

  it('gathers each anchor once, with the scopes it is active in', () => {
    expect(anchorsOf(read(file())).map(({ entry, activeIn }) => [entry.id, activeIn])).toEqual([
      ['cert_1', ['organization']],
      ['cert_2', ['proj_a']],
    ]);
  });
});

describe('the filter of an anchor', () => {
  const filter = 'size(sans.dns) > 0';
  const bare = { id: 'proj_b', certificates: list(entry('cert_1')) };
  it.each([
    ["the organization's", { organization: list(entry('cert_1', { filter })), projects: [bare] }],
    [
      "one project's",
      { projects: [bare, { id: 'proj_a', certificates: list(entry('cert_1', { filter })) }] },
    ],
  ])('is stated in one list, be it %s, and is that of the anchor everywhere (F16)', (_, over) => {
    expect(anchorsOf(read(file(over))).map(({ entry }) => [entry.id, entry.filter])).toEqual([
      ['cert_1', filter],
    ]);
  });
});

describe('what it refuses, by name', () => {
  it('missing and mistyped fields, all of them by their paths', () => {
    const error = refused({
      organization: list({ ...entry('cert_1'), active: undefined }),
      projects: [{ name: 'A', certificates: list(entry('cert_2', { certificate_details: 'soon' })) }],
    });
    expect(error.name).toBe('InvalidInput');
    expect(error.message).toContain('organization.data.0.active: is missing');
    expect(error.message).toContain('projects.0.id: is missing');
    expect(error.message).toContain(
      'projects.0.certificates.data.0.certificate_details: "soon" is not an object',
    );
  });

  it.each([[null], [[]], [{}], [{ organization: [] }], ['text']])(
    'what is no inventory at all: %j',
    (value) => {
      expect(refused(value).name).toBe('InvalidInput');
    },
  );

  it('an anchor that does not say when it expires, by its id', () => {
    const error = refused(file({ organization: list(entry('cert_9', { certificate_details: {} })) }));
    expect(error.name).toBe('AnchorWithoutExpiry');
    expect(error.message).toContain('cert_9');
  });

  it('an anchor whose expiry is null, by its id too', () => {
    const undated = entry('cert_9', { certificate_details: { expires_at: null } });
    const error = refused(file({ organization: list(undated) }));
    expect(error.name).toBe('AnchorWithoutExpiry');
    expect(error.message).toMatch(/cert_9 .*expires_at: is null/);
  });

  it('an anchor without its details, by its id too (F5)', () => {
    const error = refused(file({ organization: list(entry('cert_9', { certificate_details: null })) }));
    expect(error.name).toBe('AnchorWithoutExpiry');
    expect(error.message).toMatch(/cert_9 .*certificate_details: is null/);
  });

  it('a residency that is none of the API’s', () => {
    const [project] = file().projects as { id: string }[];
    const { message } = refused(file({ projects: [{ ...project, residency: 'EU' }] }));
    expect(message).toContain('projects.0.residency: "EU" is not a residency as the API has it');
  });

  it('a filter that is no CEL over what a leaf has, and one anchor with two filters', () => {
    const withFilter = (filter: string) =>
      refused(file({ organization: list(entry('cert_1', { filter })) })).message;
    expect(withFilter('subject.common_name ==')).toContain('organization.data.0.filter: is no CEL filter: ');
    expect(withFilter('subject.colour == "red"')).toContain('filter: is no CEL filter: ');
    expect(withFilter('subject.common_name')).toContain('a filter gives true or false');
    const [one, other] = ['size(sans.dns) > 0', 'size(sans.uri) > 0'];
    const lists = (...filters: (string | undefined)[]) =>
      filters.map((filter, i) => ({ id: `proj_${i}`, certificates: list(entry('cert_1', { filter })) }));
    expect(refused(file({ projects: lists(undefined, one, other) })).message).toContain(
      `projects.2.certificates.data.0.filter: cert_1 has "${other}" here and "${one}" in projects.1.certificates.data.0: state one filter, in one list`,
    );
  });

  it('keys that belong nowhere, with those that belong there once', () => {
    const wrong = { leadTime: 'P30D', soak: 'P7D', hold: [] };
    const said = (value: unknown) => {
      try {
        parseInventory(value, 'the inventory');
        return '';
      } catch (error) {
        return String(error);
      }
    };
    expect(said(wrong)).toContain(
      'leadTime: is not known here; soak: is not known here; hold: is not known here (there are schema, organization, projects, clients, mustRefuse)',
    );
    const list = { data: [] };
    const clients = [{ project: 'proj_a', anchor: 'cert_a', colour: 'red' }];
    expect(said({ organization: list, projects: [], clients })).toContain(
      'clients.0.colour: is not known here (there are project, anchor, habit, keyless)',
    );
  });

  it('habits of clients that the file does not have, and habits that there are not', () => {
    const clients = [
      { project: 'proj_nobody', anchor: 'cert_nobody', habit: 'hourly' },
      { project: 'proj_a', anchor: 'cert_1', habit: 'never' },
      { project: 'proj_a', anchor: 'cert_1', habit: 'refusal' },
    ];
    const { message } = refused({ ...file(), clients });
    expect(message).toContain('clients.0.project: no project proj_nobody is listed (there are proj_a');
    expect(message).toContain('clients.0.anchor: no anchor cert_nobody is listed');
    expect(message).toContain('clients.2: proj_a on cert_1 is listed twice here');
    const wrong = [{ project: 'proj_a', anchor: 'cert_1', habit: 'daily' }];
    expect(refused({ ...file(), clients: wrong }).message).toContain(
      'clients.0.habit: "daily" is none of follows, refusal',
    );
  });

  it('what a newer version has written, whose keys may mean something else', () => {
    expect(refused(file({ schema: 2 })).message).toContain(
      'schema: 2 is not 1, the form that this version reads',
    );
    expect(read(file({ schema: 1 })).schema).toBe(1);
  });

  it('clients that nothing lets in, which a rehearsal would leave out without a word', () => {
    const lists = {
      organization: list(entry('cert_1'), entry('cert_new', { active: false })),
      projects: [
        { id: 'proj_a', name: 'A', certificates: list(entry('cert_2')) },
        { id: 'proj_b', name: 'B', certificates: list(entry('cert_2', { active: false })) },
      ],
    };
    const on = (project: string, anchor: string) => ({ project, anchor, habit: 'never' });
    expect(() => read({ ...lists, clients: [on('proj_a', 'cert_2'), on('proj_b', 'cert_1')] })).not.toThrow();
    const { message } = refused({ ...lists, clients: [on('proj_b', 'cert_2'), on('proj_a', 'cert_new')] });
    expect(message).toContain('clients.0.anchor: cert_2 is active neither in proj_b nor in the organization');
    expect(message).toContain(
      'clients.1.anchor: cert_new is active neither in proj_a nor in the organization',
    );
  });

  it('text in the place of true or false, with what was written', () => {
    const { message } = refused(file({ organization: list(entry('cert_1', { active: 'yes' })) }));
    expect(message).toContain('organization.data.0.active: "yes" is not true or false');
    const clients = [{ project: 'proj_a', anchor: 'cert_1', keyless: 1 }];
    expect(refused({ ...file(), clients }).message).toContain('clients.0.keyless: 1 is not true or false');
  });

  it('a time that no calendar has, and says so once', () => {
    const expires_at = 1e300;
    const { message } = refused(
      file({ organization: list(entry('cert_9', { certificate_details: { expires_at } })) }),
    );
    expect(message.split('expires_at:')).toHaveLength(2);
  });

  it('a key where a list belongs, and never shows it (I14)', () => {
    const { message } = refused({ ...file(), clients: 'sk-admin-0123456789' });
    expect(message).toContain('clients: is text in double quotes, and has to be a list');
    expect(message).not.toContain('0123');
  });

  it('keys that it does not know where no API writes, with the one that was meant', () => {
    const client = { project: 'proj_a', anchor: 'cert_1' };
    const message = (over: object) => refused({ ...file(), ...over }).message;
    expect(message({ clients: [{ ...client, habbit: 'never' }] })).toContain(
      'clients.0.habbit: is not known here; did you mean habit?',
    );
    expect(message({ mustRefuse: [{ ...client, keyless: true }] })).toContain(
      'mustRefuse.0.keyless: is not known here',
    );
    expect(message({ mustrefuse: [client] })).toContain(
      'inventory.json is not an inventory, as windlass export writes one: mustrefuse: is not known here; did you mean mustRefuse?',
    );
  });

  it('a project whose id or name would drive a terminal, with what is in it', () => {
    const named = (id: string, name: string) => ({ id, name, certificates: list() });
    const { message } = refused(
      file({ projects: [named('proj\n1', 'A'), named('proj_b', 'B\u001b]0;x\u0007')] }),
    );
    expect(message).toContain('projects.0.id: "proj\\n1" is not an id');
    expect(message).toContain(
      'projects.1.name: "B\\u001b]0;x\\u0007" is not a name without a control character',
    );
  });

  it.each(['cert 1', 'cert\n1', 'zertifikat_ä', 'c'.repeat(257)])(
    'the id %j, which no client would take',
    (id) => {
      const error = refused(file({ organization: list(entry(id)) }));
      expect(error.message).toContain(`organization.data.0.id: ${JSON.stringify(id).slice(0, 200)}`);
    },
  );

  it('a page of a list instead of the whole list', () => {
    const error = refused(file({ organization: { ...list(), has_more: true } }));
    expect(error.message).toContain('organization.has_more: is true: this is only a page');
    const unsaid = refused(file({ organization: { ...list(), has_more: null } }));
    expect(unsaid.message).toContain('organization.has_more: null is not false');
  });

  it('an id twice in one list, and a project twice', () => {
    const project = { id: 'proj_a', name: null, certificates: list() };
    const error = refused({
      organization: list(entry('cert_1'), entry('cert_1')),
      projects: [project, project],
    });
    expect(error.message).toContain('organization.data.1.id: cert_1 is listed twice here');
    expect(error.message).toContain('projects.1.id: proj_a is listed twice here');
  });

  it('one anchor with different facts in two scopes', () => {
    const error = refused(
      file({ organization: list(entry('cert_1', { certificate_details: { expires_at: 1_800_000_000 } })) }),
    );
    expect(error.message).toMatch(
      /projects\.0\.certificates\.data\.0\.certificate_details\.expires_at: cert_1 has/,
    );
  });

  it('an anchor that expires before it is valid, and a project that calls itself the organization', () => {
    const upside = { valid_at: 1_900_000_000, expires_at: 1_800_000_000 };
    const error = refused({
      organization: list(entry('cert_1', { certificate_details: upside })),
      projects: [{ id: 'organization', name: null, certificates: list() }],
    });
    expect(error.message).toContain('1800000000 is not after valid_at 1900000000');
    expect(error.message).toContain('projects.0.id: "organization" is the organization itself');
  });

  it.each([1_900_000_000_000, 1e30, -1e12, 0.5, '2027-01-01'])(
    'an expiry that is no time in Unix seconds: %j',
    (expires_at) => {
      const error = refused(
        file({ organization: list(entry('cert_9', { certificate_details: { expires_at } })) }),
      );
      expect(error.message).toContain(
        `expires_at: ${JSON.stringify(expires_at)} is not a time in Unix seconds, not milliseconds, up to 253402300799`,
      );
    },
  );

  it('anything else, with a named error and never another', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(['InvalidInput', 'AnchorWithoutExpiry']).toContain(refused(value).name);
      }),
    );
  });
});
