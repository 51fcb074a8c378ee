import type { Probe } from '../probe';

const PIPED =
  /\b(curl|wget)\b[^|;&]*https?:\/\/[^|;&]*\|\s*(sudo\s+)?(ba|z|da)?sh\b|\b(ba)?sh\s+-c\s+["']?\$\((curl|wget)\b/;

export const remoteScriptPiped: Probe = {
  id: 'remote-script-piped',
  category: 'build and deploy',
  title: 'The build runs whatever a web page says today',
  trigger: 'The page changes, is broken, or is taken over.',
  chain: [
    'The next build runs the new text with all rights of the build',
    'The image holds what nobody has chosen',
  ],
  hurts: 'Everybody who runs the image',
  prevention: 'Install a named version, and compare its checksum.',
  earlyWarning: 'The same commit builds images of different size',
  verify: 'No build step runs what it has just fetched unchecked.',
  per: 'file',
  impact: 0.6,
  likelihood: () => 0.3,
  bad: [
    {
      files: { Dockerfile: 'FROM debian:13.1-slim\n»RUN curl -fsSL https://get.example/install.sh | bash\n' },
    },
    { files: { '.github/workflows/ci.yml': 'steps:\n»  - run: wget -qO- https://x.example/i.sh | sh\n' } },
  ],
  good: [
    {
      files: {
        Dockerfile:
          'FROM debian:13.1-slim\nRUN curl -fsSLo i.sh https://x.example/i.sh && echo "abc  i.sh" | sha256sum -c && sh i.sh\n',
      },
    },
  ],
  *look(facts) {
    for (const { path, stages } of facts.dockerfiles)
      for (const { name, value, line } of stages.flatMap(({ instructions }) => instructions))
        if (name === 'RUN' && PIPED.test(value)) yield { file: path, line, shows: `RUN ${value}` };
    for (const { path, text } of facts.workflows)
      for (const [index, line] of text.split('\n').entries())
        if (!line.trim().startsWith('#') && PIPED.test(line.slice(0, 2000)))
          yield { file: path, line: index + 1, shows: line.trim() };
  },
};
