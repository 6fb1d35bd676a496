"""Requests as lines of JSON on stdin, without ever missing a signal."""

import json
import os
import select
import signal


class Lines:
    """Requests from stdin; ends at end of input or when a signal asks for it."""

    def __init__(self):
        self.buffer = b''
        self.wake, waker = os.pipe()
        os.set_blocking(waker, False)
        signal.set_wakeup_fd(waker)
        # Handlers do nothing: the byte in the pipe is the message. Ctrl-C is the driver's business.
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        self.poller = select.poll()
        self.poller.register(0, select.POLLIN)
        self.poller.register(self.wake, select.POLLIN)

    def next(self, timeout_ms=None):
        """A request, None after the timeout; raises EOFError."""
        while b'\n' not in self.buffer:
            ready = self.poller.poll(timeout_ms)
            if not ready:
                return None
            for fd, _ in ready:
                if fd == self.wake:
                    if set(os.read(self.wake, 64)) & {signal.SIGTERM, signal.SIGHUP}:
                        raise EOFError
                    continue
                data = os.read(0, 65536)
                if not data:
                    raise EOFError
                self.buffer += data
        line, self.buffer = self.buffer.split(b'\n', 1)
        return json.loads(line)
