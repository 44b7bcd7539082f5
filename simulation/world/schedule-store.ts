import { secondsOf } from '../../lambdas/domain/instant.ts';
import { AwsFault, type AwsOperations, type JsonObject } from './aws-operations.ts';

const ONE_TIME = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/;
const RECURRING = /^cron\([^()]+\)$/;

/** The schedules of a rehearsal's account, in memory, keyed `group/name`. */
export interface ScheduleStore {
  /** The instants (ISO 8601) that one-time schedules are set to, by `group/name`. */
  times(): Record<string, string>;
  /** The request with which a schedule starts an execution. */
  requestOf(key: string): unknown;
  /**
   * Fires a one-time schedule, which then has no instant until it is set again. Returns whether
   * EventBridge is to delete it afterwards.
   */
  fire(key: string): { isToBeDeleted: boolean };
  /** Deletes a schedule, whatever it is set to by now. */
  remove(key: string): void;
  clear(): void;
  readonly operations: AwsOperations<'CreateSchedule' | 'UpdateSchedule' | 'GetSchedule' | 'DeleteSchedule'>;
}

/**
 * Creates the store. A one-time schedule has to come after `now` (Unix seconds);
 * without `now` any time will do.
 */
export function createScheduleStore(now?: () => number): ScheduleStore {
  const schedules = new Map<string, JsonObject>();
  const fired = new Set<string>();

  const demand = (key: string): JsonObject => {
    const found = schedules.get(key);
    if (!found)
      throw new AwsFault('ResourceNotFoundException', `Schedule ${nameIn(key)} does not exist.`, 404);
    return found;
  };

  function set(key: string, body: JsonObject): JsonObject {
    checkSchedule(body);
    if (now && isOneTime(body) && secondsOf(instantOf(body)) < now())
      throw new AwsFault('ValidationException', `${body.ScheduleExpression} is in the past.`);
    // An update sets every field that it leaves out to its default.
    schedules.set(key, { State: 'ENABLED', ...body });
    fired.delete(key);
    return { ScheduleArn: described(key).Arn };
  }

  return {
    clear: () => schedules.clear(),
    times: () =>
      Object.fromEntries(
        [...schedules]
          .filter(([key, body]) => isOneTime(body) && !fired.has(key))
          .map(([key, body]) => [key, instantOf(body)]),
      ),
    requestOf: (key) => JSON.parse(String(Object(demand(key).Target).Input ?? '{}')),
    fire(key) {
      fired.add(key);
      return { isToBeDeleted: demand(key).ActionAfterCompletion === 'DELETE' };
    },
    remove: (key) => void schedules.delete(key),
    operations: {
      CreateSchedule(body) {
        const key = keyOf(body);
        if (schedules.has(key))
          throw new AwsFault('ConflictException', `Schedule ${nameIn(key)} already exists.`, 409);
        return set(key, body);
      },
      UpdateSchedule(body) {
        demand(keyOf(body));
        return set(keyOf(body), body);
      },
      GetSchedule: (body) => ({ ...demand(keyOf(body)), ...described(keyOf(body)) }),
      DeleteSchedule(body) {
        demand(keyOf(body));
        schedules.delete(keyOf(body));
        return {};
      },
    },
  };
}

const keyOf = ({ GroupName = 'default', Name }: JsonObject): string => `${GroupName}/${Name}`;

function checkSchedule(body: JsonObject): void {
  const target = body.Target as JsonObject | undefined;
  const problems = [
    isOneTime(body) || RECURRING.test(String(body.ScheduleExpression))
      ? []
      : [`Invalid Schedule Expression ${body.ScheduleExpression}.`],
    body.FlexibleTimeWindow
      ? []
      : ["Value null at 'flexibleTimeWindow' failed to satisfy constraint: Member must not be null"],
    target?.Arn && target.RoleArn
      ? []
      : ["Value null at 'target' failed to satisfy constraint: Member must not be null"],
  ].flat();
  if (problems.length > 0) throw new AwsFault('ValidationException', problems.join(' '));
}

const isOneTime = ({ ScheduleExpression }: JsonObject): boolean => ONE_TIME.test(String(ScheduleExpression));

const instantOf = (body: JsonObject): string => `${ONE_TIME.exec(String(body.ScheduleExpression))?.[1]}.000Z`;

const nameIn = (key: string): string => key.slice(key.indexOf('/') + 1);

const described = (key: string): { Name: string; GroupName: string; Arn: string } => ({
  Name: nameIn(key),
  GroupName: key.slice(0, key.indexOf('/')),
  Arn: `arn:aws:scheduler:us-east-1:123456789012:schedule/${key}`,
});
