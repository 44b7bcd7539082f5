import type { Hono } from 'hono';
import { ApiFault } from '../world/api-fault.ts';
import { type Call, type Environment, faultResponse } from './answering.ts';

/** The answer where no route is: 405 with the allowed methods when only the method is wrong, else 404. */
export function noRoute(app: Hono<Environment>, { req }: Call): Response {
  const allowed = methodsAt(app, req.path);
  if (allowed.length === 0)
    return faultResponse(
      new ApiFault(404, `Unknown request URL: ${req.method} ${req.path}.`, { code: 'unknown_url' }),
    );
  const message = `Not allowed: ${req.method} ${req.path}. Try ${allowed.join(' or ')}.`;
  const answer = faultResponse(new ApiFault(405, message, { code: 'method_not_allowed' }));
  answer.headers.set('allow', allowed.join(', '));
  return answer;
}

/**
 * The methods that a path answers; none where there is no such path. A spelt-out route
 * goes before one that takes any id.
 */
function methodsAt(app: Hono<Environment>, path: string): string[] {
  const routes = app.routes.filter(({ method }) => method !== 'ALL');
  const spelt = routes.filter((route) => patternOf(route.path).test(path) && !/:\w+$/.test(route.path));
  const known = spelt.length > 0 ? spelt : routes.filter((route) => patternOf(route.path).test(path));
  return [...new Set(known.map(({ method }) => method))];
}

const patternOf = (route: string): RegExp => new RegExp(`^${route.replaceAll(/:\w+/g, '[^/]+')}$`);
