"""The commands answer as the pages do, in words or as JSON."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from recognition.models import Person
from recognition.search import loaded_registries
from tests.drawn import drawn


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_compare_tells_verdict_distance_and_similarity() -> None:
    same = run("compare", str(drawn("obama.jpg")), str(drawn("obama2.jpg")))
    assert same.startswith("match: distance 0.3")
    other = json.loads(run("compare", str(drawn("obama.jpg")), str(drawn("biden.jpg")), "--json"))
    assert (other["verdict"], other["threshold"]) == ("no_match", 0.6)


def test_compare_ends_with_a_sentence_where_a_photo_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = tmp_path / "a.jpg"
    text.write_text("no photo")
    with pytest.raises(SystemExit) as caught:
        run("compare", str(text), str(drawn("obama2.jpg")))
    assert caught.value.code == 2
    assert "is a text file" in capsys.readouterr().err


def test_recognise_names_an_accounts_people(alice: User, obama: Person) -> None:
    photos = [str(drawn(name)) for name in ("obama3.jpg", "biden.jpg")]
    words = run("recognise", *photos, "--account", "alice")
    assert "match      Barack Obama 0.1" in words and "no match   Barack Obama" in words
    answer = json.loads(run("recognise", photos[0], "--account", "alice", "--json"))
    assert answer[0]["faces"][0]["candidates"][0]["person_id"] == str(obama.uuid)
    assert len(answer[0]["faces"][0]["landmarks"]) == 68 and "pairs of strangers" in answer[0]["calibration"]
    assert "match      Barack" not in run("recognise", photos[0])
    with pytest.raises(CommandError, match="no account 'nobody'"):
        run("recognise", photos[0], "--account", "nobody")


@pytest.mark.parametrize("word", ["7", "near", "nan"])
def test_a_threshold_that_makes_no_sense_is_refused(word: str) -> None:
    with pytest.raises(CommandError, match="is no threshold"):
        run("compare", "a.jpg", "b.jpg", "--threshold", word)


def test_encode_faces_describes_what_an_older_model_left(alice: User, obama: Person) -> None:
    obama.faces.update(encoder="older")
    loaded_registries._held.clear()  # a new model comes with a new process
    assert "no match" in run("recognise", str(drawn("obama3.jpg")), "--account", "alice")
    assert "present model" in run("encode_faces")
    assert "match      Barack Obama" in run("recognise", str(drawn("obama3.jpg")), "--account", "alice")
