"""Engines that the operator brings: taken in, looked at, used, and stood in for when they are gone."""

from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.test import Client
from PIL import Image

from accounts.keys import issue_api_key
from accounts.models import User
from accounts.points import accounts_out_of_balance
from faceswap_site.lib.errors import DomainError
from recognition.photos.intake import PhotoInput
from swaps import tasks
from swaps.engine.models.probe import EngineRefused
from swaps.engines import registry
from swaps.engines.choice import EngineChoice
from swaps.jobs import services
from swaps.jobs.submission import FaceInput, Submit
from swaps.models import OperatorEngine, SwapJob
from tests.api.conftest import ApiClient
from tests.conftest import Bring
from tests.engine.models import standins
from tests.photos import sample

from .test_swap_lifecycle import photo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("engines_folder")]


@pytest.fixture
def program(alice: User) -> ApiClient:
    return ApiClient(issue_api_key(owner=alice, name="program")[1])


def submit(owner: User, **choice: Any) -> SwapJob:
    wanted = Submit(
        PhotoInput(photo=photo("biden.jpg")),
        [FaceInput(PhotoInput(photo("obama.jpg")))],
        choice=EngineChoice(**choice),
    )
    return services.submit_swap(wanted, owner=owner)


def ran(job: SwapJob) -> SwapJob:
    tasks.run_swap(str(job.pk))
    job.refresh_from_db()
    assert job.status == "done", job.error_text
    return job


def pixels(job: SwapJob) -> "np.ndarray[Any, np.dtype[np.uint8]]":
    with job.result.open("rb") as file:
        return np.asarray(Image.open(BytesIO(file.read())).convert("RGB"))


def test_a_swap_by_an_engine_says_so_everywhere(
    alice: User, alice_client: Client, program: ApiClient, bring: Bring
) -> None:
    bring("arcface")
    bring("inswapper", price=5)
    job = ran(submit(alice, engine="inswapper_128"))
    assert job.report["engine"] == {
        "asked": "inswapper_128",
        "name": "inswapper_128",
        "provider": "CPUExecutionProvider",
        "enhancer": "",
        "enhancer_asked": "",
    }
    assert alice.balance == 95
    page = alice_client.get(job.get_absolute_url()).content.decode()
    assert "inswapper_128, CPUExecutionProvider" in page
    told = program.get(f"/api/v1/swaps/{job.pk}")
    assert told.json()["engine"]["name"] == "inswapper_128"
    with job.result.open("rb") as file:
        assert b"engine inswapper_128 on CPUExecutionProvider" in file.read()
    png = alice_client.get(f"/swaps/{job.pk}/result.webp").getvalue()
    assert b"engine inswapper_128 on CPUExecutionProvider" in png
    # The stand-in's negative, where the drawn face was.
    before = np.asarray(photo("biden.jpg").rgb).astype(int)
    x, y = round(job.face_x * before.shape[1]), round(job.face_y * before.shape[0])
    assert np.abs(pixels(job)[y, x].astype(int) - (255 - before[y, x])).max() < 12


def test_an_engine_that_is_gone_is_stood_in_for_at_the_others_price(
    alice: User, alice_client: Client, program: ApiClient, bring: Bring
) -> None:
    bring("arcface")
    engine = bring("inswapper", price=7)
    job = submit(alice, engine="inswapper_128")
    assert alice.balance == 93
    registry.remove(engine)
    ran(job)
    assert (job.report["engine"]["asked"], job.report["engine"]["name"]) == ("inswapper_128", "classic")
    assert job.price == 2
    alice.refresh_from_db()
    assert alice.balance == 98
    assert not accounts_out_of_balance().exists()
    page = alice_client.get(job.get_absolute_url()).content.decode()
    assert "inswapper_128 could not be used, so the classic engine stood in" in page
    answer = program.get(f"/api/v1/swaps/{job.pk}").json()
    assert answer["engine"]["asked"] == "inswapper_128" and answer["points"]["cost"] == 2


def test_another_engine_stands_in_before_the_classic_one(alice: User, bring: Bring) -> None:
    bring("arcface")
    first = bring("inswapper", price=7, order=1)
    bring("hyperswap", price=4, order=2, stands_in=True)
    job = submit(alice, engine="inswapper_128")
    registry.disable(first)
    ran(job)
    assert (job.report["engine"]["name"], job.price) == ("hyperswap", 4)


