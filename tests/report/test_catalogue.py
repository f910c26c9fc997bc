"""The page on every descriptor: complete, well formed, and up to date."""

from __future__ import annotations

import pytest

from mixassistant import paths
from mixassistant.features.measure import REGISTRY
from mixassistant.report.catalogue import FAMILY_NAMES, catalogue


def test_the_shipped_page_is_what_the_registry_says() -> None:
    assert paths.resource("descriptors.md").read_text("utf-8") == catalogue(), "run packaging/build_catalogue.py"


def test_every_descriptor_is_on_it_once() -> None:
    page = catalogue()
    assert all(page.count(f"**`{d.id}`**") == 1 for d in REGISTRY)
    assert {d.family for d in REGISTRY} <= set(FAMILY_NAMES)


@pytest.mark.parametrize("descriptor", list(REGISTRY), ids=lambda d: d.id)
def test_a_declaration_says_what_a_person_needs(descriptor) -> None:
    assert descriptor.name[0].isupper() or descriptor.name[0].isdigit()
    assert descriptor.description.endswith(".")
    assert descriptor.source
    assert descriptor.range[0] < descriptor.range[1]
    assert descriptor.step > 0
    assert descriptor.scopes
    assert (descriptor.shape == "curve") == (descriptor.hop_s > 0)
    assert descriptor.shape not in ("category", "sequence") or descriptor.labels
    assert (descriptor.shape == "sequence") == bool(descriptor.between)
    assert not descriptor.between or (REGISTRY[descriptor.between].shape, REGISTRY[descriptor.between].unit) == ("vector", "s")
    assert len(set(descriptor.labels)) == len(descriptor.labels)
