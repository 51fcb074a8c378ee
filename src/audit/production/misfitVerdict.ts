import type { Misfit } from './dependencies/misfit';
import type { ProductionVerdict } from './verdict';
import { clip } from './wording';

/** What loaders, interpreters and packages say when machine code is not there or not for this system. */
const LOADER_TROUBLE =
  /cannot open shared object|Error loading shared library|Error relocating|\.so[\w.]*: undefined symbol|Exec format error|ENOEXEC|native binding|another platform|\b(?:linux|darwin|win32)-(?:x64|arm64|ia32)\b/i;
/** The same in words that mean nothing else. */
const CERTAIN_TROUBLE =
  /invalid ELF header|wrong ELF class|ERR_DLOPEN_FAILED|(?:GLIBC|GLIBCXX|CXXABI)_[\d.]+' not found/;
const OTHER_NODE = /was compiled against a different Node\.js version/;
const IMPORT_TROUBLE = /import|modul|require|binding|librar|not installed/i;
const ADVICE =
  'Use "Install Dependencies for Audits", or install them in a container of the same image, or choose an image they fit';

/**
 * A failure that comes from packages which do not fit the image says nothing about the code: it becomes "not run", with the
 * reason. A failure that has any other finding stays one.
 */
export function explainMisfits(verdict: ProductionVerdict, misfits: readonly Misfit[]): ProductionVerdict {
  if (verdict.status === 'pass') return verdict;
  const texts =
    verdict.findings.length > 0 ? verdict.findings.map(({ message }) => message) : [verdict.reason];
  const causes = texts.map((text) => causeOf(text, misfits));
  const [cause] = causes;
  if (cause === undefined || causes.includes(undefined)) return verdict;
  const { notes, tests } = verdict;
  const reason = `${cause}: ${clip(texts[0] ?? '')}. ${ADVICE}`;
  return { status: 'not run', reason, nextStep: 'install-dependencies', findings: [], notes, tests };
}

/** Why the workspace's packages made this trouble; undefined when they did not. */
function causeOf(text: string, misfits: readonly Misfit[]): string | undefined {
  const isCertain = CERTAIN_TROUBLE.test(text);
  const isLoader = isCertain || LOADER_TROUBLE.test(text);
  const named = misfits.find(({ package: name }) => mentions(text, name));
  const misfit = named ?? (isLoader ? misfits[0] : undefined);
  if (misfit && (isLoader || IMPORT_TROUBLE.test(text)))
    return `the workspace's ${misfit.package} ${misfit.why}`;
  if (OTHER_NODE.test(text))
    return "a package of the workspace was built for another version of Node than the image's";
  return isCertain ? "a package of the workspace does not fit the image's platform" : undefined;
}

function mentions(text: string, name: string): boolean {
  const at = text.indexOf(name);
  const isEdge = (character: string | undefined): boolean => !/[\w-]/.test(character ?? ' ');
  return at >= 0 && isEdge(text[at - 1]) && isEdge(text[at + name.length]);
}
