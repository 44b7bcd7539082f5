import { AwsFault, type AwsOperations, type JsonObject } from './aws-operations.ts';

type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT';
type Execution = {
  executionArn: string;
  status: Status;
  /** Unix seconds. */
  startDate: number;
  stopDate?: number;
  error?: string;
  cause?: string;
  input?: string;
  history: { id: number; timestamp: number; type: string; stateEnteredEventDetails: { name: string } }[];
};

/** The account's machines and executions, as far as Plan and the command line ask for them. */
export interface ExecutionStore {
  /**
   * Adds a machine, created at that time (Unix seconds, by default long ago). The executions of an
   * earlier machine of that name stay.
   */
  machine(stateMachineArn: string, createdAt?: number): void;
  set(executionArn: string, status: Status, about?: Pick<Execution, 'error' | 'cause' | 'input'>): void;
  /** Adds to an execution's history that it came to a state. */
  entered(executionArn: string, state: string, type?: string): void;
  readonly operations: AwsOperations<
    | 'StartExecution'
    | 'StopExecution'
    | 'DescribeExecution'
    | 'GetExecutionHistory'
    | 'ListExecutions'
    | 'ListStateMachines'
  >;
}

/** Creates the store. `now` is in Unix seconds, by default real time. */
export function createExecutionStore(now: () => number = () => Date.now() / 1000): ExecutionStore {
  /** When each was created, in Unix seconds. */
  const machines = new Map<string, number>();
  const executions = new Map<string, Execution>();
  const demand = ({ executionArn }: JsonObject): Execution =>
    executions.get(String(executionArn)) ??
    refuse('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
  const move = (
    executionArn: string,
    status: Status,
    about: Pick<Execution, 'error' | 'cause' | 'input'> = {},
  ) => {
    const known = executions.get(executionArn) ?? { executionArn, startDate: now(), history: [] };
    const stopped = status === 'RUNNING' ? {} : { stopDate: now() };
    executions.set(executionArn, { ...known, ...stopped, ...about, status });
    const machine = machineOf(executionArn);
    if (!machines.has(machine)) machines.set(machine, 0);
  };
  return {
    machine: (stateMachineArn, createdAt = 0) => void machines.set(stateMachineArn, createdAt),
    set: move,
    entered(executionArn, name, type = 'TaskStateEntered') {
      const { history } = demand({ executionArn });
      const event = { id: history.length + 1, timestamp: now(), type };
      history.push({ ...event, stateEnteredEventDetails: { name } });
    },
    operations: {
      StartExecution({ stateMachineArn, name }) {
        const executionArn = `${String(stateMachineArn).replace(':stateMachine:', ':execution:')}:${name}`;
        move(executionArn, 'RUNNING');
        return { executionArn, startDate: now() };
      },
      DescribeExecution: (body) => described(demand(body)),
      ListStateMachines: () => ({
        stateMachines: [...machines].map(([stateMachineArn, creationDate]) => ({
          stateMachineArn,
          name: stateMachineArn.split(':').at(-1),
          type: 'STANDARD',
          creationDate,
        })),
      }),
      ListExecutions: ({ stateMachineArn, statusFilter }) => ({
        executions: [...executions.values()]
          .filter(({ executionArn }) => machineOf(executionArn) === stateMachineArn)
          .filter(({ status }) => statusFilter === undefined || status === statusFilter)
          .map(described)
          .reverse(),
      }),
      GetExecutionHistory(body) {
        const { history } = demand(body);
        return { events: body.reverseOrder ? history.toReversed() : history };
      },
      StopExecution(body) {
        const { executionArn, status } = demand(body);
        const [error, cause] = [body.error ?? '', body.cause ?? ''].map(String);
        if (status === 'RUNNING') move(executionArn, 'ABORTED', { error: `${error}`, cause: `${cause}` });
        return { stopDate: now() };
      },
    },
  };
}

const machineOf = (executionArn: string): string =>
  executionArn.replace(':execution:', ':stateMachine:').replace(/:[^:]+$/, '');

const described = ({ history: _, ...execution }: Execution): JsonObject => ({
  ...execution,
  name: execution.executionArn.split(':').at(-1),
  stateMachineArn: machineOf(execution.executionArn),
});

function refuse(name: string, message: string): never {
  throw new AwsFault(name, message);
}
