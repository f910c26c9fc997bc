"""Where the bundle's ``mixassistant`` begins: the program itself, and each process that it starts to measure several tracks at once."""

import os
import sys
from multiprocessing import freeze_support

# The bundle has started itself with a search path of its own for libraries. What it starts in turn (a browser, a file manager) is to have
# the user's: the libraries of the bundle are not those that it was made with. The loader has read the path already; its own processes
# are told to set it again.
if sys.platform == "linux":
    original = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    os.environ.pop("LD_LIBRARY_PATH", None)
    if original is not None:
        os.environ["LD_LIBRARY_PATH"] = original
    os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"

# Processes that measure tracks are this same program, started again: in those it ends here.
freeze_support()

from mixassistant.__main__ import main  # noqa: E402

sys.exit(main())
