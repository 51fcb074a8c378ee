import type { FileFacts, FunctionFact } from '../syntax/facts';
import { stringValue, unwrap } from '../syntax/values';
import { promisesDeed } from '../syntax/words';

/** A function that answers requests of one method and path. */
export interface Route {
  handler: FunctionFact;
  /** In capitals; `GET` where several are taken and one of them is. */
  method: string;
  path: string;
}

const ROUTER =
  /^(app|router|server|api|fastify|routes?|\w+Router|\w+Routes|\w+App)\.(get|post|put|patch|delete)$/;
const DECORATED = /(^|\.)(route|get|post|put|patch|delete|api_view)\b/;
const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** Handlers of HTTP requests: Express, Fastify, Koa and their like, Flask, FastAPI, Django REST, and Next.js. */
export function routesOf(facts: FileFacts): Route[] {
  return facts.family === 'python'
    ? pythonRoutes(facts)
    : [...javascriptRoutes(facts), ...exportedMethods(facts)];
}

function javascriptRoutes(facts: FileFacts): Route[] {
  const routes: Route[] = [];
  for (const call of facts.calls) {
    const path = stringValue(call.arguments[0]);
    if (!ROUTER.test(call.path) || path === undefined || !/^[/*:]|^$/.test(path)) continue;
    const last = call.arguments[call.arguments.length - 1];
    const node = last && unwrap(last);
    const handler = node && facts.functions.find((fact) => fact.node === node || fact.name === node.text);
    if (handler) routes.push({ handler, method: call.name.toUpperCase(), path });
  }
  return routes;
}

/** `export async function POST(request)`, as in Next.js. */
function exportedMethods(facts: FileFacts): Route[] {
  return facts.functions
    .filter(({ name, exported }) => exported && name !== undefined && ['GET', ...METHODS].includes(name))
    .map((handler) => ({ handler, method: handler.name ?? '', path: facts.path }));
}

function pythonRoutes(facts: FileFacts): Route[] {
  const routes: Route[] = [];
  for (const handler of facts.functions) {
    const decorator = handler.decorators.find((text) => DECORATED.test(text));
    if (decorator === undefined) {
      const method = viewMethod(handler);
      if (method !== undefined) routes.push({ handler, method, path: handler.name ?? '' });
      continue;
    }
    const verb = /\.(get|post|put|patch|delete)\b/.exec(decorator)?.[1]?.toUpperCase();
    const listed = decorator.toUpperCase();
    const writing = METHODS.find((name) => listed.includes(`"${name}"`) || listed.includes(`'${name}'`));
    const reads = /["']GET["']/.test(listed);
    const method = verb ?? (writing !== undefined && !reads ? writing : 'GET');
    routes.push({ handler, method, path: /["']([^"']*)["']/.exec(decorator)?.[1] ?? '' });
  }
  return routes;
}

/** Django's views: a function or a method of a view class that takes a request. */
function viewMethod({ name = '', parameters, decorators, enclosingClass }: FunctionFact): string | undefined {
  if (parameters[0]?.name !== 'request') return undefined;
  if (enclosingClass) {
    const isView = /View|Resource|APIView|ViewSet$/.test(enclosingClass.name);
    return isView && /^(get|post|put|patch|delete)$/.test(name) ? name.toUpperCase() : undefined;
  }
  if (decorators.some((text) => /require_(POST|http_methods)/.test(text) && !/GET/.test(text))) return 'POST';
  return promisesDeed(name) !== undefined ? 'POST' : 'GET';
}
