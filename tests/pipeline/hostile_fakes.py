"""An analyser that does what the words in the file say: what hostile files make libraries do."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

from dutybook.pipeline.config import Config
from dutybook.records import RawDocument


def analyse(raw: RawDocument, config: Config) -> str:
    word, *rest = raw.data.decode().split()
    match word:
        case "spin":
            # The expression engine holds the interpreter's lock: no thread and no handler of Python's gets to run.
            re.match(r"(a*)*b", "a" * 64)
        case "busy":
            end = time.process_time() + float(rest[0])
            while time.process_time() < end:
                pass
        case "gorge":
            kept = []
            try:
                while True:
                    kept.append(b"x" * (16 << 20))
            except MemoryError:
                os.abort()
        case "abort":
            os.abort()
        case "start":
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
            Path(rest[0]).write_text(str(child.pid))
            if rest[1] == "crash":
                os.abort()
            time.sleep(300)
    return word
