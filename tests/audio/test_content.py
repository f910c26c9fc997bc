"""Content decides how a file is read, not its name; what can be read is seen in folders; decoders keep silent; nothing goes outside."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from encoded import encode

from mixassistant.audio.audio import Audio
from mixassistant.audio.decode import DSD_HZ, READ_HZ, decode, decode_blocks, probe, read
from mixassistant.audio.formats import SUFFIXES
from mixassistant.audio.skim import peaks_while_reading
from mixassistant.audio.source import spool_file
from mixassistant.errors import InputError
from mixassistant.stems.folders.tree import audio_files
from signals import music, noise, sine

RATE = 44100
WRITTEN = {  # FFmpeg's format and codec
    "wav": ("wav", "pcm_s24le"), "mp3": ("mp3", "libmp3lame"), "flac": ("flac", "flac"), "m4a": ("ipod", "aac"), "wv": ("wv", "wavpack"),
    "ogg": ("ogg", "libopus"), "aiff": ("aiff", "pcm_s16be"), "mka": ("matroska", "pcm_s16le"), "tta": ("tta", "tta"),
    "w64": ("w64", "pcm_s16le"), "aac": ("adts", "aac"), "mp2": ("mp2", "mp2"), "ac3": ("ac3", "ac3"), "ts": ("mpegts", "mp2"),
    "mpg": ("mpeg", "mp2"),
}  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder, audio = tmp_path_factory.mktemp("files"), noise(0, duration_s=1.5, rate=48000)
    return {kind: encode(folder / f"a.{kind}", [audio], codec, format_).read_bytes() for kind, (format_, codec) in WRITTEN.items()}


@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.flac", "a.m4a", "a.ogg", "a.aiff", "a.mka", "a.xyz"])
@pytest.mark.parametrize("kind", WRITTEN)
def test_content_decides_whatever_the_name(tmp_path: Path, files: dict[str, bytes], kind: str, name: str) -> None:
    (tmp_path / name).write_bytes(files[kind])
    reading = read(tmp_path / name)
    assert reading.audio.sample_rate_hz == 48000 and reading.audio.channels == 2
    assert reading.audio.duration_s == pytest.approx(1.5, abs=0.15)
    assert np.std(reading.audio.samples) == pytest.approx(0.1, rel=0.3)
    assert reading.warnings == ()


def test_a_flac_of_32_bits_is_read(tmp_path: Path) -> None:
    audio = music(0, duration_s=3.0)
    path = encode(tmp_path / "a.flac", [audio], "flac", options={})
    with av.open(str(path), "w") as container:  # 32 bits: asked for by the width of the samples
        stream = container.add_stream("flac", rate=RATE, layout="stereo", options={"strict": "experimental"})
        stream.codec_context.format = "s32"
        stream.codec_context.options = {"strict": "experimental"}
        packed = (audio.samples.T.astype(np.float64) * (2**31 - 1)).astype(np.int32).reshape(1, -1)
        for start in range(0, packed.shape[1], 2 * 4096):
            frame = av.AudioFrame.from_ndarray(packed[:, start : start + 2 * 4096], format="s32", layout="stereo")
            frame.sample_rate = RATE
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert np.abs(decode(path).samples - audio.samples).max() < 1e-6


def test_a_wav_that_holds_an_mp3_is_read_in_silence(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = encode(tmp_path / "a.wav", [noise(0, duration_s=2.0)], "libmp3lame", "wav")
    assert decode(path).duration_s == pytest.approx(2.0, abs=0.1)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("front", [b"ID3\x03\x00\x00\x00\x00\x10\x00" + bytes(2048), b""])
def test_a_tag_before_a_flac_is_no_hindrance(tmp_path: Path, front: bytes) -> None:
    soundfile.write(tmp_path / "a.flac", music(0, duration_s=3.0).samples.T, RATE)
    (tmp_path / "a.flac").write_bytes(front + (tmp_path / "a.flac").read_bytes())
    assert decode(tmp_path / "a.flac").length == 3 * RATE


@pytest.mark.parametrize(("rate", "read_at"), [(192_000, 192_000), (352_800, 176_400), (384_000, 192_000), (705_600, 176_400)])
def test_very_high_rates_are_read_at_a_half_or_a_quarter_and_it_is_said(tmp_path: Path, rate: int, read_at: int) -> None:
    tone = sine(1000, level_dbfs=-6.0, duration_s=1.0, rate=rate)
    soundfile.write(tmp_path / "a.wav", tone.samples.T, rate, subtype="PCM_24")
    reading = read(tmp_path / "a.wav")
    assert reading.audio.sample_rate_hz == probe(tmp_path / "a.wav").sample_rate_hz == read_at <= READ_HZ
    assert probe(tmp_path / "a.wav").streams[0].sample_rate_hz == rate
    assert reading.audio.duration_s == pytest.approx(1.0, abs=1e-4)
    middle = reading.audio.samples[:, read_at // 4 : -read_at // 4]
    assert 20 * np.log10(np.abs(middle).max()) == pytest.approx(-6.0, abs=0.01)
    said = f"“a.wav” has a sample rate of {rate / 1000:g} kHz: it is measured at {read_at / 1000:g} kHz."
    assert reading.warnings == ((said,) if rate != read_at else ())
    assert spool_file(tmp_path / "a.wav").length == reading.audio.length
    assert list(peaks_while_reading(tmp_path / "a.wav"))[-1].sample_rate_hz == read_at
    assert sum(block.length for block in decode_blocks(tmp_path / "a.wav", 0.1)) == reading.audio.length


def dsf(path: Path, seconds: float = 1.0) -> Path:
    """Write a tone of 1 kHz at −6 dB of full scale as direct stream digital, by a second-order modulator."""
    rate = 2_822_400
    tone = 0.5 * 0.5 * np.sin(2 * np.pi * 1000 * np.arange(int(seconds * rate)) / rate)
    bits, first, second = np.empty(tone.size, np.uint8), 0.0, 0.0
    out = -1.0
    for i, x in enumerate(tone.tolist()):
        first += x - out
        second += first - out
        out = 1.0 if second >= 0 else -1.0
        bits[i] = out > 0
    blocks = np.packbits(bits, bitorder="little")
    blocks = np.pad(blocks, (0, -blocks.size % 4096)).reshape(-1, 4096)
    data = np.repeat(blocks, 2, axis=0).tobytes()  # both channels, block by block
    fmt = b"fmt " + struct.pack("<QIIIIIIQII", 52, 1, 0, 2, 2, rate, 1, tone.size, 4096, 0)
    body = fmt + b"data" + struct.pack("<Q", 12 + len(data)) + data
    path.write_bytes(b"DSD " + struct.pack("<QQQ", 28, 28 + len(body), 0) + body)
    return path


def test_direct_stream_digital_is_read_without_the_noise_above_hearing(tmp_path: Path) -> None:
    reading = read(dsf(tmp_path / "a.dsf", 0.3))
    assert reading.audio.sample_rate_hz == DSD_HZ == probe(tmp_path / "a.dsf").sample_rate_hz
    assert reading.audio.duration_s == pytest.approx(0.3, abs=0.01)
    middle = reading.audio.samples[0, DSD_HZ // 20 : -DSD_HZ // 20]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(middle.size)))
    assert np.argmax(spectrum) * DSD_HZ / middle.size == pytest.approx(1000, abs=10)


@pytest.mark.parametrize("suffix", [
    "wav", "bwf", "w64", "rf64", "aif", "aiff", "aifc", "snd", "au", "caf", "voc", "flac", "ogg", "oga", "opus", "spx", "mp1", "mp2", "mp3",
    "mpga", "aac", "ac3", "eac3", "dts", "ape", "wv", "tta", "tak", "mpc", "dsf", "dff", "wma", "m4a", "m4b", "m4r", "mp4", "m4v", "mov",
    "3gp", "3g2", "mka", "mkv", "webm", "flv", "f4v", "avi", "mpg", "mpeg", "ts", "mts", "m2ts", "vob", "ogv", "mxf", "amr", "WAV", "Mp3",
])  # fmt: skip
def test_what_can_be_read_is_seen_in_a_folder(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"a.{suffix}").write_bytes(b"x")
    assert f".{suffix.lower()}" in SUFFIXES and audio_files(tmp_path) == [tmp_path / f"a.{suffix}"]


@pytest.mark.parametrize(
    "suffix", ["txt", "pdf", "mid", "cue", "m3u", "m3u8", "pls", "zip", "als", "rpp", "png", "jpg", "json", "xml", "asd"]
)
def test_what_is_no_sound_is_not(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"a.{suffix}").write_bytes(b"x")
    assert audio_files(tmp_path) == []


def test_no_decoder_writes_to_the_terminal(tmp_path: Path) -> None:
    encode(tmp_path / "good.mp3", [noise(0, duration_s=2.0)], "libmp3lame", bit_rate=192_000)
    data = (tmp_path / "good.mp3").read_bytes()
    rng = np.random.default_rng(0)
    scratched = bytearray(data)
    scratched[20_000:22_000] = rng.bytes(2000)
    cases = {
        "a.mp3": data + rng.bytes(50_000), "b.mp3": bytes(scratched), "c.mp3": data[5000:], "d.mp3": data + bytes(70_000) + data,
        "e.wav": data, "f.flac": data[:3000], "g.ogg": b"OggS" + data, "h.m4a": rng.bytes(9000), "i.mp3": b"\xff\xfb\x90\x00" + bytes(9000),
    }  # fmt: skip
    for name, content in cases.items():
        (tmp_path / name).write_bytes(content)
    script = (
        "import sys\nfrom pathlib import Path\nfrom mixassistant.audio.decode import read\nfrom mixassistant.audio.tags import read_tags\n"
        "from mixassistant.errors import InputError\n"
        "for path in sorted(Path(sys.argv[1]).iterdir()):\n    read_tags(path)\n    try:\n        read(path)\n"
        "    except InputError:\n        pass\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_an_mp3_whose_start_is_damaged_is_read_from_its_first_whole_frame(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mp3", [noise(0, duration_s=4.0)], "libmp3lame", options={"write_xing": "0"})
    path.write_bytes(np.random.default_rng(3).bytes(3001) + path.read_bytes()[1000:])
    assert decode(path).duration_s == pytest.approx(4.0, abs=0.15)


def test_text_and_pictures_are_no_sound(tmp_path: Path) -> None:
    for content in (b"\x89PNG\r\n\x1a\n" + bytes(5000), b"%PDF-1.7\n" + b"text " * 1000, b"PK\x03\x04" + bytes(9000), b"MThd" + bytes(100)):
        (tmp_path / "a.wav").write_bytes(content)
        with pytest.raises(InputError) as caught:
            decode(tmp_path / "a.wav")
        assert caught.value.code == "not-audio"


def test_mono_stays_mono_and_full_scale_stays_full_scale(tmp_path: Path) -> None:
    samples = np.linspace(-1, 1 - 2**-15, RATE, dtype=np.float32)[None]
    for kind, (format_, codec) in WRITTEN.items():
        if codec in ("pcm_s16le", "pcm_s24le", "flac", "wavpack", "tta", "pcm_s16be"):
            found = decode(encode(tmp_path / f"a.{kind}", [Audio(samples, RATE)], codec, format_))
            assert found.channels == 1 and np.abs(found.samples - samples).max() < 2**-14
