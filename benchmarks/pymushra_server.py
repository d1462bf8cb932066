"""Serves pymushra's own Flask app on one port of this machine; run by the peer's Python.

Its `server` command listens on every address with the debugger on; this is the same app and the
same threaded server without either.

    python pymushra_server.py DATABASE.json PORT
"""

import sys

from pymushra.service import app  # type: ignore[import-not-found]
from tinydb import TinyDB  # type: ignore[import-not-found]

if __name__ == "__main__":
    app.config["admin_allowlist"] = ["127.0.0.1"]
    app.config["db"] = TinyDB(sys.argv[1])
    app.run(host="127.0.0.1", port=int(sys.argv[2]), threaded=True)
