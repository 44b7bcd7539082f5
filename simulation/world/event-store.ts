import { AwsFault, type AwsOperations, type JsonObject } from './aws-operations.ts';

/** An event as it was put on the account's default bus. */
type PutEvent = { source: string; detailType: string; detail: JsonObject; resources: unknown };

/** The default event bus of an account, in memory: it keeps what is put on it. */
export interface EventStore {
  all(): readonly PutEvent[];
  readonly operations: AwsOperations<'PutEvents'>;
}

/** Most characters of one entry. The service counts bytes, and takes 256 KB in all. */
const LARGEST = 256 * 1024;

export function createEventStore(): EventStore {
  const events: PutEvent[] = [];
  return {
    all: () => events,
    operations: {
      PutEvents({ Entries }) {
        if (!Array.isArray(Entries) || Entries.length < 1 || Entries.length > 10)
          throw new AwsFault(
            'ValidationException',
            "Value at 'entries' failed to satisfy constraint: Member must have length between 1 and 10",
          );
        const answers = Entries.map((entry: JsonObject) => taken(entry, events));
        return {
          FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length,
          Entries: answers,
        };
      },
    },
  };
}

/** Returns what the bus answers to one entry, which it takes or refuses whatever becomes of the others. */
function taken({ Source, DetailType, Detail, Resources }: JsonObject, events: PutEvent[]): JsonObject {
  const refused = (ErrorMessage: string) => ({ ErrorCode: 'InvalidArgument', ErrorMessage });
  if (!Source) return refused('Parameter Source is not valid. Reason: Source is a required argument.');
  if (!DetailType)
    return refused('Parameter DetailType is not valid. Reason: DetailType is a required argument.');
  if (String(Detail).length > LARGEST)
    return refused('Total size of the entries in the request is over the limit.');
  try {
    const detail: JsonObject = JSON.parse(String(Detail));
    events.push({ source: String(Source), detailType: String(DetailType), detail, resources: Resources });
    return { EventId: `event-${events.length}` };
  } catch {
    return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  }
}
