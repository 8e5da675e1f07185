"""What an administrator sees: the dashboard and the moderation queue."""

from pathlib import Path
from typing import Any

from django.test import Client

from accounts.models import User
from faceswap_site.ops.sweep import sweep
from swaps.models import ResultReport, SwapJob
from swaps.results import publishing

from .conftest import make_job


def administrator() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root", "root@example.org", "x"))
    return client


def test_the_dashboard_counts_work_failures_and_reports(alice: User) -> None:
    job = make_job(alice)
    make_job(alice, "failed")
    make_job(alice, "queued")
    publishing.publish(job)
    publishing.report(job, reason="other", words="", reporter=None)
    context = administrator().get("/admin/dashboard/").context
    assert dict(context["jobs"]["counts"]) == {"queued": 1, "running": 0, "done": 1, "failed": 1, "cancelled": 0}
    assert context["jobs"]["queue_age"] is not None
    assert context["failures"] == [{"error_code": "no_face", "n": 1}]
    assert context["points"] == {"granted": 100, "spent": 4, "on accounts": 96}
    assert context["waiting"] == {"reports": 1, "own_faces": 0, "protected": 0}
    assert context["live"] == {"now": 0, "most": 4}


def test_the_dashboard_shows_no_secret(db: None) -> None:
    text = administrator().get("/admin/dashboard/").content.decode()
    assert "only-for-tests" not in text
    assert "SECRET" not in text


def test_the_dashboard_is_for_administrators_only(alice_client: Client) -> None:
    assert alice_client.get("/admin/dashboard/").status_code == 302


def test_a_report_is_decided_from_the_queue(done_job: SwapJob) -> None:
    publishing.publish(done_job)
    report = publishing.report(done_job, reason="harm", words="", reporter=None)
    client = administrator()
    assert "harms someone" in client.get("/admin/swaps/resultreport/").content.decode()
    client.post("/admin/swaps/resultreport/", {"action": "take_down", "_selected_action": [str(report.pk)]})
    done_job.refresh_from_db()
    assert done_job.taken_down
    assert ResultReport.objects.get().closed is not None


def test_storage_is_measured_by_the_sweep(alice: User, settings: Any, own_files: Path) -> None:
    settings.DATA_DIR = own_files.parent
    client = administrator()
    assert "Not measured yet" in client.get("/admin/dashboard/").content.decode()
    make_job(alice)
    sweep()
    storage = client.get("/admin/dashboard/").context["storage"]
    assert storage.photos == sum(path.stat().st_size for path in own_files.rglob("*") if path.is_file())
    assert storage.free > 0
