import { gravest, isOneOf, WindlassError } from '../errors.ts';

/**
 * Returns the failure that decides what happens next, of several right before a cut. A refused client goes
 * before a witness that gets in. After a soak nothing is taken back for a witness, since clients may run on
 * its successor, but something that turns a client away may be taken back (I10). The message has both.
 */
export function gravestAtTheCut(failures: readonly unknown[]): unknown {
  const refused = failures.find((one) => isOneOf(one, ['SuccessorRefused']));
  const widened = failures.find((one) => isOneOf(one, ['TrustWidened']));
  if (!refused || !widened) return gravest(failures);
  const { name, message, clients = [] } = refused;
  return new WindlassError(name, `${message}; beside that ${widened.message}`, { cause: refused, clients });
}
