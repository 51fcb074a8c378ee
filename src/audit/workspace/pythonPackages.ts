import { readdirSync } from 'node:fs';
import { posix } from 'node:path';
import * as path from 'node:path';
import { foldersAbove } from '../production/discovery/sources';
import type { WorkspaceSources } from '../production/discovery/sources';

/** Top-level modules of the standard library, Python 3.8 to 3.14. */
const STANDARD = new Set(
  (
    '__future__ __main__ _ast _collections_abc _io _socket _thread _typeshed _weakref abc aifc ' +
    'annotationlib antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb ' +
    'binascii bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop ' +
    'collections colorsys compileall compression concurrent configparser contextlib contextvars copy ' +
    'copyreg crypt csv ctypes curses dataclasses datetime dbm decimal difflib dis distutils doctest email ' +
    'encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib ' +
    'functools gc genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http ' +
    'idlelib imaplib imghdr imp importlib inspect io ipaddress itertools json keyword lib2to3 linecache ' +
    'locale logging lzma mailbox mailcap marshal math mimetypes mmap modulefinder msilib msvcrt ' +
    'multiprocessing netrc nis nntplib nt ntpath nturl2path numbers opcode operator optparse os ' +
    'ossaudiodev pathlib pdb pickle pickletools pipes pkgutil platform plistlib poplib posix posixpath ' +
    'pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re ' +
    'readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil ' +
    'signal site smtpd smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants ' +
    'sre_parse ssl stat statistics string stringprep struct subprocess sunau symtable sys sysconfig ' +
    'syslog tabnanny tarfile telnetlib tempfile termios textwrap this threading time timeit tkinter token ' +
    'tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest ' +
    'urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc ' +
    'zipapp zipfile zipimport zlib zoneinfo '
  )
    .trim()
    .split(' '),
);

/** Modules that come from a distribution of another name. */
const DISTRIBUTED_AS: Record<string, string> = {
  yaml: 'pyyaml', cv2: 'opencv', PIL: 'pillow', sklearn: 'scikit-learn', bs4: 'beautifulsoup4', dateutil: 'python-dateutil',
  dotenv: 'python-dotenv', jwt: 'pyjwt', attr: 'attrs', google: 'google', Crypto: 'pycryptodome', OpenSSL: 'pyopenssl',
  serial: 'pyserial', usb: 'pyusb', magic: 'python-magic', MySQLdb: 'mysqlclient', psycopg2: 'psycopg2', redis: 'redis',
  git: 'gitpython', github: 'pygithub', docx: 'python-docx', pptx: 'python-pptx', fitz: 'pymupdf', jose: 'python-jose',
  multipart: 'python-multipart', slugify: 'python-slugify', telegram: 'python-telegram-bot', zmq: 'pyzmq', win32api: 'pywin32',
  pkg_resources: 'setuptools', setuptools: 'setuptools', pip: 'pip', skimage: 'scikit-image', mpl_toolkits: 'matplotlib',
  rest_framework: 'djangorestframework', corsheaders: 'django-cors-headers', environ: 'django-environ', nacl: 'pynacl',
  ldap: 'python-ldap', lxml: 'lxml', markdown: 'markdown', Xlib: 'python-xlib', wx: 'wxpython', gi: 'pygobject',
}; // prettier-ignore

const ENVIRONMENTS = ['.venv', 'venv', 'env'];
const REQUIREMENTS = /(?:^|\/)(?:[\w.-]*requirements?[\w.-]*\.(?:txt|in)|requirements\/[\w.-]+\.(?:txt|in))$/;
const DECLARING = /(?:^|\/)(?:pyproject\.toml|setup\.cfg|setup\.py|Pipfile|environment\.ya?ml)$/;

/** What a project of Python says it needs, and what of it is installed beside it. */
export class PythonPackages {
  private declared: string[] | undefined;
  private readonly installed = new Map<string, Set<string> | undefined>();

  constructor(
    private readonly root: string,
    private readonly sources: WorkspaceSources,
  ) {}

  /** Why a top-level module leads nowhere; undefined where it is known, or where nothing says what there should be. */
  whyMissing(file: string, module: string): { why: string; certain: boolean } | undefined {
    if (module === '' || STANDARD.has(module) || module.startsWith('_')) return undefined;
    const declared = this.declarations();
    if (declared.length === 0 || declared.some((name) => isRelated(module, name))) return undefined;
    const environments = foldersAbove(file).flatMap((folder) => this.environmentIn(folder) ?? []);
    if (environments.some((names) => names.has(module))) return undefined;
    const known = environments.length > 0;
    const why = known
      ? `nothing that the project declares is called ${module}, and it is not installed`
      : `nothing that the project declares is called ${module}`;
    return { why, certain: known };
  }

  /** Names that stand in the files that declare dependencies, normalized; every word counts, so that nothing is missed. */
  private declarations(): string[] {
    if (this.declared) return this.declared;
    const names = new Set<string>();
    for (const file of this.sources.paths) {
      if (!REQUIREMENTS.test(file) && !DECLARING.test(file)) continue;
      for (const [word] of (this.sources.text(file) ?? '').matchAll(/[A-Za-z][\w.-]*\w/g))
        names.add(normal(word));
    }
    return (this.declared = [...names]);
  }

  private environmentIn(folder: string): Set<string> | undefined {
    if (!this.installed.has(folder)) this.installed.set(folder, this.readEnvironment(folder));
    return this.installed.get(folder);
  }

  private readEnvironment(folder: string): Set<string> | undefined {
    for (const environment of ENVIRONMENTS) {
      const base = path.join(this.root, folder, environment);
      const sites = [
        path.join(base, 'Lib', 'site-packages'),
        ...list(path.join(base, 'lib')).map((name) => path.join(base, 'lib', name, 'site-packages')),
      ];
      const names = sites.flatMap(list);
      if (names.length > 0) return new Set(names.map((name) => posix.basename(name).replace(/\..*$/, '')));
    }
    return undefined;
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // There is none.
    return [];
  }
}

function normal(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

function isRelated(module: string, declared: string): boolean {
  const names = [normal(module), DISTRIBUTED_AS[module]].filter((name) => name !== undefined);
  return names.some((name) => declared === name || (name.length > 3 && declared.includes(name)));
}
