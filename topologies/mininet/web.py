"""The page of a lab's server, over HTTP and UDP.

    web.py --page 'Server 1' [--http 8000] [--udp 9000] [--service '{"kind": "exponential", "meanMs": 20}' --workers 1 --speed 1 --seed 1]

HTTP (a connection for each request):  /  the page;  /client  the client's address as seen here;
/slow?ms=500  the page after a while;  /stream?seconds=60&everyMs=1000  a line again and again in one long response.
`--service`: how long the page takes, as a distribution of topologies/embedded/distribution.ts; `--workers` pages at a time, the others wait.
UDP: answers each datagram with the page and the client's address. Prints one JSON line when it listens.
"""

import argparse
import json
import random
import socket
import socketserver
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit


DRAWS = {
    'constant': lambda r, ms: ms,
    'uniform': lambda r, lowMs, highMs: r.uniform(lowMs, highMs),
    'exponential': lambda r, meanMs: r.expovariate(1 / meanMs),
    'normal': lambda r, meanMs, deviationMs: max(0, r.gauss(meanMs, deviationMs)),
    'pareto': lambda r, meanMs, shape: r.paretovariate(shape) * meanMs * (shape - 1) / shape,
    'bounded-pareto': lambda r, lowMs, highMs, shape: lowMs * (1 - r.random() * (1 - (lowMs / highMs) ** shape)) ** (-1 / shape),
    'lognormal': lambda r, medianMs, sigma: medianMs * r.lognormvariate(0, sigma),
}


class Work:
    """What a page takes: some workers, each busy with one page at a time. The others wait in a queue: a semaphore may leave one of them behind for ever."""

    def __init__(self, service, workers, speed, seed):
        self.numbers = dict(service)
        self.draw = DRAWS[self.numbers.pop('kind')]
        self.speed = speed
        self.random = random.Random(seed)
        self.workers = ThreadPoolExecutor(workers) if workers else None

    def do(self):
        if self.workers:
            self.workers.submit(self.one).result()
        else:
            self.one()

    def one(self):
        time.sleep(self.draw(self.random, **self.numbers) / self.speed / 1000)


class Web(socketserver.ThreadingTCPServer):
    """Not http.server's own class: that one looks its name up in the DNS, which a lab does not have."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 1024


class Handler(BaseHTTPRequestHandler):
    page = ''
    work = None
    disable_nagle_algorithm = True

    def do_GET(self):
        url = urlsplit(self.path)
        query = {key: values[-1] for key, values in parse_qs(url.query).items()}
        if url.path == '/client':
            return self.answer('%s:%d' % self.client_address)
        if url.path == '/slow':
            time.sleep(float(query.get('ms', 1000)) / 1000)
        if url.path == '/stream':
            return self.stream(float(query.get('seconds', 10)), float(query.get('everyMs', 1000)) / 1000)
        if self.work:
            self.work.do()
        return self.answer(self.page)

    def do_POST(self):
        self.rfile.read(int(self.headers.get('Content-Length', 0)))
        self.do_GET()

    def answer(self, text):
        body = (text + '\n').encode()
        self.send_response(200)
        self.send_header('Content-Type', 'text/plain; charset=utf-8')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def stream(self, seconds, every):
        self.send_response(200)
        self.send_header('Content-Type', 'text/plain; charset=utf-8')
        self.end_headers()
        start = time.monotonic()
        number = 0
        while time.monotonic() - start < seconds:
            number += 1
            self.wfile.write(('%s %d\n' % (self.page, number)).encode())
            time.sleep(every)

    def log_message(self, *_):
        pass


class QuietWeb(Web):
    def handle_error(self, request, client_address):
        pass  # clients that go away in the middle are part of every lab


def udp(port, page):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(('', port))
        while True:
            try:
                _, client = server.recvfrom(65535)
                server.sendto(('%s %s:%d\n' % (page, *client)).encode(), client)
            except OSError:
                pass  # an ICMP error of a client that is gone


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--page', required=True)
    parser.add_argument('--http', type=int)
    parser.add_argument('--udp', type=int)
    parser.add_argument('--service', type=json.loads)
    parser.add_argument('--workers', type=int)
    parser.add_argument('--speed', type=float, default=1)
    parser.add_argument('--seed')
    options = parser.parse_args()
    Handler.page = options.page
    if options.service:
        Handler.work = Work(options.service, options.workers, options.speed, options.seed)
    threads = []
    if options.http:
        web = QuietWeb(('', options.http), Handler)
        threads.append(threading.Thread(target=web.serve_forever))
    if options.udp:
        threads.append(threading.Thread(target=udp, args=(options.udp, options.page)))
    for thread in threads:
        thread.start()
    print(json.dumps({'ready': True, 'page': options.page, 'http': options.http, 'udp': options.udp}), flush=True)
    for thread in threads:
        thread.join()


if __name__ == '__main__':
    main()
