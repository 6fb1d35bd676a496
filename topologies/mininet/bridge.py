"""The bridge between the TypeScript driver and Mininet: JSON lines on stdin and stdout.

    in   {"id": 1, "op": "start", "lab": {...}, "controller": "unix:..." | "tcp:...", "sandboxed": true, "owner": "..."}
         {"id": 2, "op": "link", "ends": ["h1", "s1"], "state": "up" | "down"}
         {"id": 3, "op": "tune"}   after a switch was connected: see Lab.tune
         {"id": 4, "op": "stop"}
    out  {"id": 2, "rc": 0, "out": "", "err": ""}
         {"ev": "ready", "datapath": "kernel" | "user", "nodes": {"h1": {...}}}
         {"ev": "stopped"}, {"ev": "fatal", "code": "...", "message": "..."}

It builds, changes links and stops; commands in hosts are run by the driver itself. The end of stdin means stop.
"""

import json
import os
import subprocess
import sys
import traceback

from lab import Lab
from lines import Lines
from openvswitch import Fatal

# Whatever prints must not break the protocol: it gets the true stdout, everything else gets stderr.
PROTOCOL = os.dup(1)
os.dup2(2, 1)

CONNECTED_POLL_MS = 1000


def send(message):
    data = (json.dumps(message) + '\n').encode()
    while data:
        data = data[os.write(PROTOCOL, data):]


def perform(lab, request):
    """Does what a request asks for."""
    if request['op'] == 'link':
        lab.link(*request['ends'], request['state'])
    elif request['op'] == 'tune':
        lab.tune()
    else:
        raise ValueError('there is no operation ' + request['op'])


def serve(lab, lines):
    """Answers requests until stop; returns the id of the stop request."""
    while True:
        request = lines.next(CONNECTED_POLL_MS if lab.untuned else None)
        if request is None:
            try:
                lab.look_for_connections()
            except subprocess.CalledProcessError:
                lab.untuned = []  # the user took the controller away
        elif request['op'] == 'stop':
            return request['id']
        else:
            try:
                perform(lab, request)
                send({'id': request['id'], 'rc': 0, 'out': '', 'err': ''})
            except Exception as error:  # the lab goes on after a bad request
                send({'id': request['id'], 'rc': 1, 'out': '', 'err': str(error)})


def main():
    lines = Lines()
    lab = stop = None
    try:
        lab = Lab(lines.next())
        lab.start()
        send({'ev': 'ready', 'datapath': lab.datapath, 'nodes': lab.nodes()})
        stop = serve(lab, lines)
    except EOFError:
        pass
    except Fatal as error:
        send({'ev': 'fatal', 'code': error.code, 'message': str(error)})
        return 1
    except (Exception, SystemExit) as error:  # Mininet calls exit() when a program is missing
        traceback.print_exc()
        words = (getattr(error, 'stderr', None) or '').strip()
        send({'ev': 'fatal', 'code': 'CRASHED', 'message': 'Mininet failed: %s %s' % (error, words)})
        return 1
    finally:
        if lab:
            lab.stop()
    try:
        if stop is not None:
            send({'id': stop, 'rc': 0, 'out': '', 'err': ''})
        send({'ev': 'stopped'})
    except OSError:
        pass  # the driver is gone
    return 0


if __name__ == '__main__':
    code = main()
    sys.stderr.flush()
    os._exit(code)  # Mininet's shells may be waited for at a normal exit
