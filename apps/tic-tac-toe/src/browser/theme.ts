export type Theme = 'light' | 'dark';

const STORAGE_KEY = 'theme';

/** Shows the theme that was chosen earlier, if one was; otherwise the styles follow the system. */
export function applyStoredTheme(): void {
  const theme = tryStorage((storage) => storage.getItem(STORAGE_KEY));
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
}

export function shownTheme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  return chosen === 'light' || chosen === 'dark' ? chosen : systemTheme();
}

/** Changes sides. A choice that agrees with the system is not kept: the page follows the system again. */
export function toggleTheme(): void {
  const theme = shownTheme() === 'dark' ? 'light' : 'dark';
  if (theme === systemTheme()) {
    delete document.documentElement.dataset.theme;
    tryStorage((storage) => storage.removeItem(STORAGE_KEY));
  } else {
    document.documentElement.dataset.theme = theme;
    tryStorage((storage) => storage.setItem(STORAGE_KEY, theme));
  }
}

export function onSystemThemeChange(listener: () => void): void {
  darkQuery().addEventListener('change', listener);
}

function systemTheme(): Theme {
  return darkQuery().matches ? 'dark' : 'light';
}

function darkQuery(): MediaQueryList {
  return window.matchMedia('(prefers-color-scheme: dark)');
}

/** A browser may forbid storage altogether; then the choice lasts as long as the page. */
function tryStorage<T>(use: (storage: Storage) => T): T | undefined {
  try {
    return use(window.localStorage);
  } catch {
    return undefined;
  }
}
