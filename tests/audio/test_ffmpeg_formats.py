"""Text that names other files or addresses is no audio, whatever it is called: nothing that it names is opened."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from mixassistant.audio.decode import decode, decode_blocks, probe
from mixassistant.audio.ffmpeg import Sounds
from mixassistant.audio.formats import FORMATS
from mixassistant.audio.tags import read_tags
from mixassistant.audio.write import write_audio
from mixassistant.errors import InputError
from signals import noise

RATE = 48000
NAMES = ("m.mp3", "m.m4a", "m.wav", "m.flac", "m.m3u8", "m.mpd", "m.wma", "m.ra")
LISTS = {
    "sdp": "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=a\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n",
    "hls of a file": "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2.0,\nother.wav\n#EXT-X-ENDLIST\n",
    "hls of the network": "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2.0,\nhttp://127.0.0.1:{port}/a.ts\n#EXT-X-ENDLIST\n",
    "ffconcat": "ffconcat version 1.0\nfile other.wav\n",
    "ffconcat of any path": "ffconcat version 1.0\noption safe 0\nfile '{folder}/other.wav'\n",
    "ffconcat of the network": "ffconcat version 1.0\nfile http://127.0.0.1:{port}/a.wav\n",
    "dash": """<?xml version="1.0"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT2S" minBufferTime="PT2S"
 profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period><AdaptationSet mimeType="audio/mp4" contentType="audio">
