"""Real sound: a PulseAudio server with a sink that goes nowhere, what was played recorded from its monitor."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from waiting import wait_for

pytestmark = pytest.mark.real_time
TESTS = Path(__file__).resolve().parents[2]
RATE = 44100
BYTES = 8  # of a moment in both channels
HOLD = """
import ctypes
holding = ctypes.PyDLL(None)  # unlike CDLL it keeps the interpreter's lock
for _ in range(3):
    at = mixer.position
    is_so(lambda: mixer.position > at, 20)
    holding.usleep(500_000)
"""
LOWS = """
is_so(lambda: mixer.position > 1.2 * 44100, 20)
mixer.listen(Listening("lows"))
"""
PLAY = """
import sys
import numpy as np
from waiting import is_so
from mixassistant.gui.player.listening import Listening
from mixassistant.gui.player.mixer import Layer, Mixer, Voice
from mixassistant.gui.player.stream import Stream, outputs
sound = np.load(sys.argv[1])
mixer, ended = Mixer(44100), []
stream = Stream(mixer, 44100, "pulse", lambda: ended.append(1))
mixer.want(Voice((Layer(sound),), sound.shape[1]), 0)
stream.start()
print("open", len(outputs()), flush=True)
exec(sys.argv[2])
is_so(lambda: mixer.has_ended or ended, 20)
print("lost" if ended else "played", mixer.underruns, flush=True)
sys.stdin.readline()  # what is played may not have been heard yet
stream.close()
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Start a sound server of the test's own; return the environment in which it is the system's."""
    if not sys.platform.startswith("linux") or any(shutil.which(name) is None for name in ("pulseaudio", "pactl", "parec")):
        pytest.skip("needs PulseAudio (packages pulseaudio and pulseaudio-utils)")
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    environment = {
        **os.environ,
        "XDG_RUNTIME_DIR": str(runtime),
        "PULSE_RUNTIME_PATH": str(runtime),
        "HOME": str(tmp_path),
        "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)]),
        "DBUS_SESSION_BUS_ADDRESS": "",
    }
    (tmp_path / ".asoundrc").write_text("pcm.pulse { type pulse }\nctl.pulse { type pulse }\npcm.!default { type pulse }\n")
    command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--disable-shm=yes", "--use-pid-file=no"]
    modules = ["module-native-protocol-unix", f"module-null-sink sink_name=nowhere rate={RATE} format=float32le channels=2"]
    process = subprocess.Popen(
        [*command, *(f"--load={module}" for module in modules)], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )

    def answers() -> bool:
        return subprocess.run(["pactl", "info"], env=environment, capture_output=True, check=False, timeout=10).returncode == 0

    wait_for("answer of the sound server", lambda: process.poll() is not None or answers(), 30)
    if process.poll() is not None:
        pytest.skip("the sound server does not start here")
    yield environment
    process.kill()
    process.wait()


@contextmanager
def recording(environment: dict[str, str], path: Path) -> Iterator[None]:
    command = ["parec", "-d", "nowhere.monitor", "--format=float32le", f"--rate={RATE}", "--channels=2", "--latency-msec=20"]
    with path.open("wb") as file, subprocess.Popen(command, env=environment, stdout=file, stderr=subprocess.DEVNULL) as recorder:
        wait_for("recording", lambda: path.stat().st_size > 0, 20)  # what is played before it listens would be missing
        yield
        recorder.terminate()


def play(environment: dict[str, str], tmp_path: Path, sound: np.ndarray, meanwhile: str = "") -> subprocess.Popen[str]:
    np.save(tmp_path / "sound.npy", sound)
    script = tmp_path / "play.py"
    script.write_text(textwrap.dedent(PLAY))
    command = [sys.executable, str(script), str(tmp_path / "sound.npy"), meanwhile]
    return subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def is_silent_again(path: Path) -> bool:
    """Tell whether a recording ends with a tenth of a second of silence."""
    return not any(path.read_bytes()[-RATE * BYTES // 10 :])


def pink(seconds: float) -> np.ndarray:
    rng = np.random.default_rng(3)
    spectrum = np.fft.rfft(rng.standard_normal((2, round(seconds * RATE))))
    spectrum /= np.sqrt(np.maximum(np.arange(spectrum.shape[1]), 1))
    sound = np.fft.irfft(spectrum)
    return (0.3 * sound / np.abs(sound).max()).astype(np.float32)


@pytest.mark.parametrize("meanwhile", ["", HOLD], ids=["alone", "beside a thread that holds the interpreter for half a second"])
def test_what_is_played_is_what_was_sent(server: dict[str, str], tmp_path: Path, meanwhile: str) -> None:
    sound = pink(2.5)
    with recording(server, tmp_path / "heard.raw"), play(server, tmp_path, sound, meanwhile) as player:
        assert player.stdout is not None
        said = [player.stdout.readline() for _line in range(2)]
        if "open" in said[0]:
            wait_for("end of what was played", lambda: is_silent_again(tmp_path / "heard.raw"), 20)
        player.communicate(timeout=60)
    if "open" not in said[0]:
        pytest.skip("PortAudio finds no way to the sound server here (package libasound2-plugins)")
    assert "played" in said[1]
    heard = np.frombuffer((tmp_path / "heard.raw").read_bytes(), np.float32).reshape(-1, 2).T
    size = 1 << int(np.ceil(np.log2(heard.shape[1] + sound.shape[1])))
    match = np.fft.irfft(np.fft.rfft(heard[0], size) * np.conj(np.fft.rfft(sound[0], size)))
    start = int(match.argmax())
    start -= size if start > heard.shape[1] else 0  # what came before it listened is before its beginning
    part = heard[:, max(start, 0) : start + sound.shape[1]]
    part = np.pad(part, ((0, 0), (max(-start, 0), 0)))
    assert -start < 2205 and part.shape == sound.shape
    inner = slice(2205, part.shape[1] - 500)  # it fades in, and the server's recorder misses the first moments of a stream (to 20 ms)
    error = part[:, inner] - sound[:, inner]
    assert 10 * np.log10((sound[:, inner] ** 2).sum() / max(float((error**2).sum()), 1e-20)) > 60


def test_a_band_alone_is_what_comes_out_of_the_sound_card(server: dict[str, str], tmp_path: Path) -> None:
    sound = pink(2.5)
    with recording(server, tmp_path / "heard.raw"), play(server, tmp_path, sound, LOWS) as player:
        assert player.stdout is not None
        said = [player.stdout.readline() for _line in range(2)]
        if "open" in said[0]:
            wait_for("end of what was played", lambda: is_silent_again(tmp_path / "heard.raw"), 20)
        player.communicate(timeout=60)
    if "open" not in said[0]:
        pytest.skip("PortAudio finds no way to the sound server here (package libasound2-plugins)")
    heard = np.frombuffer((tmp_path / "heard.raw").read_bytes(), np.float32).reshape(-1, 2).T
    there = np.flatnonzero(np.abs(heard).max(axis=0) > 1e-4)
    begin = int(there[0])

    def treble_db(start_s: float, end_s: float) -> float:
        part = heard[0, begin + round(start_s * RATE) : begin + round(end_s * RATE)]
        power = np.abs(np.fft.rfft(part * np.hanning(part.size))) ** 2
        split = round(1000 * part.size / RATE)
        return float(10 * np.log10(power[split:].sum() / power[:split].sum()))

    assert treble_db(0.2, 1.1) > -10  # of pink noise half the octaves lie above
    assert treble_db(1.6, 2.3) < -40


def test_a_sound_server_that_dies_is_noticed(server: dict[str, str], tmp_path: Path) -> None:
    with play(server, tmp_path, pink(8.0)) as player:
        assert player.stdout is not None
        if "open" not in player.stdout.readline():
            pytest.skip("PortAudio finds no way to the sound server here (package libasound2-plugins)")
        subprocess.run(["pactl", "unload-module", "module-native-protocol-unix"], env=server, capture_output=True, check=False, timeout=10)
        said = player.communicate(timeout=60)[0]
    assert "lost" in said
