import { failing, machineOf, type Small, silence } from './both.ts';

/** States of a small machine. Each ends the machine unless `over` says otherwise. */
export const task = (over: object = {}) => ({ Type: 'Task', Resource: 'fn', End: true, ...over });
export const pass = (over: object = {}) => ({ Type: 'Pass', End: true, ...over });
export const each = (over: object = {}, inner: Record<string, object> = { Toggle: task() }) => ({
  Type: 'Map',
  ItemsPath: '$.scopes',
  ItemProcessor: machineOf(inner),
  End: true,
  ...over,
});

/** A catcher of these errors, and the state that it leads to. */
export const catching = (...ErrorEquals: string[]) => ({ ErrorEquals, ResultPath: '$.halt', Next: 'Caught' });
export const caught = pass({ Parameters: { 'caught.$': '$.halt' } });

/** Throws these errors one after another, and answers after that. */
export const throwing =
  (...names: string[]) =>
  (_: unknown, nth: number) => {
    const name = names[nth - 1];
    if (name !== undefined) throw failing(name);
    return { nth };
  };

/** Answers from the second call on. */
export const late = (_: unknown, nth: number) => (nth === 1 ? silence() : 'in time');

/** A Pass that only evaluates one expression. */
export const saying = (expression: string, input: unknown = {}): Small => ({
  machine: machineOf({ Say: pass({ Parameters: { 'said.$': expression } }) }),
  input,
});

/** A Choice with this rule only. Its output says whether the rule or the default was taken. */
export const choosing = (rule: object, input: unknown): Small => ({
  machine: machineOf({
    Which: { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
    Yes: pass({ Result: 'yes' }),
    No: pass({ Result: 'no' }),
  }),
  input,
});
