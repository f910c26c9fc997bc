"""Where the bundle's ``mixassistant-essentia`` begins: the process with Essentia, which the program starts and talks to through pipes."""

import os

from mixassistant.features.models.essentia_worker import main

# TensorFlow's threads and destructors have nothing to tell us.
os._exit(main())
