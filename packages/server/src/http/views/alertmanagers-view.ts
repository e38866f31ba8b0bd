/** The Alertmanagers that alerts are sent to, by their URLs. */
export interface AlertmanagersView {
  active(): readonly string[];
  dropped(): readonly string[];
}
