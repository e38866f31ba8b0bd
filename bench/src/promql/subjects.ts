import { Agent, get } from 'node:http';
import type { Program } from '../support/programs.ts';
import { END_MS, QUERY_START_MS, STEP_MS } from './period.ts';
import type { QuerierAnswer, Question } from './querier.ts';

/** One that answers range queries over the whole period. */
export interface Subject {
  readonly name: string;
  readonly pid: number;
  /** Rejects when the query fails. */
  ask(query: string, options: { readonly wantsBody: boolean }): Promise<Answer>;
}

export interface Answer {
  /** Until the last byte of the JSON is there. */
  readonly milliseconds: number;
  /** Empty unless it was wanted. */
  readonly body: string;
  /** The longest turn of the event loop meanwhile, of a subject that has one. */
  readonly longestTurnMs?: number;
}

interface HttpServer {
  readonly program: Program;
  readonly origin: string;
}

/** Over HTTP, on a connection that is kept. */
export function httpSubject(name: string, { program, origin }: HttpServer): Subject {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times = { start: String(QUERY_START_MS / 1000), end: String(END_MS / 1000), step: String(STEP_MS / 1000) };
  return {
    name,
    pid: program.pid,
    async ask(query, { wantsBody }) {
      const parameters = new URLSearchParams({ query, ...times, nocache: '1' });
      const url = `${origin}/api/v1/query_range?${parameters.toString()}`;
      const start = performance.now();
      const { status, chunks } = await read(url, agent);
      const milliseconds = performance.now() - start;
      if (status !== 200) throw new Error(`${name} answers ${status}: ${Buffer.concat(chunks).toString()}`);
      return { milliseconds, body: wantsBody ? Buffer.concat(chunks).toString() : '' };
    },
  };
}

function read(url: string, agent: Agent): Promise<{ readonly status: number; readonly chunks: readonly Buffer[] }> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode!, chunks }));
    }).once('error', reject);
  });
}

/** In a process of its own; its messages are not part of the time. */
export function workerSubject(name: string, program: Program): Subject {
  return {
    name,
    pid: program.pid,
    async ask(text, { wantsBody }) {
      const question: Question = { text, wantsBody };
      program.send(question);
      const answer = await program.message<QuerierAnswer>();
      if (answer.error !== undefined) throw new Error(`${name} fails: ${answer.error}`);
      return answer;
    },
  };
}
