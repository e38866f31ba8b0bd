import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PACKAGE = join(ROOT, 'packages/instrument');
const TSC = join(ROOT, 'node_modules/.bin/tsc');

/** `@hearth/instrument` as the registry would get it, and a project outside of this repository that has it installed. */
export interface PackedLibrary {
  /** The paths of the files in the package. */
  readonly files: readonly string[];
  /** Where it is installed. */
  readonly folder: string;
  readonly project: Project;
  close(): Promise<void>;
}

export interface Project {
  readonly folder: string;
  /** Installs packages that the library is tested with, in the same versions; all of them if none is named. */
  install(...names: readonly string[]): Promise<void>;
  write(file: string, text: string): Promise<void>;
  /** What the compiler of this repository, being strict, has against its TypeScript and the library's declarations. */
  typeCheck(): Promise<readonly string[]>;
}

/** Packs what was built, and installs it with npm beside nothing else. */
export async function packLibrary(): Promise<PackedLibrary> {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-e2e-pack-'));
  const close = () => rm(folder, { recursive: true, force: true });
  try {
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: PACKAGE });
    const [packed] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
    const project = await createProject(join(folder, 'project'), join(folder, packed!.filename));
    const files = packed!.files.map(({ path }) => path);
    return { files, folder: join(project.folder, 'node_modules/@hearth/instrument'), project, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Without the settings of this repository, which npm hands down to what its scripts start. */
const AS_ANYBODY = ['--no-engine-strict', '--no-audit', '--no-fund', '--prefer-offline'];

async function createProject(folder: string, library: string): Promise<Project> {
  const versions = await testedVersions();
  const install = async (...packages: readonly string[]) => {
    await run('npm', ['install', '--prefix', folder, ...AS_ANYBODY, ...packages]);
  };
  const write = (file: string, text: string) => writeFile(join(folder, file), text);
  await mkdir(folder);
  await write('package.json', JSON.stringify({ name: 'project', private: true, type: 'module' }));
  await write('tsconfig.json', JSON.stringify(STRICT));
  await install(library);
  return {
    folder,
    write,
    install: (...names) => {
      const wanted = names.length > 0 ? names : Object.keys(versions);
      return install(...wanted.map((name) => `${name}@${versions[name]!}`));
    },
    typeCheck: () =>
      run(TSC, ['--pretty', 'false'], { cwd: folder }).then(
        () => [],
        (error: Error & { readonly stdout: string }) => {
          if (error.stdout === '') throw error;
          return error.stdout.split('\n').filter(isOurs);
        },
      ),
  };
}

/** Other packages' declarations may be at odds with each other; `@types/koa` is, with what it builds on. */
function isOurs(complaint: string): boolean {
  return complaint !== '' && !/^node_modules\/(?!@hearth\/)/.test(complaint);
}

const STRICT = {
  compilerOptions: {
    target: 'ES2022',
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    noEmit: true,
    types: ['node'],
  },
  include: ['*.ts'],
};

async function testedVersions(): Promise<Readonly<Record<string, string>>> {
  const developedWith = async (folder: string) => {
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
    return manifest.devDependencies;
  };
  const ofRepository = await developedWith(ROOT);
  return { ...(await developedWith(PACKAGE)), '@types/node': ofRepository['@types/node']! };
}

interface Manifest {
  readonly devDependencies: Readonly<Record<string, string>>;
}
