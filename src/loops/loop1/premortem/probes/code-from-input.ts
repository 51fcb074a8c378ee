import { findingsOf, findingExample } from '../findings';
import { rising } from '../probe';
import type { Probe } from '../probe';

const RULES = /^SE0[23]$/;

export const codeFromInput: Probe = {
  id: 'code-from-input',
  category: 'security',
  title: 'A visitor makes the server run a command or a program of his own',
  trigger: 'Input with a semicolon, a quote or a path in it.',
  chain: [
    'The input becomes part of a command, of code, or of a page',
    'It is run with the rights of the server',
    'The server, or the session of another user, is theirs',
  ],
  hurts: 'Everybody whose data is on the server',
  prevention: 'Call programs with a list of arguments, and never make code of text.',
  earlyWarning: 'Odd file names and commands in the log',
  verify: 'Input with every sign of the shell in it comes out as it went in.',
  per: 'file',
  needs: ['static'],
  impact: 0.95,
  likelihood: (found) => rising(0.5, found),
  bad: [findingExample('SE02', 'exec(`convert ${name}`);')],
  good: [findingExample('QC01', 'function long() {}')],
  look: (facts) => findingsOf(facts, RULES),
};
