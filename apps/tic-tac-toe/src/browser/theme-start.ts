/** Loaded before the first paint, so that a chosen theme does not flash. */
import { applyStoredTheme } from './theme.ts';

applyStoredTheme();
