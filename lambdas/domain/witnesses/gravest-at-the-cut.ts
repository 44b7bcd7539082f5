import { gravest, isOneOf, WindlassError } from '../errors.ts';

/**
 * The failure that decides what happens next, of several right before a cut. A client that is refused goes before a witness that gets in: after a soak nothing
 * is taken back for that one, since somebody may run on it, and what turns the client away may be (I10). Its message has both.
 */
export function gravestAtTheCut(failures: readonly unknown[]): unknown {
  const refused = failures.find((one) => isOneOf(one, ['SuccessorRefused']));
  const widened = failures.find((one) => isOneOf(one, ['TrustWidened']));
  if (!refused || !widened) return gravest(failures);
  const { name, message, clients = [] } = refused;
  return new WindlassError(name, `${message}; beside that ${widened.message}`, { cause: refused, clients });
}
