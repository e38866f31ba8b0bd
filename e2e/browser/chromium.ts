import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Where Debian's package puts it, unless the environment knows better. */
const CHROMIUM_PATH = process.env.CHROMIUM_PATH || '/usr/bin/chromium';

/** For `describe.skipIf`. */
export const chromiumIsMissing = !existsSync(CHROMIUM_PATH);

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A suite's name, with the reason when it is going to be skipped. */
export function browserSuite(name: string): string {
  return chromiumIsMissing ? `${name} (skipped: no Chromium found (set CHROMIUM_PATH))` : name;
}

/** A headless browser with a user-data folder of its own, which goes when the browser is closed. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM_PATH, headless: true, args: FLAGS });
}

/** Everything the page complains about from now on: uncaught errors, console errors, violations of its security policy. */
export function collectComplaints(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`${message.type()}: ${message.text()}`);
  });
  return complaints;
}
