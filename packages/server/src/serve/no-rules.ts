import type { AlertmanagersView } from '../http/views/alertmanagers-view.ts';
import type { RulesView } from '../http/views/rules-view.ts';

/** Nothing is evaluated. */
export const NO_RULES: RulesView = { groups: () => [] };

/** Nothing is sent. */
export const NO_ALERTMANAGERS: AlertmanagersView = { active: () => [], dropped: () => [] };
