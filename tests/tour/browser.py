"""Chromium, headless, spoken to by its DevTools protocol over a pipe: nothing to install but the browser.

    with Browser() as page:
        page.open("file:///...")
        page.evaluate("document.title")
        page.press("ArrowRight")
        page.complaints(), page.requests()
"""

import base64
import json
import os
import subprocess
import tempfile

TIMEOUT_S = 120
FROM_BROWSER, TO_BROWSER = 4, 3         # the descriptors on which Chromium writes and reads
SHIFT = 8
KEYS = {"ArrowRight": 39, "ArrowLeft": 37, "Home": 36, "End": 35, " ": 32}


class Browser:
    def __init__(self):
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        reader, its_writer = os.pipe()
        its_reader, writer = os.pipe()

        def connect():
            # Above the numbers that they get, first: one may have the other's.
            high = [os.dup(its_reader), os.dup(its_writer)]
            os.dup2(high[0], TO_BROWSER)
            os.dup2(high[1], FROM_BROWSER)
        words = ["chromium", "--headless=new", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-pipe",
                 f"--user-data-dir={self.profile.name}", "about:blank"]
        if os.geteuid() == 0:
            words.insert(1, "--no-sandbox")
        self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, close_fds=False, preexec_fn=connect)
        os.close(its_reader)
        os.close(its_writer)
        self.reader, self.writer = os.fdopen(reader, "rb"), writer
        self.count, self.events, self.session, self.buffer = 0, [], None, b""
        self.attach()

    def attach(self):
        targets = self.call("Target.getTargets")["targetInfos"]
        page = next(one for one in targets if one["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait(TIMEOUT_S)
        os.close(self.writer)
        self.reader.close()
        self.profile.cleanup()

    # --- The protocol: JSON, each message ended by a NUL ---

    def read_message(self):
        while b"\0" not in self.buffer:
            data = self.reader.read1(1 << 16)
            if not data:
                raise AssertionError("Chromium ended")
            self.buffer += data
        text, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(text)

    def call(self, method, **parameters):
        self.count += 1
        message = {"id": self.count, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.writer, data):]
        while True:
            answer = self.read_message()
            if answer.get("id") == self.count:
                assert "error" not in answer, (method, answer["error"])
                return answer["result"]
            self.events.append(answer)

    # --- What tests do ---

    def open(self, address, ready):
        """Opens a page and waits until the expression `ready` is true there."""
        self.call("Page.navigate", url=address)
        self.wait_for(ready)

    def wait_for(self, condition):
        self.evaluate(f"new Promise((done) => {{ const look = () => ({condition}) ? done() : setTimeout(look, 50);"
                      " look(); })")

    def evaluate(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in result, (expression, result["exceptionDetails"])
        return result["result"].get("value")

    def press(self, key, shift=False):
        code = KEYS.get(key, ord(key[0].upper()))
        known = {"key": key, "windowsVirtualKeyCode": code, "modifiers": SHIFT if shift else 0}
        text = {"text": key} if len(key) == 1 else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", **known, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", **known)

    def look_as(self, width, height, dark=False, calm=False):
        """A window of that size, of somebody who likes it dark, or without motion."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce" if calm else "no-preference"}])

    def screenshot(self, path):
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def complaints(self):
        """Errors of the page's scripts, and what is on its console."""
        return [event["params"] for event in self.events
                if event["method"] in ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled")]

    def requests(self):
        """The addresses that it asked for."""
        return [event["params"]["request"]["url"] for event in self.events
                if event["method"] == "Network.requestWillBeSent"]
