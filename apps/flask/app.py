"""One page in Flask, measured by the real prometheus_flask_exporter: a target that Hearth's authors did not write."""

import os

from flask import Flask, render_template
from prometheus_flask_exporter import PrometheusMetrics

app = Flask(__name__)

metrics = PrometheusMetrics(app)
metrics.info('app_info', 'Application info', version='1.0.0')


@app.route('/')
def home():
    return render_template('index.html')


@app.route('/status/<int:status>', methods=['GET', 'POST', 'PUT', 'DELETE'])
def echo_status(status):
    return f'{status}\n', status


@app.route('/raise')
def raise_error():
    raise RuntimeError('an error that was asked for')


if __name__ == '__main__':
    app.run(host=os.environ.get('HOST', '127.0.0.1'), port=int(os.environ.get('PORT', '3306')), debug=False)