def test_a_fallback_never_costs_more_than_was_said(alice: User, bring: Bring) -> None:
    bring("arcface")
    engine = bring("inswapper", commercial=False)
    assert engine.price == 0
    job = submit(alice, engine="inswapper_128")
    registry.disable(engine)
    ran(job)
    assert job.price == 0 and alice.balance == 100


def test_an_engine_whose_file_changed_is_not_run(alice: User, engines_folder: Path, bring: Bring) -> None:
    bring("arcface")
    bring("inswapper")
    job = submit(alice, engine="inswapper_128")
    with (engines_folder / "inswapper_128.onnx").open("ab") as file:
        file.write(b"more")
    assert ran(job).report["engine"]["name"] == "classic"


def test_an_enhancer_goes_over_the_result(alice: User, bring: Bring) -> None:
    bring("gfpgan")
    plain = ran(submit(alice))
    enhanced = ran(submit(alice, enhancer="gfpgan"))
    assert enhanced.report["engine"]["enhancer"] == "gfpgan"
    assert np.abs(pixels(enhanced).astype(int) - pixels(plain)).max() > 50


@pytest.mark.parametrize("finish", ["masked", "classic"])
def test_a_networks_face_may_be_put_back_in_other_ways(finish: str, alice: User, bring: Bring) -> None:
    bring("arcface")
    bring("inswapper")
    bring("xseg")
    own = ran(submit(alice, engine="inswapper_128"))
    other = ran(submit(alice, engine="inswapper_128", finish=finish))
    assert other.report["engine"]["name"] == "inswapper_128"
    assert (pixels(own) != pixels(other)).any()


def test_only_those_whom_it_is_on_for_may_name_an_engine(alice: User, bob: User, bring: Bring) -> None:
    bring("arcface")
    engine = bring("inswapper", audience="accounts")
    engine.accounts.add(bob)
    submit(bob, engine="inswapper_128")
    with pytest.raises(DomainError) as caught:
        submit(alice, engine="inswapper_128")
    assert caught.value.code == "no_such_engine"
    assert alice.balance == 100 and not SwapJob.objects.filter(owner=alice).exists()
    OperatorEngine.objects.update(audience="staff")
    alice.is_staff = True
    assert submit(alice, engine="inswapper_128").price == engine.price


def test_a_non_commercial_engine_carries_no_price(bring: Bring) -> None:
    bring("arcface")
    engine = bring("inswapper", commercial=False)
    engine.price = 3
    with pytest.raises(registry.EngineError) as caught:
        registry.enable(engine)
    assert caught.value.case == "non_commercial_price"


def test_an_engine_needs_those_that_it_needs(bring: Bring) -> None:
    with pytest.raises(registry.EngineError) as caught:
        bring("inswapper")
    assert (caught.value.case, caught.value.details["helper"]) == ("needs", "arcface_w600k_r50")


def test_the_api_takes_an_engine_by_its_name(program: ApiClient, bring: Bring) -> None:
    bring("arcface")
    bring("inswapper")
    body = {"target": photo_file("biden.jpg"), "face": photo_file("obama.jpg")}
    good = program.form("/api/v1/swaps", body | {"options": '{"engine": "inswapper_128", "boost": 2}'})
    assert good.status_code == 202, good.content
    body = {"target": photo_file("biden.jpg"), "face": photo_file("obama.jpg")}
    bad = program.form("/api/v1/swaps", body | {"options": '{"engine": "other"}'})
    assert bad.status_code == 422 and "There are: classic, inswapper_128." in bad.json()["detail"]


def photo_file(name: str) -> BytesIO:
    file = BytesIO()
    Image.fromarray(np.asarray(photo(name).rgb)).save(file, "JPEG")
    file.seek(0)
    file.name = name
    return file


def said(*words: str) -> str:
    out = StringIO()
    call_command("engines", *words, stdout=out, stderr=out)
    return out.getvalue()


@pytest.mark.long
@pytest.mark.real_engine
def test_the_command_goes_all_the_way(tmp_path: Path, engines_folder: Path) -> None:
    files = standins.of_each_family(tmp_path / "brought")
    with pytest.raises(SystemExit):
        said("add", str(files["arcface"]), "--licence", "Research only")  # nobody accepted it
    for name in ("arcface", "inswapper"):
        assert "SHA-256" in said("add", str(files[name]), "--licence", "Research only", "--accept", "--by", "Ada")
    assert "not probed" in said("list")
    for stem in ("arcface_w600k", "inswapper_128"):
        assert "runs on CPUExecutionProvider" in said("probe", stem)
        assert "is on" in said("enable", stem)
    told = said("probe", "inswapper_128", "--pictures", str(tmp_path / "pictures"))
    assert "obama.jpg on biden.jpg: " in told and told.count(" on ") >= 4
    assert len(list((tmp_path / "pictures").glob("inswapper_128-*.jpg"))) == 3
    assert OperatorEngine.objects.get(name="inswapper_128").accepted_by == "Ada"
    (engines_folder / "dropped.onnx").write_bytes(files["gfpgan"].read_bytes())
    assert "dropped.onnx  not added yet" in said("list")
    said("disable", "inswapper_128")
    said("remove", "inswapper_128")
    assert not (engines_folder / "inswapper_128.onnx").exists()


