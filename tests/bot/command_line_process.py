"""A process in which command lines are typed one after the other, to see how each ends and what is loaded by then.

Standard input is a JSON list of (arguments, settings, folder), standard output one of what came of them.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from tests.bot.command_line import typed

if __name__ == "__main__":
    ends = []
    for arguments, settings, folder in json.load(sys.stdin):
        ended = typed(*arguments, folder=Path(folder), **settings)
        ends.append({"ended": asdict(ended), "loaded": sorted(sys.modules)})
    json.dump(ends, sys.stdout)
