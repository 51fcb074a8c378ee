import type { CallFact, FileFacts } from '../syntax/facts';
import type { Observation, Rule } from '../syntax/rule';
import { BOTH_FAMILIES, PRODUCTION_ROLES } from '../syntax/rule';
import { stringValue } from '../syntax/values';

export const unsafeInput: Rule = {
  id: 'SE03',
  name: 'unsafe-input',
  stage: 'quality',
  severity: 'warning',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: PRODUCTION_ROLES,
  explanation: 'Certificates are not checked, or data is read in a way that can run code.',
  bad: [
    {
      grammar: 'typescript',
      code: `
»export const agent = new https.Agent({ rejectUnauthorized: false });
»process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
»const value = serialize.unserialize(body);`,
    },
    {
      grammar: 'python',
      code: `
import yaml, requests, pickle, ssl

def load(text, request):
»    settings = yaml.load(text)
»    reply = requests.get(settings["url"], verify=False)
»    context = ssl._create_unverified_context()
»    return pickle.loads(request.body), reply, context
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `
export const agent = new https.Agent({ rejectUnauthorized: true });
export const options = { rejectUnauthorized: settings.strict };
const value = yaml.load(text);`,
    },
    {
      grammar: 'python',
      code: `
import yaml
settings = yaml.load(text, Loader=yaml.SafeLoader)
settings = yaml.safe_load(text)
reply = requests.get(url, verify=bundle)
jwt.check(token, verify=False)
`,
    },
  ],
  *check(facts) {
    if (facts.family === 'javascript') yield* inJavascript(facts);
    else for (const call of facts.calls) yield* inPython(call);
  },
};

function* inJavascript(facts: FileFacts): Generator<Observation> {
  for (const node of facts.tree.nodes) {
    const key = node.kind === 'pair' ? node.child('key')?.text.replace(/["']/g, '') : undefined;
    if (key === 'rejectUnauthorized' && node.child('value')?.kind === 'false') {
      yield {
        range: node,
        message:
          'rejectUnauthorized: false accepts any certificate, so that anyone in between can read along.',
      };
    }
    const target = node.kind === 'assign' ? node.child('left')?.text : undefined;
    if (target?.includes('NODE_TLS_REJECT_UNAUTHORIZED') && stringValue(node.child('right')) === '0') {
      yield { range: node, message: 'This turns off the check of certificates for the whole process.' };
    }
  }
  for (const call of facts.calls) {
    if (call.name === 'unserialize' && call.root !== 'unserialize') {
      yield { range: call.node, message: `${call.path}() can run code that is hidden in the data.` };
    }
  }
}

const HTTP_CALL =
  /^(requests|httpx|session|self\.session|self\._session|client|http|aiohttp|urllib3)\b.*\.?(get|post|put|patch|delete|head|options|request|Session|Client|AsyncClient|stream)$/;
/** Names under which data comes from outside of the program. */
const FOREIGN_DATA =
  /request|recv|response|body|payload|socket|sock\b|message|untrusted|user_?input|cookie|upload|b64decode|redis|urlopen/i;

function* inPython(call: CallFact): Generator<Observation> {
  const { path, arguments: given, keywords, node } = call;
  if (path === 'yaml.load' || path === 'yaml.load_all') {
    const loader = (keywords.get('Loader') ?? given[1])?.text ?? '';
    if (
      !/Safe|BaseLoader|CSafe/.test(loader) &&
      (loader === '' || /(^|\.)(Unsafe|Full)?Loader$/.test(loader))
    ) {
      yield {
        range: node,
        message: `${path}() without a safe loader can create any Python object from the text.`,
      };
    }
  } else if (/^(c?[pP]ickle|dill|cloudpickle|marshal|jsonpickle)\.(loads?|decode)$/.test(path)) {
    const source = given[0]?.text ?? '';
    const message = `${path}() can run code that is hidden in ${source.slice(0, 60)}.`;
    if (FOREIGN_DATA.test(source)) yield { range: node, message };
    else if (isParameter(source, call)) yield { range: node, message, severity: 'info', confidence: 'low' };
  } else if (keywords.get('verify')?.kind === 'false' && HTTP_CALL.test(path)) {
    yield {
      range: node,
      message: 'verify=False accepts any certificate, so that anyone in between can read along.',
    };
  } else if (path === 'ssl._create_unverified_context') {
    yield { range: node, message: 'A context without verification accepts any certificate.' };
  }
}

function isParameter(name: string, call: CallFact): boolean {
  return call.function?.parameters.some((parameter) => parameter.name === name) ?? false;
}
