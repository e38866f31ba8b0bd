/** Labels with a meaning, as in Prometheus. */
export const ADDRESS = '__address__';
export const SCHEME = '__scheme__';
export const METRICS_PATH = '__metrics_path__';
export const SCRAPE_INTERVAL = '__scrape_interval__';
export const SCRAPE_TIMEOUT = '__scrape_timeout__';
export const PARAM_PREFIX = '__param_';
export const META_PREFIX = '__meta_';
/** Labels that start like this are not put on series. */
export const INTERNAL_PREFIX = '__';
export const JOB = 'job';
export const INSTANCE = 'instance';
