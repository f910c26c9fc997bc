"""Decoding what people have, and refusing what is not audio in one clear line."""

from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from mixassistant.audio.audio import Audio
from mixassistant.audio.decode import decode, decode_blocks, probe
from mixassistant.audio.hashing import content_hash
from mixassistant.audio.peaks import build_peaks
from mixassistant.audio.resample import resample
from mixassistant.audio.write import write_audio, write_bytes
from mixassistant.errors import InputError, OutputError
from signals import music, noise


@pytest.mark.parametrize(
    ("suffix", "format_", "subtype", "tolerance"),
    [("wav", "WAV", "PCM_16", 1e-4), ("wav", "WAV", "PCM_24", 1e-6), ("wav", "WAV", "PCM_32", 1e-6), ("wav", "WAV", "FLOAT", 0),
     ("wav", "RF64", "PCM_24", 1e-6),
     ("aiff", "AIFF", "PCM_24", 1e-6), ("flac", "FLAC", "PCM_24", 1e-6), ("ogg", "OGG", "VORBIS", None),
     ("mp3", "MP3", "MPEG_LAYER_III", None)],
)  # fmt: skip
def test_every_format_of_libsndfile_comes_back(tmp_path: Path, suffix: str, format_: str, subtype: str, tolerance: float | None) -> None:
    audio = music(0, duration_s=3.0)
    path = tmp_path / f"a.{suffix}"
    soundfile.write(path, audio.samples.T, 44100, format=format_, subtype=subtype)
    found = decode(path)
    assert found.sample_rate_hz == 44100 and found.channels == 2
    if tolerance is not None:
        assert np.abs(found.samples - audio.samples).max() <= tolerance
    else:  # lossy: the same music, about as loud
        length = min(found.length, audio.length)
        assert np.corrcoef(found.samples[0, :length], audio.samples[0, :length])[0, 1] > 0.9


@pytest.mark.parametrize(("suffix", "codec"), [("m4a", "aac"), ("m4a", "alac"), ("mp4", "aac"), ("mkv", "aac"), ("wma", "wmav2")])
def test_containers_come_back_through_ffmpeg(tmp_path: Path, suffix: str, codec: str) -> None:
    audio = noise(0, duration_s=3.0)
    path = tmp_path / f"a.{suffix}"
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=44100)
        stream.layout = "stereo"
        stream.bit_rate = 192_000
        kind = "s16p" if codec == "alac" else "fltp"
        samples = (audio.samples * 32767).astype(np.int16) if codec == "alac" else np.ascontiguousarray(audio.samples)
        for start in range(0, audio.length, 1024):
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[:, start : start + 1024]), format=kind, layout="stereo")
            frame.sample_rate = 44100
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    found = decode(path)
    assert found.sample_rate_hz == 44100 and found.channels == 2
    assert found.duration_s == pytest.approx(3.0, abs=0.1)
    assert np.sqrt(np.mean(found.samples**2)) == pytest.approx(0.1, rel=0.3)


def test_blocks_add_up_to_the_whole(tmp_path: Path) -> None:
    write_audio(music(1), tmp_path / "a.wav", "FLOAT")
    whole = decode(tmp_path / "a.wav")
    for block_s in (0.1, 0.777, 10.0):
        joined = np.concatenate([b.samples for b in decode_blocks(tmp_path / "a.wav", block_s)], axis=1)
        assert np.array_equal(joined, whole.samples)


def make_bad(folder: Path, kind: str) -> Path:
    """Write one of the bad inputs of issue 2."""
    path = folder / f"{kind}.wav"
    good = music(0, duration_s=4.0)
    if kind == "empty":
        path.write_bytes(b"")
    elif kind == "text":
        path.write_text("this is not a wave file\n" * 50)
    elif kind == "truncated":
        path = folder / "truncated.flac"
        write_audio(good, path)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    elif kind == "zero":
        soundfile.write(path, np.zeros((0, 2)), 44100)
    elif kind == "one":
        soundfile.write(path, np.full((1, 2), 0.5), 44100)
    elif kind == "silence":
        write_audio(Audio(np.zeros((2, 44100 * 4), np.float32), 44100), path)
    elif kind in ("nan", "inf"):
        samples = good.samples.copy()
        samples[0, 1000] = float(kind)
        soundfile.write(path, samples.T, 44100, subtype="FLOAT")
    elif kind == "surround":
        soundfile.write(path, np.zeros((44100, 6)), 44100)
    elif kind == "long":
        # Three hours in the header of a sparse file: refused before a sample is read.
        soundfile.write(path, np.zeros((8, 1)), 8000, subtype="PCM_16", format="RF64")
        frames = 3 * 3600 * 8000
        data = bytearray(path.read_bytes())
        where = data.find(b"ds64") + 8
        data[where : where + 24] = (
            (frames * 2 + 72).to_bytes(8, "little") + (frames * 2).to_bytes(8, "little") + frames.to_bytes(8, "little")
        )
        path.write_bytes(bytes(data))
        with path.open("r+b") as file:
            file.truncate(len(data) + frames * 2)
    return path


