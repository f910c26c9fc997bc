"""Where the bundle's ``mixassistant`` begins: the program itself, and each process that it starts to measure several tracks at once."""

import sys
from multiprocessing import freeze_support

# Processes that measure tracks are this same program, started again: in those it ends here.
freeze_support()

from mixassistant.__main__ import main  # noqa: E402

sys.exit(main())
