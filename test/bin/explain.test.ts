import { describe, expect, it } from 'vitest';
import { closest } from '../../lambdas/domain/closest.ts';
import { haltNames } from '../../lambdas/domain/error-guide.ts';
import { errorNames } from '../../lambdas/domain/errors.ts';
import { windlass } from './run.ts';

describe('windlass explain', () => {
  it('says what a name leaves behind, and what to do, for each of its situations', async () => {
    const { code, stdout } = await windlass(['explain', 'SuccessorRefused']);
    expect(code).toBe(0);
    expect(stdout).toContain('in the overlap, it leaves');
    expect(stdout).toContain('after a cut, it leaves');
    expect(stdout).toContain('Find out why the new leaf is');
    expect(stdout).toMatch(/rotate exits with +4/);
  });

  it('tells of a project that was archived since the plan, where the cause names no field to correct (I13)', async () => {
    const { stdout } = await windlass(['explain', 'UnknownProject']);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(/somebody has archived the project since the plan/);
  });

  it('knows the names of Lambda, all of which mean one thing, and those of the machine', async () => {
    const { code, stdout } = await windlass(['explain', 'Lambda.ServiceException', '--json']);
    expect({ code, name: JSON.parse(stdout).name }).toEqual({ code: 0, name: 'Lambda.*' });
  });

  it.each([
    ['Runtime.ImportModuleError', 'Runtime.*', /log group.*deploy the stack again/],
    ['Runtime.HandlerError', 'Runtime.HandlerError', /log group.*no longer has the lease.*Superseded/],
    ['Runtime.ExitError', 'Runtime.ExitError', /cut off/],
    ['States.DataLimitExceeded', 'States.*', /at which state/],
    ['States.Timeout', 'States.Timeout', /cut off/],
  ])(
    'has a general answer for what only a runtime or Step Functions names: %s',
    async (asked, name, remedy) => {
      const { code, stdout } = await windlass(['explain', asked, '--json']);
      const told = JSON.parse(stdout);
      expect({ code, name: told.name }).toEqual({ code: 0, name });
      expect(told.situations[0].remedy).toMatch(remedy);
    },
  );

  it('says of the word that an emulator has for every error where the real one is, and that nothing tries it again', async () => {
    const { stdout } = await windlass(['explain', 'Runtime.HandlerError']);
    expect(stdout).toMatch(/^Runtime\.HandlerError\n/);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /An emulator of AWS .*“no longer has the lease” is Superseded.* any other Runtime\.\* tried again not at all/,
    );
  });

  it('does not say of a manual run that it waits, where nothing tries it again', async () => {
    const { stdout } = await windlass(['explain', 'Busy']);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /Start a manual run again when the other has ended.* tried again not at all/,
    );
  });

  it('lists every name without one, as JSON when asked', async () => {
    const { code, stdout } = await windlass(['explain']);
    expect(code).toBe(0);
    for (const name of haltNames) expect(stdout).toContain(name);
    const { schema, errors } = JSON.parse((await windlass(['explain', '--json'])).stdout);
    expect(schema).toBe(1);
    expect(errors.map(({ name }: { name: string }) => name)).toEqual(haltNames);
    expect(errors).toContainEqual(
      expect.objectContaining({ name: 'Blocked', exit: 3, retried: 'not at all' }),
    );
  });

  it('refuses a name that nothing has, and says which one may be meant', async () => {
    const { code, stdout, stderr } = await windlass(['explain', 'SucesorRefused']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('did you mean SuccessorRefused?');
    expect((await windlass(['explain', 'xyz'])).stderr).not.toContain('did you mean');
  });
});

it('every name that a step throws is in the guide, and what cuts a function off', () => {
  const others = [
    'Blocked',
    'States.Timeout',
    'Lambda.*',
    'Runtime.*',
    'Runtime.ExitError',
    'Runtime.HandlerError',
    'States.*',
    'Sandbox.Timedout',
    'States.ItemReaderFailed',
  ];
  expect([...haltNames].sort()).toEqual([...errorNames, ...others].sort());
});

it.each([
  ['busy', 'Busy'],
  ['toggleNotVisable', 'ToggleNotVisible'],
  ['States.TimeOut', 'States.Timeout'],
  ['nothing like it', undefined],
  ['', undefined],
])('%j is taken for %s', (typed, name) => expect(closest(typed, haltNames)).toBe(name));
