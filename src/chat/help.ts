export const HELP = `I answer these, and ask no language model:

| ask | what you get |
| --- | --- |
| \`/status [PROJECT]\` | containers with state, health, uptime and ports |
| \`/logs [PROJECT] [LINES]\` | the last lines of its logs, 50 unless you say how many |
| \`/restart [PROJECT] [SERVICE...]\` | the order of a restart; \`yes\` carries it out |
| \`/deploy [PROJECT[/ENVIRONMENT]]\` | the plan of a deploy; \`yes\` carries it out |
| \`/rollback [PROJECT[/ENVIRONMENT]] [RELEASE]\` | the plan of going back; \`yes\` carries it out |
| \`/audit [FILE]\` | the verdict over a file, the open one unless you name it |
| \`/premortem\` | the cards of the last Loop 1: how the project may fail |
| \`/help\` | this |

Where there is one project only, it need not be named. What changes something waits for your \`yes\`, for five minutes.
`;
