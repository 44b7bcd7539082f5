/** A state machine by its ARN, and where it lives. */
export type Machine = { arn: string; region: string; account: string; name: string };

export type RotateOptions = {
  stateMachine: Machine;
  startedBy?: string;
  yes?: true;
  wait: boolean;
  json?: true;
};
