"""The table of delivery targets, and what becomes of a mix at each."""

import pytest

from mixassistant.advice import standards
from mixassistant.advice.delivery_plan import plan_delivery
from mixassistant.advice.sentences.delivery import delivery_sentence
from mixassistant.advice.targets import load_targets, target_named
from mixassistant.errors import UsageError


def test_every_target_says_where_it_comes_from_and_of_when() -> None:
    targets = load_targets()
    assert [*targets] == ["spotify", "apple-music", "youtube", "tidal", "cd", "ebu-r128", "atsc-a85", "aes-td1008"]
    for identifier, target in targets.items():
        assert target.id == identifier
        assert target.url.startswith("https://") and target.source and target.note and target.date
        assert -30.0 <= (target.loudness_lufs or -14.0) <= -5.0 and -3.0 <= target.true_peak_dbtp <= 0.0
        assert target.codec in ("", "aac", "opus", "mp3") and bool(target.codec) == bool(target.codec_kbps)
    assert {t.id for t in targets.values() if not t.is_published} == {"apple-music", "youtube", "tidal"}


def test_advice_on_loudness_goes_by_the_same_table() -> None:
    assert (standards.TRACK_LUFS, standards.ALBUM_LUFS, standards.BROADCAST_LUFS, standards.PEAK_LIMIT_DBTP) == (-16.0, -14.0, -23.0, -1.0)


@pytest.mark.parametrize("word", ["spotify", "Spotify", "EBU R 128", "ebu-r128", "apple music"])
def test_a_target_is_found_by_its_id_or_its_name(word: str) -> None:
    assert target_named(word).id in ("spotify", "ebu-r128", "apple-music")


def test_an_unknown_target_is_told_with_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"no delivery target “myspace”.*spotify"):
        target_named("myspace")


@pytest.mark.parametrize(
    ("name", "loudness", "peak", "gain", "limiting", "turned", "held"),
    [
        ("spotify", -9.8, -0.3, -4.2, 0.0, "Spotify turns this mix down by 4.2 dB", "−0.3 dBTP is over the −2.0"),
        # The example of Spotify's own page: −20 LUFS with a peak at −5 is lifted to −16, and no further.
        ("spotify", -20.0, -5.0, 4.0, 2.0,
         "Spotify turns this mix up by 4.0 dB: it stays 2.0 LU quieter than others", "−5.0 dBTP is within the −1.0"),
        ("youtube", -20.0, -5.0, 0.0, 2.0,
         "YouTube does not turn this mix up: it stays 6.0 LU quieter than others", "−5.0 dBTP is within the −1.0"),
        ("apple-music", -16.0, -0.95, 0.0, 0.05, "Apple Music plays this mix as loud as it is", "−0.9 dBTP is over the −1.0"),
        ("cd", -7.0, 0.4, 0.0, 0.4, "CD leaves this mix as loud as it is", "0.4 dBTP is over the 0.0"),
        ("ebu-r128", -9.0, 0.5, -14.0, 0.0, "EBU R 128 asks for 14.0 dB less", "−13.5 dBTP is within the −1.0"),
        ("ebu-r128", -35.0, -9.0, 12.0, 4.0, "EBU R 128 asks for 12.0 dB more", "3.0 dBTP is over the −1.0"),
        ("atsc-a85", -25.5, -6.0, 0.0, 0.0, "This mix is as loud as ATSC A/85 asks for", "−6.0 dBTP is within the −2.0"),
    ],
)  # fmt: skip
def test_what_becomes_of_a_mix(name: str, loudness: float, peak: float, gain: float, limiting: float, turned: str, held: str) -> None:
    plan = plan_delivery(loudness, peak, target_named(name))
    assert plan.gain_db == pytest.approx(gain)
    assert plan.limiting_db == pytest.approx(limiting)
    assert delivery_sentence(plan) == f"{turned}; true peak {held} dBTP it asks for."
