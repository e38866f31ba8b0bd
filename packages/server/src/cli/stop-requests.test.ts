import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { createFakeClock, type FakeClock } from '../testing/fake-clock.ts';
import { listenForStopRequests, type StopRequests } from './stop-requests.ts';

function listen(): { source: EventEmitter; clock: FakeClock; requests: StopRequests; state(): string } {
  const source = new EventEmitter();
  const clock = createFakeClock();
  const requests = listenForStopRequests(source, clock);
  const state = (): string => {
    if (requests.hurry.aborted) return 'hurry';
    return requests.stop.aborted ? 'stop' : 'run';
  };
  return { source, clock, requests, state };
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s asks for a stop', (signal) => {
  const { source, state } = listen();
  expect(state()).toBe('run');
  source.emit(signal);
  expect(state()).toBe('stop');
});

test('the same request, arriving twice, is one', () => {
  const { source, clock, state } = listen();
  source.emit('SIGINT');
  clock.advance(200);
  source.emit('SIGINT');
  expect(state()).toBe('stop');
});

test('a second request is a hurry, and after it the signals are left alone', () => {
  const { source, clock, state } = listen();
  source.emit('SIGINT');
  clock.advance(201);
  source.emit('SIGTERM');
  expect(state()).toBe('hurry');
  expect(source.eventNames()).toEqual([]);
});

test('a stop for another reason is never a hurry, but a signal after it is', () => {
  const { source, clock, requests, state } = listen();
  requests.requestStop();
  clock.advance(1_000);
  requests.requestStop();
  expect(state()).toBe('stop');
  source.emit('SIGINT');
  expect(state()).toBe('hurry');
});
