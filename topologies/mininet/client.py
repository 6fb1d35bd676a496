"""The report's client: asks again and again, each time over a new connection, and prints each answer as a JSON line.

    client.py http://10.0.0.100/ --count 20 [--parallel 4] [--source-port 40000] [--interval SECONDS] [--timeout SECONDS]
    client.py --udp 10.0.0.100:53 --count 20
    client.py http://10.0.0.100/ --schedule [--timeout SECONDS]

    {"n": 1, "ok": true, "status": 200, "body": "Server 1", "ms": 3.2, "localPort": 40000, "error": null}

`--schedule`: standard input has a JSON array of the moments, in ms from now, at which to ask, whether or not the answers before have come.

`ms` is from the start of the connection to the last byte; the last newline of the body is left out. The exit code is 0
only when every request was answered.
"""

import argparse
import json
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

LOCK = threading.Lock()
MOST_AT_A_TIME = 512


def http(connection, url):
    """One GET over an open connection; returns (status, body)."""
    path = (url.path or '/') + ('?' + url.query if url.query else '')
    connection.sendall(('GET %s HTTP/1.0\r\nHost: %s\r\n\r\n' % (path, url.hostname)).encode())
    answer = b''
    while data := connection.recv(65536):
        answer += data
    if not answer:
        raise ConnectionError('closed without an answer')
    head, _, body = answer.partition(b'\r\n\r\n')
    return int(head.split(None, 2)[1]), body.decode(errors='replace')


def udp(connection, number):
    connection.send(b'request %d\n' % number)
    return None, connection.recv(65535).decode(errors='replace')


def request(number, options, url, address):
    result = {'n': number, 'ok': False, 'status': None, 'body': '', 'ms': 0, 'localPort': None, 'error': None}
    start = time.monotonic()
    connection = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if options.udp else socket.SOCK_STREAM)
    try:
        connection.settimeout(options.timeout)
        if options.source_port:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            connection.bind(('', options.source_port + number - 1))
        connection.connect(address)
        result['localPort'] = connection.getsockname()[1]
        status, body = udp(connection, number) if options.udp else http(connection, url)
        result.update(ok=status is None or status < 400, status=status, body=body.removesuffix('\n'))
    except socket.timeout:
        result['error'] = 'timeout'
    except ConnectionRefusedError:
        result['error'] = 'refused'
    except ConnectionResetError:
        result['error'] = 'reset'
    except OSError as error:
        result['error'] = error.strerror or str(error)
    finally:
        connection.close()
    result['ms'] = round((time.monotonic() - start) * 1000, 2)
    with LOCK:
        print(json.dumps(result), flush=True)
    return result['ok']


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('url', nargs='?')
    parser.add_argument('--udp', metavar='HOST:PORT')
    parser.add_argument('--count', type=int, default=1)
    parser.add_argument('--parallel', type=int, default=1)
    parser.add_argument('--source-port', type=int)
    parser.add_argument('--timeout', type=float, default=5)
    parser.add_argument('--interval', type=float, default=0)
    parser.add_argument('--schedule', action='store_true')
    options = parser.parse_args()
    if bool(options.url) == bool(options.udp):
        parser.error('give a URL or --udp HOST:PORT')
    url = urlsplit(options.url or 'udp://' + options.udp)
    address = (url.hostname, url.port or 80)
    done = []
    if options.schedule:
        moments = json.load(sys.stdin)
        start = time.monotonic()
        with ThreadPoolExecutor(MOST_AT_A_TIME) as pool:
            for number, ms in enumerate(moments, 1):
                time.sleep(max(0, start + ms / 1000 - time.monotonic()))
                done.append(pool.submit(request, number, options, url, address))
        sys.exit(0 if all(one.result() for one in done) else 1)
    with ThreadPoolExecutor(options.parallel) as pool:
        for number in range(1, options.count + 1):
            done.append(pool.submit(request, number, options, url, address))
            if options.interval:
                time.sleep(options.interval)
            elif options.parallel == 1:
                done[-1].result()
    sys.exit(0 if all(one.result() for one in done) else 1)


if __name__ == '__main__':
    main()