<Representation id="0" bandwidth="100000"><BaseURL>http://127.0.0.1:{port}/a.mp4</BaseURL></Representation>
</AdaptationSet></Period></MPD>""",
    "asx": '<asx version="3.0"><entry><ref href="http://127.0.0.1:{port}/a.wma"/></entry></asx>',
    "pls": "[playlist]\nNumberOfEntries=1\nFile1=http://127.0.0.1:{port}/a.mp3\n",
    "pls of a file": "[playlist]\nNumberOfEntries=1\nFile1=other.wav\n",
    "m3u": "http://127.0.0.1:{port}/a.mp3\n",
    "xspf": "<playlist><trackList><track><location>http://127.0.0.1:{port}/a.mp3</location></track></trackList></playlist>",
    "real": "rtsp://127.0.0.1:{port}/a.rm\n",
    "smil": '<smil><body><audio src="http://127.0.0.1:{port}/a.mp3"/></body></smil>',
    "image of a sequence": "http://127.0.0.1:{port}/%03d.wav\n",
}
WRITTEN = {  # suffix: FFmpeg's name of the format that is written, and of its codec
    "aac": ("adts", "aac"), "ac3": ("ac3", "ac3"), "aiff": ("aiff", "pcm_s16be"), "au": ("au", "pcm_s16be"), "avi": ("avi", "pcm_s16le"),
    "caf": ("caf", "pcm_s16le"), "eac3": ("eac3", "eac3"), "flac": ("flac", "flac"), "flv": ("flv", "aac"), "loas.aac": ("latm", "aac"),
    "mka": ("matroska", "aac"), "webm": ("webm", "libopus"), "mov": ("mov", "pcm_s16le"), "mp4": ("mp4", "aac"), "m4a": ("ipod", "alac"),
    "3gp": ("3gp", "aac"), "mp3": ("mp3", "libmp3lame"), "mp2": ("mp2", "mp2"), "mpg": ("mpeg", "mp2"), "ts": ("mpegts", "aac"),
    "ogg": ("ogg", "libopus"), "opus": ("opus", "libopus"), "tta": ("tta", "tta"), "voc": ("voc", "pcm_s16le"),
    "w64": ("w64", "pcm_s16le"), "wav": ("wav", "pcm_s16le"), "rf64.wav": ("wav", "pcm_s24le"), "wma": ("asf", "wmav2"),
    "wv": ("wv", "wavpack"), "mxf": ("mxf", "pcm_s16le"),
}  # fmt: skip


class Listener(socketserver.ThreadingTCPServer):
    """Listens on the loopback, keeps who connects and hangs up on them."""

    def __init__(self) -> None:
        self.callers: list[object] = []
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)

    def verify_request(self, request: object, client_address: object) -> bool:
        self.callers.append(client_address)
        return False


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with Listener() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def answered(listener: Listener) -> int:
    """Call the listener, wait until it has hung up, and return how many had called before."""
    with socket.create_connection(listener.server_address[:2]) as caller:
        assert caller.recv(1) == b""
    return len(listener.callers) - 1


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", LISTS)
def test_a_text_that_names_others_is_refused_and_they_stay_alone(
    tmp_path: Path, listener: Listener, kind: str, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    write_audio(noise(0, duration_s=2.0), tmp_path / "other.wav")
    path = tmp_path / name
    path.write_text(LISTS[kind].format(port=listener.server_address[1], folder=tmp_path), newline="")
    listener.callers.clear()
    for read in (probe, decode, lambda p: list(decode_blocks(p, 0.5))):
        with pytest.raises(InputError) as caught:
            read(path)
        assert caught.value.code == "not-audio"
        assert name in str(caught.value) and "\n" not in str(caught.value)
    assert read_tags(path) == {}
    assert answered(listener) == 0  # it takes callers in the order of their calls
    assert capfd.readouterr() == ("", "")


def test_what_ffmpeg_takes_for_a_list_is_refused_for_its_format(tmp_path: Path) -> None:
    for kind, name in (("sdp", "m.mp3"), ("ffconcat", "m.mp3")):
        path = tmp_path / name
        path.write_text(LISTS[kind].format(port=9, folder=tmp_path), newline="")
        with pytest.raises(InputError, match=r"is a (playlist|description of a stream)|its content is of a format that is not read"):
            probe(path)


def with_sound_elsewhere(film: bytes, entry: bytes) -> bytes:
    """Return a film whose table of data references has another entry than “in this file”."""
    data = bytearray(film)
    place = data.rfind(b"dref") - 4
    table = struct.pack(">I4sII", 16 + len(entry), b"dref", 0, 1) + entry
    for name in (b"moov", b"trak", b"mdia", b"minf", b"dinf"):  # the boxes around it
        begin = data.rfind(name, 0, place) - 4
        data[begin : begin + 4] = struct.pack(">I", struct.unpack(">I", data[begin : begin + 4])[0] + len(table) - 28)
    data[place : place + 28] = table
    return bytes(data)


def test_a_film_whose_sound_lies_in_another_file_holds_none(tmp_path: Path) -> None:
    encode(tmp_path / "other.mov", "mov", "pcm_s16le")
    path = b"Disk:folder:other.mov"  # as QuickTime writes an alias: the last part is looked for beside the film
    alias = bytes(10) + b"\4Disk".ljust(28, b"\0") + bytes(12) + b"\x09other.mov".ljust(64, b"\0") + bytes(16) + struct.pack(">HH", 1, 1)
    alias += bytes(16) + struct.pack(">HH", 2, len(path)) + path + b"\0" + b"\xff\xff\0\0"
    entry = struct.pack(">I4sI", 12 + len(alias), b"alis", 0) + alias
    (tmp_path / "film.mov").write_bytes(with_sound_elsewhere((tmp_path / "other.mov").read_bytes(), entry))
    assert soundful(tmp_path / "film.mov", {"enable_drefs": "1"})  # FFmpeg would follow it, if it were asked to
    assert not soundful(tmp_path / "film.mov", {"enable_drefs": "1", "protocol_whitelist": ""})
    with pytest.raises(InputError, match="holds no samples"):
        decode(tmp_path / "film.mov")


def test_a_film_whose_sound_lies_at_an_address_calls_nobody(tmp_path: Path, listener: Listener) -> None:
    encode(tmp_path / "other.mov", "mov", "pcm_s16le")
    address = f"http://127.0.0.1:{listener.server_address[1]}/a.mov".encode() + b"\0"
    entry = struct.pack(">I4sI", 12 + len(address), b"url ", 0) + address
    (tmp_path / "film.mov").write_bytes(with_sound_elsewhere((tmp_path / "other.mov").read_bytes(), entry))
    listener.callers.clear()
    for read in (probe, decode, read_tags):
        with contextlib.suppress(InputError):
            read(tmp_path / "film.mov")
    assert answered(listener) == 0


def soundful(path: Path, options: dict[str, str]) -> bool:
    """Tell whether FFmpeg finds sound with such options."""
    with path.open("rb") as file, av.open(file, container_options=options) as container:
        return any(frame.samples for frame in container.decode(audio=0))


def test_ffmpeg_knows_every_format_that_is_let_in() -> None:
    known = {name for names in av.formats_available for name in names.split(",")}
    assert set(FORMATS) <= known
    assert not set(FORMATS) & {"concat", "dash", "hls", "image2", "lavfi", "rtp", "rtsp", "sap", "sdp", "webm_dash_manifest"}


@pytest.mark.parametrize("suffix", WRITTEN)
def test_what_holds_its_sound_itself_is_read_under_its_name_and_under_another(tmp_path: Path, suffix: str) -> None:
    format_, codec = WRITTEN[suffix]
    path = tmp_path / f"a.{suffix}"
    encode(path, format_, codec)
    other = tmp_path / "b.m4a"  # read by FFmpeg, which tells the format by the content
    other.write_bytes(path.read_bytes())
    for file in (path, other):
        found = decode(file)
        assert found.sample_rate_hz == RATE and found.channels == 2
        assert found.duration_s == pytest.approx(2.0, abs=0.15)
        assert np.std(found.samples) == pytest.approx(0.1, rel=0.3)


def test_sound_of_an_unknown_codec_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.avi"
    encode(path, "avi", "pcm_s16le")
    data = bytearray(path.read_bytes())
    tag = data.find(b"strf", data.find(b"auds")) + 8
    data[tag : tag + 2] = b"\x34\x12"  # a format tag that nobody has
    path.write_bytes(data)
    for read in (probe, decode):
        with pytest.raises(InputError, match="is coded in a way that is not read"):
            read(path)


@pytest.mark.parametrize("suffix", ["wma", "avi", "m4a", "caf"])
def test_a_damaged_header_is_the_file_s_fault_and_never_ours(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    encode(path, *WRITTEN[suffix])
    whole, rng = path.read_bytes(), np.random.default_rng(11)
    for _ in range(60):
        data = bytearray(whole)
        for place in rng.integers(0, min(len(data), 3000), size=rng.integers(1, 7)):
            data[place : place + 4] = rng.integers(0, 256, 4, dtype=np.uint8).tobytes()
        path.write_bytes(data)
        try:
            probe(path)
            decode(path)
        except InputError:
            continue


def encode(path: Path, format_: str, codec: str) -> None:
    """Write two seconds of noise, with a picture where the format asks for one."""
    audio = noise(0, duration_s=2.0, rate=RATE)
    options = {"rf64": "always"} if path.name.endswith("rf64.wav") else {}
    with av.open(str(path), "w", format=format_, options={**options, "strict": "experimental"}) as container:
        picture = None
        if format_ == "mxf":
            picture = container.add_stream("mpeg2video", rate=25)
            picture.width, picture.height, picture.pix_fmt = 64, 64, "yuv420p"
        stream = container.add_stream(codec, rate=RATE, options={"strict": "experimental"})
        stream.layout = "stereo"
        if not codec.startswith("pcm_"):
            stream.bit_rate = 192_000
        if picture is not None:
            for _ in range(50):
                container.mux(picture.encode(av.VideoFrame(64, 64, "yuv420p")))
            container.mux(picture.encode(None))
        kind = stream.codec_context.codec.audio_formats[0].name
        resampler = av.AudioResampler(format=kind, layout="stereo", rate=RATE, frame_size=stream.codec_context.frame_size or 1024)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(audio.samples), format="fltp", layout="stereo")
        frame.sample_rate = RATE
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))


def test_a_stream_that_begins_on_the_way_ends_nothing() -> None:
    """PyAV raises an IndexError at the packets of a stream that was not there when the file was opened."""

    class Packet:
        def __init__(self, value: float) -> None:
            self.value, self.stream = value, Stream

        def decode(self) -> list[av.AudioFrame]:
            return [av.AudioFrame.from_ndarray(np.full((2, 8), self.value, np.float32), format="fltp", layout="stereo")]

    class Stream:
        index = 0

    class Container:
        packets = iter([1.0, None, 2.0, None, None, 3.0])

        def demux(self, streams: object) -> Iterator[Packet]:
            for value in self.packets:
                if value is None:
                    raise IndexError("list index out of range")
                yield Packet(value)

    sounds = Sounds(Container(), [Stream])  # type: ignore[arg-type, list-item]
    assert [samples[0, 0] for _place, samples, _rate in sounds] == [1.0, 2.0, 3.0]
    assert not sounds.is_broken_off
