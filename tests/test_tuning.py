"""What each estimator is set to stands in one frozen value that says what every number of it does."""

import importlib
import pkgutil
import re
from dataclasses import fields, is_dataclass

import pytest

import mixassistant.advice
import mixassistant.learning
import mixassistant.profiles

MODULES = [
    importlib.import_module(found.name)
    for room in (mixassistant.advice, mixassistant.learning, mixassistant.profiles)
    for found in pkgutil.iter_modules(room.__path__, f"{room.__name__}.")
]
DECLARED = [(module, value) for module in MODULES for name, value in vars(module).items() if name.endswith("Tuning")]
TUNINGS = [tuning for module, tuning in DECLARED if tuning.__module__ == module.__name__]


@pytest.mark.parametrize("tuning", TUNINGS, ids=lambda tuning: tuning.__name__)
def test_every_number_that_was_tuned_is_documented(tuning: type) -> None:
    assert is_dataclass(tuning)
    headings = re.findall(r"^    ([\w, ]+) : ", tuning.__doc__ or "", re.MULTILINE)
    assert [name for heading in headings for name in heading.split(", ")] == [field.name for field in fields(tuning)]


@pytest.mark.parametrize("tuning", TUNINGS, ids=lambda tuning: tuning.__name__)
def test_what_was_tuned_lives_once_and_stays(tuning: type) -> None:
    made = {id(value): value for module in MODULES for value in vars(module).values() if type(value) is tuning}
    assert len(made) == 1
    (value,) = made.values()
    assert hash(value) == hash(tuning())  # frozen: a mutable dataclass has no hash
