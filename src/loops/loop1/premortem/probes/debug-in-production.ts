import { seenAt } from '../look';
import type { Probe } from '../probe';

const ON = /\.run\s*\([^()]*\bdebug\s*=\s*True|^DEBUG\s*=\s*True\b/gm;
const FOR_DEVELOPMENT = /(^|[/_.-])(dev|development|local|debug|test)([/_.-]|$)/i;

export const debugInProduction: Probe = {
  id: 'debug-in-production',
  category: 'security',
  title: 'An error page gives visitors a console on the server, or its settings',
  trigger: 'The first error of a page that is reachable from outside.',
  chain: ['The page shows code, settings and secrets', 'The debugger takes commands', 'The server is theirs'],
  hurts: 'Everybody whose data is on the server',
  prevention: 'Take the switch from the environment, off unless it says otherwise.',
  earlyWarning: 'An error page with code in it',
  verify: 'An error on the deployed service shows a plain page.',
  per: 'file',
  impact: 0.85,
  likelihood: () => 0.45,
  bad: [
    { files: { 'app.py': 'app = Flask(__name__)\n»app.run(host="0.0.0.0", debug=True)\n' } },
    { files: { 'shop/settings.py': '»DEBUG = True\n' } },
  ],
  good: [
    {
      files: {
        'app.py': 'app.run(debug=os.environ.get("DEBUG") == "1")\n# DEBUG = True\n',
        'shop/settings/dev.py': 'DEBUG = True\n',
        'shop/settings_local.py': 'DEBUG = True\n',
      },
    },
  ],
  *look(facts) {
    for (const file of facts.productCode) {
      if (file.language !== 'python' || FOR_DEVELOPMENT.test(file.path)) continue;
      for (const { index } of file.bare.matchAll(ON)) yield seenAt(file, index);
    }
  },
};
