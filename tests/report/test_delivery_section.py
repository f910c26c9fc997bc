"""What a report says of delivery: the same in every format, nothing where nobody asked."""

from dataclasses import replace

import pytest
from sample_documents import make_document, make_track

from mixassistant.advice.delivery_plan import CodecCheck, plans_of
from mixassistant.advice.targets import load_targets
from mixassistant.errors import InputError
from mixassistant.features.descriptor import Measurement
from mixassistant.report.document import Document, validate
from mixassistant.report.html import to_html
from mixassistant.report.markdown import to_markdown
from mixassistant.report.page import build_page
from mixassistant.report.pdf import to_pdf


@pytest.fixture
def delivered() -> Document:
    plans = plans_of(make_track().mix, load_targets().values())
    return make_document(delivery=(replace(plans[0], check=CodecCheck("aac", 256, 0.44, 12, -27.3)), *plans[1:]))


def test_a_plan_is_a_valid_part_of_the_document(delivered: Document) -> None:
    validate(delivered)
    assert [entry["target"] for entry in delivered["delivery"]] == [*load_targets()]
    first = delivered["delivery"][0]
    mix = delivered["mix"]["measurements"]
    assert first["gain_db"] == pytest.approx(-14.0 - mix["lufs"]["value"])
    assert first["true_peak_after_dbtp"] == pytest.approx(mix["true_peak"]["value"] + first["gain_db"])
    assert first["codec"] == {"name": "aac", "kbps": 256, "true_peak_dbtp": 0.44, "overs": 12, "difference_db": -27.3}


def test_a_report_says_nothing_of_delivery_where_nobody_asked() -> None:
    document = make_document()
    assert "delivery" not in document and build_page(document).delivery is None
    assert "Delivery" not in to_markdown(document)


def test_every_format_tells_of_each_target(delivered: Document) -> None:
    page = build_page(delivered)
    assert page.delivery is not None
    assert page.delivery.table.rows[0].cells[5] == "AAC 256: 0.4\u00a0dBTP, 12 peaks over"
    for row, entry in zip(page.delivery.table.rows, delivered["delivery"], strict=True):
        assert row.cells[-1].startswith("▲" if entry["over_db"] >= 0.05 else "✓")
        assert row.verdict == ("off" if entry["over_db"] >= 0.05 else "good")
    told = "turns this mix down by"
    for text in (to_html(delivered), to_markdown(delivered)):
        assert told in text and "MeterPlugs" in text and "not its own numbers" in text
    assert len(to_pdf(delivered)) > len(to_pdf(make_document()))


def test_a_codec_that_this_version_does_not_know_is_shown_by_its_name(delivered: Document) -> None:
    delivered["delivery"][0]["codec"]["name"] = "wonder<b>"
    page = build_page(delivered)
    assert page.delivery is not None and page.delivery.table.rows[0].cells[5].startswith("wonder<b> 256")
    assert "wonder<b>" not in to_html(delivered)


@pytest.mark.parametrize(("key", "value"), [("gain_db", "loud"), ("kind", "friend"), ("over_db", -1.0)])
def test_a_damaged_entry_is_refused(delivered: Document, key: str, value: object) -> None:
    delivered["delivery"][0][key] = value
    with pytest.raises(InputError, match=r"delivery\[0\]"):
        validate(delivered)


def test_of_a_mix_without_a_loudness_there_is_no_plan() -> None:
    assert plans_of({"lufs": Measurement(None, "silent"), "true_peak": Measurement(-3.0)}, load_targets().values()) == ()
