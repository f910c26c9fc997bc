"""The worker that holds Essentia: ``python -m mixassistant.features.models.essentia_worker PIPE``.

Essentia holds the interpreter lock while it computes, prints to the standard streams, and ends the process when one of
its graphs is bad, so it lives in a process of its own. It serves one request after another, as `framing` has them, and
ends when its standard input does, or, in the middle of a request too, when nobody holds the other end of the pipe that its
argument numbers.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from mixassistant.features.models.framing import BrokenFrame, Frame, read_frame, write_frame
from mixassistant.lifeline import end_with

SAMPLE_RATE_HZ = 44_100  # of the audio that we are sent
MODEL_RATE_HZ = 16_000  # of the audio that the networks were trained on
MINOR = "minor"


def claim_streams() -> tuple[BinaryIO, BinaryIO]:
    """Keep the standard input and output for the protocol alone.

    C++ libraries write to file descriptor 1 as they please: from here on that goes where standard error goes.
    """
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return requests, answers


class Worker:
    """Serves requests with one Essentia and one recording at a time.

    Parameters
    ----------
    standard : module
        ``essentia.standard``.
    """

    def __init__(self, standard: Any) -> None:
        self.standard = standard
        self.samples: NDArray[np.float32] = np.zeros(0, np.float32)
        self.at_model_rate: NDArray[np.float32] | None = None
        self.requests: dict[str, Callable[[Frame], Frame]] = {
            "load": self.load,
            "key": self.key,
            "danceability": self.danceability,
            "predict": self.predict,
        }

    def load(self, request: Frame) -> Frame:
        """Take the recording, mono at 44.1 kHz, that later requests are about."""
        self.samples = np.array(request.arrays["samples"], dtype=np.float32)
        self.at_model_rate = None
        return Frame({"loaded": int(self.samples.size)})

    def key(self, request: Frame) -> Frame:
        """Estimate the key with a profile (Faraldo et al. 2016 for ``edma``)."""
        estimate = self.standard.KeyExtractor(profileType=request.header["profile"], sampleRate=SAMPLE_RATE_HZ)
        tonic, scale, strength = estimate(self.samples)
        return Frame({"tonic": tonic, "minor": scale == MINOR, "strength": float(strength)})

    def danceability(self, _request: Frame) -> Frame:
        """Measure danceability by detrended fluctuation analysis (Streich & Herrera 2005)."""
        value, _exponents = self.standard.Danceability(sampleRate=SAMPLE_RATE_HZ)(self.samples)
        return Frame({"value": float(value)})

    def predict(self, request: Frame) -> Frame:
        """Run a network over the recording, or over the features that come with the request: one row a patch."""
        header = request.header
        network = getattr(self.standard, header["algorithm"])(graphFilename=header["graph"], input=header["input"], output=header["output"])
        features = request.arrays.get("features")
        rows = network(self._model_rate() if features is None else np.array(features, dtype=np.float32))
        predictions = np.asarray(rows, dtype=np.float32)
        return Frame({}, {"predictions": predictions.reshape(len(predictions), -1) if predictions.size else np.zeros((0, 0), np.float32)})

    def _model_rate(self) -> NDArray[np.float32]:
        if self.at_model_rate is None:
            import soxr

            self.at_model_rate = np.ascontiguousarray(soxr.resample(self.samples, SAMPLE_RATE_HZ, MODEL_RATE_HZ), dtype=np.float32)
        return self.at_model_rate


def load_essentia() -> Any:
    """Import Essentia without its chatter, on the processor: a graphics card would not give the same numbers twice."""
    os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1", TF_DETERMINISTIC_OPS="1")
    log = importlib.import_module("essentia").log
    log.infoActive = log.warningActive = False
    return importlib.import_module("essentia.standard")


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Say whether Essentia is there, then answer requests until they end."""
    try:
        worker = Worker(load_essentia())
    except ImportError as error:
        write_frame(answers, Frame({"absent": str(error)}))
        return
    write_frame(answers, Frame({"ready": True}))
    while (request := read_frame(requests)) is not None:
        try:
            answer = worker.requests[request.header["do"]](request)
        # Essentia tells of everything that it dislikes by a RuntimeError; the others are a network that it does not have
        # (AttributeError) and arguments of the wrong kind.
        except (RuntimeError, AttributeError, TypeError, ValueError, LookupError, MemoryError) as error:
            answer = Frame({"error": f"{type(error).__name__}: {error}"})
        write_frame(answers, answer)


def main() -> int:
    """Serve until the other side closes the pipe."""
    end_with(int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program; it then ends us
    requests, answers = claim_streams()
    try:
        serve(requests, answers)
    except (BrokenPipeError, BrokenFrame):
        return 1  # whoever asked is gone
    return 0


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    os._exit(code)  # TensorFlow's threads and destructors have nothing to tell us
