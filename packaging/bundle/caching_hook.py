"""Run by the bundle before the program: tells numba where to keep what it compiles (see ``numba_caching``)."""

import os

os.environ["NUMBA_CACHE_LOCATOR_CLASSES"] = "numba_caching.BundleCacheLocator"