def test_a_file_that_is_refused_leaves_nothing(tmp_path: Path, engines_folder: Path) -> None:
    path = tmp_path / "bad.onnx"
    path.write_bytes(b"\x80\x04pickled")
    with pytest.raises(EngineRefused):
        registry.add(path, licence="Mine", accepted_by="root")
    assert list(engines_folder.iterdir()) == [] and not OperatorEngine.objects.exists()


def test_an_administrator_takes_a_dropped_file_in_with_its_licence(
    admin_client: Client, tmp_path: Path, engines_folder: Path, bring: Bring
) -> None:
    files = standins.of_each_family(tmp_path / "brought")
    (engines_folder / "gfpgan_1.4.onnx").write_bytes(files["gfpgan"].read_bytes())
    (engines_folder / "broken.onnx").write_bytes(b"nothing")
    form = admin_client.get("/admin/swaps/operatorengine/add/").content.decode()
    assert "gfpgan_1.4.onnx" in form and "broken.onnx" in form
    given = {"family": "", "licence": "Apache-2.0", "licence_url": "https://example.org/licence"}
    refused = admin_client.post("/admin/swaps/operatorengine/add/", given | {"file": "broken.onnx", "accept": "on"})
    assert "no ONNX file" in refused.content.decode()
    unaccepted = admin_client.post("/admin/swaps/operatorengine/add/", given | {"file": "gfpgan_1.4.onnx"})
    assert unaccepted.status_code == 200 and not OperatorEngine.objects.exists()
    admin_client.post("/admin/swaps/operatorengine/add/", given | {"file": "gfpgan_1.4.onnx", "accept": "on"})
    engine = OperatorEngine.objects.get()
    assert (engine.family, engine.accepted_by, engine.enabled) == ("gfpgan", "admin", False)
    for action in ("look_at_them", "switch_on"):
        chosen = {"action": action, "_selected_action": [str(engine.pk)]}
        admin_client.post("/admin/swaps/operatorengine/", chosen)
    engine.refresh_from_db()
    assert engine.enabled and engine.probe["provider"] == "CPUExecutionProvider"
    assert "Apache-2.0" in admin_client.get(f"/admin/swaps/operatorengine/{engine.pk}/change/").content.decode()
    admin_client.post(f"/admin/swaps/operatorengine/{engine.pk}/delete/", {"post": "yes"})
    assert not (engines_folder / "gfpgan_1.4.onnx").exists()


def test_the_studio_offers_engines_where_there_are_any(alice_client: Client, alice: User, bring: Bring) -> None:
    assert "Which engine" not in alice_client.get("/swaps/new/").content.decode()
    bring("arcface")
    bring("inswapper", price=5)
    assert "inswapper_128 · 5 points a face" in alice_client.get("/swaps/new/").content.decode()
    files = {"face": photo_file("obama.jpg"), "target": photo_file("biden.jpg")}
    alice_client.post("/swaps/new/", files | {"engine": "inswapper_128"})
    job = SwapJob.objects.get()
    assert (job.options["engine"], job.price) == ("inswapper_128", 5)


@pytest.mark.real_engine
def test_the_swap_command_uses_an_engine_or_says_that_it_could_not(
    tmp_path: Path, engines_folder: Path, bring: Bring
) -> None:
    bring("arcface")
    bring("inswapper")
    out = tmp_path / "out.png"
    words = [str(sample("obama.jpg")), str(sample("biden.jpg")), "-o", str(out), "--engine"]
    called = StringIO()
    call_command("swap", *words, "inswapper_128", stdout=called, stderr=called)
    assert "Made by inswapper_128." in called.getvalue() and b"engine inswapper_128" in out.read_bytes()
    out.unlink()
    for name in ("other", "inswapper_128"):
        (engines_folder / "inswapper_128.onnx").unlink(missing_ok=True)
        with pytest.raises(SystemExit):
            call_command("swap", *words, name, stdout=called, stderr=called)
        assert not out.exists()
