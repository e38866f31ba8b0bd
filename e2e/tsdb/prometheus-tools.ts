export { missing, type PrometheusServer, promtool, startPrometheus } from '../support/prometheus-server.ts';
