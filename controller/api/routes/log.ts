import { eventLine, flowLine } from '../../core/events.ts';
import type { ApiApp } from '../api-app.ts';
import { newlines } from '../log/encoding.ts';
import { logQuery, type Run, readingOf } from '../log/query.ts';
import type { Sink } from '../log/reader.ts';
import { LOGS, type LogStream } from '../log/stream.ts';
import { operations } from '../operation.ts';
import { ProblemError } from '../problem.ts';
import { readerLine, snapshotLine } from '../shapes.ts';

const NDJSON = 'application/x-ndjson';
const OPERATIONS = {
  flows: { operationId: 'followFlows', line: flowLine, summary: 'Follow decisions and ends of connections' },
  events: {
    operationId: 'followEvents',
    line: eventLine,
    summary: 'Follow changes of servers, services, switches and configuration, alerts and warnings',
  },
};

/** The log over plain HTTP, one JSON object a line; the same paths are WebSockets for those who upgrade. */
export function logRoutes(api: ApiApp, stream: LogStream, run: Run): void {
  for (const [name, schema] of Object.entries({ ReaderLine: readerLine, SnapshotLine: snapshotLine }))
    api.openAPIRegistry.register(name, schema);
  for (const log of LOGS) {
    const { operationId, line, summary } = OPERATIONS[log];
    const route = operations('log')('get', `/${log}`, operationId, {
      summary,
      description: 'A WebSocket; a request with `Accept: application/x-ndjson` gets NDJSON instead.',
      request: { query: logQuery },
      responses: { 200: { description: 'An endless stream of lines.', content: { [NDJSON]: { schema: line } } } },
    });
    api.openapi(route, c => {
      if (!(c.req.header('accept') ?? '').includes(NDJSON))
        throw new ProblemError(426, `this path is a WebSocket; for NDJSON over plain HTTP send \`Accept: ${NDJSON}\``, [], {
          connection: 'upgrade',
          upgrade: 'websocket',
        });
      const reading = readingOf(stream, log, c.req.valid('query'), run, newlines);
      const lines = streamOf(sink => stream.open(reading, sink));
      return new Response(lines, { status: 200, headers: { 'content-type': NDJSON } }) as never;
    });
  }
}

/** What is written to a sink, as a body. The other side pulls it when it has room, so the unread bytes are known. */
function streamOf(open: (sink: Sink) => () => void): ReadableStream<Uint8Array> {
  let close = () => {};
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        close = open({
          get unread() {
            return -(controller.desiredSize ?? 0);
          },
          write: bytes => controller.enqueue(new Uint8Array(bytes)),
          end: () => controller.close(),
        });
      },
      cancel: () => close(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 0 }),
  );
}
