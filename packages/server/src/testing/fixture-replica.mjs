// A stand-in for the sample application: it keeps the same contract and, when told so by FIXTURE_MODE, breaks it.
//   crash       writes two lines and exits with code 3 before it listens
//   deaf        never listens
//   stubborn    listens, and does not end when asked
//   shouting    listens, and writes a very long line with colours in it
import { createServer } from 'node:http';
import process from 'node:process';

const { HOST, PORT, FIXTURE_MODE: mode } = process.env;
const server = createServer((request, response) => {
  if (request.url === '/hang') return;
  response.end(JSON.stringify({ pid: process.pid, port: Number(PORT) }));
});

function end() {
  if (mode === 'stubborn') return;
  server.close(() => process.exit(0));
  server.closeAllConnections();
}

process.on('SIGTERM', end).on('SIGINT', end).on('disconnect', end);

server.on('error', (error) => {
  console.error(`cannot listen: ${error.message}`);
  process.exit(1);
});

if (mode === 'crash') {
  console.log('reading the configuration');
  console.error('no such configuration');
  process.exit(3);
}

if (mode !== 'deaf') {
  server.listen({ host: HOST, port: Number(PORT) }, () => {
    const { port } = server.address();
    console.log(`listening on ${HOST}:${port}`);
    if (mode === 'shouting') console.log(`\u001b[31m${'A'.repeat(10_000)}\u001b[0m`);
    process.send({ type: 'listening', port, host: HOST });
  });
}