@pytest.mark.parametrize("kind", ["empty", "text", "truncated", "zero", "nan", "inf", "surround", "long"])
def test_what_is_not_audio_is_refused_in_one_line(tmp_path: Path, kind: str) -> None:
    path = make_bad(tmp_path, kind)
    with pytest.raises(InputError) as caught:
        decode(path)
    assert path.name in str(caught.value) and "\n" not in str(caught.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.wav", tmp_path):
        with pytest.raises(InputError):
            probe(path)


@pytest.mark.parametrize("rate", [8000, 192000])
def test_unusual_sample_rates_are_read_as_they_are(tmp_path: Path, rate: int) -> None:
    write_audio(noise(0, duration_s=1, rate=rate, channels=1), tmp_path / "a.wav")
    assert decode(tmp_path / "a.wav").sample_rate_hz == rate


@pytest.mark.parametrize("rate", [1, 100, 3999, 768_001, 4_000_000])
def test_sample_rates_that_no_mix_has_are_refused(tmp_path: Path, rate: int) -> None:
    soundfile.write(tmp_path / "a.wav", np.full(4000, 0.1), rate)
    with pytest.raises(InputError, match="sample rate"):
        decode(tmp_path / "a.wav")


def test_floating_point_may_exceed_full_scale_but_not_by_any_amount(tmp_path: Path) -> None:
    loud = noise(0, level_dbfs=40.0, duration_s=1.0)
    write_audio(loud, tmp_path / "a.wav", "FLOAT")
    assert np.array_equal(decode(tmp_path / "a.wav").samples, loud.samples)
    write_audio(noise(0, level_dbfs=600.0, duration_s=1.0), tmp_path / "b.wav", "FLOAT")
    with pytest.raises(InputError, match="beyond full scale"):
        decode(tmp_path / "b.wav")


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_bytes(path, b"old")
    with pytest.raises(OutputError):
        write_bytes(tmp_path / "no" / "a.txt", b"new")
    with pytest.raises(OutputError):
        write_bytes(tmp_path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_full_disk_is_said_to_be_full(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("needs a device that is always full")
    import errno

    from mixassistant.audio.write import write_atomically

    def fill(temporary: Path) -> None:
        with Path("/dev/full").open("wb", buffering=0) as file:
            file.write(b"x")

    with pytest.raises(OutputError, match="disk is full"):
        write_atomically(tmp_path / "a.wav", fill)
    assert list(tmp_path.iterdir()) == []
    assert errno.ENOSPC


def test_content_tells_files_apart_and_names_do_not(tmp_path: Path) -> None:
    for name, data in (("a", b"1"), ("b", b"1"), ("c", b"2")):
        (tmp_path / name).write_bytes(data)
    assert content_hash(tmp_path / "a") == content_hash(tmp_path / "b") != content_hash(tmp_path / "c")
    assert content_hash(tmp_path / "a", extra="x") != content_hash(tmp_path / "a")


def test_resampling_keeps_duration_and_level() -> None:
    audio = noise(0, duration_s=2.0)
    found = resample(audio, 48000)
    assert found.duration_s == pytest.approx(2.0, abs=1e-3)
    assert np.std(found.samples) == pytest.approx(np.std(audio.samples) * np.sqrt(44100 / 48000) * np.sqrt(48000 / 44100), rel=0.05)


@pytest.mark.parametrize("columns", [1, 7, 300, 4000])
def test_peaks_hold_the_extremes_at_any_zoom(columns: int) -> None:
    audio = music(3, duration_s=5)
    peaks = build_peaks(audio)
    low, high, rms = peaks.view(0, audio.duration_s, columns)
    assert low.shape == high.shape == rms.shape == (columns,)
    assert high.max() <= audio.samples.max() and low.min() >= audio.samples.min()
    assert high.max() == pytest.approx(audio.samples.max(), rel=0.02)
    assert (rms <= np.maximum(np.abs(low), np.abs(high)).max() + 1e-6).all()
