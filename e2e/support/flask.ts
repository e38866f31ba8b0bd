import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startProcess } from './running-process.ts';
import type { WebApp } from './web-app.ts';

const FOLDER = fileURLToPath(new URL('../../apps/flask/', import.meta.url));

/** A Python that has what apps/flask/requirements.txt lists, unless there is none. */
const PYTHON = process.env.FLASK_PYTHON || `${FOLDER}.venv/bin/python`;

/** For `describe.skipIf`. */
export const flaskIsMissing = !existsSync(PYTHON);

/** A suite's name, with the reason when it is going to be skipped. */
export function flaskSuite(name: string): string {
  return flaskIsMissing ? `${name} (skipped: no Python for apps/flask (see its README, or set FLASK_PYTHON))` : name;
}

/** The Flask original, on a free port. */
export async function startFlask(): Promise<WebApp> {
  const python = startProcess(PYTHON, ['app.py'], {
    cwd: FOLDER,
    env: { HOST: '127.0.0.1', PORT: '0', FLASK_DEBUG: '0', PYTHONDONTWRITEBYTECODE: '1' },
  });
  const close = async () => void (await python.stop());
  try {
    const [, url] = await python.untilPrinted(/Running on (http:\S+)\s/);
    return { url: url!, close };
  } catch (error) {
    await close();
    throw error;
  }
}
