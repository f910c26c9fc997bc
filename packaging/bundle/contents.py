"""What the bundle holds and what it leaves out: asked by the spec, by the list of licences and by the table of sizes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from importlib import metadata

# What libraries would import where it is there, and nothing of ours asks for.
EXCLUDED_MODULES = (
    "IPython",
    "_pytest",
    "matplotlib",
    "pip",
    "pytest",
    "tensorboard",
    "tkinter",
    "torch.utils.tensorboard",
    "triton",
)

# What the rest of the package asks for inside functions, and Essentia's process, which serves requests alone, never calls.
NOT_FOR_ESSENTIA = (
    "PIL",
    "PySide6",
    "av",
    "demucs",
    "jinja2",
    "jsonschema",
    "llvmlite",
    "lxml",
    "mutagen",
    "numba",
    "pedalboard",
    "platformdirs",
    "pyarrow",
    "pyqtgraph",
    "reportlab",
    "safetensors",
    "scipy",
    "sklearn",
    "sounddevice",
    "soundfile",
    "svglib",
    "sympy",
    "torch",
)

# Paths in the bundle: headers and libraries to link with, tests, parts of Qt and of Apache Arrow that no window and no table needs.
# And what has to be of the system, since it works with other parts of it: ALSA with its plug-ins, the C library's mathematics.
LEFT_OUT = (
    "*libQt6EglFS*",
    "*libQt6Pdf*",
    "*libQt6Qml*",
    "*libQt6Quick*",
    "*libQt6VirtualKeyboard*",
    "PySide6/Qt/plugins/egldeviceintegrations/*",
    "PySide6/Qt/plugins/imageformats/*qpdf*",
    "PySide6/Qt/plugins/platforminputcontexts/*virtualkeyboard*",
    "PySide6/Qt/plugins/platforms/*eglfs*",
    "PySide6/Qt/plugins/platforms/*linuxfb*",
    "PySide6/Qt/plugins/platforms/*vkkhrdisplay*",
    "PySide6/Qt/plugins/platforms/*vnc*",
    "PySide6/Qt/plugins/platformthemes/*gtk3*",
    "PySide6/Qt/translations/*",
    "*libarrow_flight*",
    "*libarrow_python_flight*",
    "pyarrow/_flight*",
    "pyarrow/_substrait*",
    "pyarrow/include/*",
    "pyarrow/src/*",
    "pyarrow/tests/*",
    "torch/bin/*Test",
    "torch/bin/protoc*",
    "torch/bin/test_*",
    "torch/bin/upgrader_models/*",
    "torch/include/*",
    "torch/lib/*.a",
    "torch/share/*",
    "torch/test/*",
    "*/tests/data/*",
    "libasound.so.2",
    "libmvec.so.1",
)

# Distribution to the folders and files of the bundle that are its own, for the table of sizes; all others are counted together.
PARTS = {
    "PyTorch (CPU)": ("torch/*", "torchgen/*", "libtorch*", "libc10*"),
    "Essentia with TensorFlow": ("essentia/*", "essentia_tensorflow.libs/*", "libtensorflow*", "libessentia*", "mixassistant-essentia*"),
    "Qt and PySide6": ("PySide6/*", "shiboken6/*", "libQt6*", "libpyside6*", "libshiboken6*", "libicu*"),
    "LLVM and Numba": ("llvmlite/*", "numba/*"),
    "Apache Arrow": ("pyarrow/*",),
    "SciPy, scikit-learn and NumPy": ("scipy/*", "scipy.libs/*", "sklearn/*", "scikit_learn.libs/*", "numpy/*", "numpy.libs/*"),
    "FFmpeg (PyAV)": ("av/*", "av.libs/*"),
    "Mix Assistant": ("mixassistant/*", "mixassistant", "mixassistant.exe"),
}
REST = "Python and everything else"


def is_left_out(destination: str) -> bool:
    """Tell whether a file that PyInstaller would collect stays out, by its path in the bundle."""
    return any(fnmatch(destination.replace("\\", "/"), pattern) for pattern in LEFT_OUT)


def part_of(destination: str) -> str:
    """Return the part of the bundle that a file is counted with, by its path in the bundle's contents."""
    return next((part for part, patterns in PARTS.items() if any(fnmatch(destination, pattern) for pattern in patterns)), REST)


def distributions(name: str = "mixassistant", extras: Iterable[str] = ("essentia", "tables")) -> Iterator[metadata.Distribution]:
    """Yield a distribution and all that it needs, each once, that are installed here.

    Parameters
    ----------
    name : str
    extras : iterable of str
        Of that distribution, whose needs count too.
    """
    seen: set[str] = set()
    waiting = [(name, frozenset(extras))]
    while waiting:
        wanted, chosen = waiting.pop()
        key = re.sub(r"[-_.]+", "-", wanted).lower()
        if key in seen:
            continue
        seen.add(key)
        try:
            found = metadata.distribution(wanted)
        except metadata.PackageNotFoundError:
            continue  # of another platform, or an extra that was not wanted
        yield found
        for requirement in found.requires or ():
            needed = re.match(r"[\w.-]+", requirement)
            extra = re.search(r"extra\s*==\s*[\"']([^\"']+)", requirement)
            if needed is not None and (extra is None or extra[1] in chosen):
                inner = re.search(r"\[([^\]]+)\]", requirement.partition(";")[0])
                waiting.append((needed[0], frozenset(inner[1].replace(" ", "").split(",")) if inner else frozenset()))
