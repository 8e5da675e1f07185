"""Everything that people, programs, workers, the sweep and crashes do to a site, in any order; and what must hold."""

import base64
import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.test import Client
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from accounts import idempotency, keys, points, throttling
from accounts.models import ApiKey, PointEntry, RateWindow, User
from accounts.privacy import deletion, preferences
from faceswap_site.lib.errors import DomainError
from faceswap_site.ops import unnamed_files
from recognition.engine import encode_photo
from recognition.models import FoundPhoto, IncomingFiles, Person
from recognition.photos import found_faces
from recognition.photos.intake import PhotoInput
from recognition.registry import enrolment
from swaps import tasks
from swaps.jobs import files, services
from swaps.jobs.submission import Callback, FaceInput, Submit
from swaps.models import ResultReport, SwapFace, SwapJob, WebhookDelivery
from swaps.results import links, publishing

from . import world
from .clock import Clock
from .world import Seen

Status = SwapJob.Status
START, SITE, PASSWORD = 12, "http://testserver", "a-long-password"
MOST_KEYS, A_KEY, AN_ACCOUNT, SECONDS = 2, 2, 3, 60  # limits so low that they are met
ENDED = {Status.DONE, Status.FAILED, Status.CANCELLED}
NEXT = {
    Status.QUEUED: {Status.RUNNING, Status.FAILED, Status.CANCELLED},
    Status.RUNNING: {Status.QUEUED, Status.DONE, Status.FAILED, Status.CANCELLED},
}
HOW_FAR = ["queued", "running", "done", "shared", "public", "reported"]
DAY = 24 * 3600
BETWEEN = st.sampled_from(["nothing", "nothing", "cancel", "delete", "delete account", "another worker", "sweep"])
STEPS: tuple[Callable[[], Any], ...] = (
    services.requeue_lost,
    services.delete_expired,
    points.release_abandoned,
    deletion.finish_deletions,
    found_faces.delete_expired_photos,
    found_faces.delete_abandoned_photos,
    files.delete_abandoned_jobs,
    idempotency.forget_old,
    throttling.forget_old_windows,
)


def lower_limits(patch: pytest.MonkeyPatch, site_settings: Any) -> None:
    """Bring the limits down to what a machine comes to in a few steps."""
    patch.setattr(keys, "MOST_KEYS", MOST_KEYS)
    some = {"key": (A_KEY, SECONDS), "account": (AN_ACCOUNT, SECONDS)}
    site_settings.RATE_LIMITS = settings.RATE_LIMITS | some
    site_settings.JOB_MAX_ATTEMPTS = 2


class Site(RuleBasedStateMachine):
    """Accounts, jobs and claims are kept as the objects that were made: like another process's, they may be stale."""

    accounts = Bundle("accounts")
    jobs = Bundle("jobs")
    claims = Bundle("claims")
    api_keys = Bundle("api_keys")

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.around = transaction.atomic()
        self.around.__enter__()
        self.granted: dict[int, int] = {}  # by account: its points, before what its jobs cost
        self.closed: set[int] = set()  # accounts that are being deleted
        self.seen: dict[uuid.UUID, Seen] = {}
        self.gone: set[str] = set()  # addresses of what is no longer there
        self.crashed: set[str] = set()  # files that killed processes left
        self.windows: dict[str, list[int]] = {}  # by who is limited: when the window ends, and how many were let in
        self.charlie = Client(raise_request_exception=False)

    def teardown(self) -> None:
        try:
            for account in User.objects.all():
                deletion.delete_account(account)
            left = world.stored() - self.crashed
            assert not left, f"all accounts are deleted, and these files are left: {left}"
        finally:
            transaction.set_rollback(True)
            self.around.__exit__(None, None, None)
            for name in world.stored():
                default_storage.delete(name)

    # People and what they have.

    @initialize(target=accounts)
    def two_people(self) -> Any:
        return multiple(*(self.new_account() for _ in range(2)))

    @rule(target=jobs, account=accounts, how_far=st.sampled_from(HOW_FAR))
    def come_far(self, account: User, how_far: str) -> Any:
        """Several steps that lead to where most can happen; most walks would not get there."""
        return self.submitted_and_shown(account, how_far)

    @initialize(target=jobs, how_far=st.sampled_from(HOW_FAR))
    def begin_with_a_swap(self, how_far: str) -> Any:
        return self.submitted_and_shown(self.new_account(), how_far)

    def submitted_and_shown(self, account: User, how_far: str) -> Any:
        job = self.submit(account, 20, True, True, "nothing")
        if not isinstance(job, SwapJob):
            return multiple()
        self.jobs_go_on_and_never_back()
        steps: list[Callable[[], Any]] = [
            lambda: services.start_swap(job.pk),
            lambda: services.complete_swap(services.Claim(SwapJob.objects.get(pk=job.pk), 1), world.result()),
            lambda: self.share(job),
            lambda: self.publish(job, True, False),
            lambda: self.report(job, "none"),
        ]
        for step in steps[: HOW_FAR.index(how_far)]:
            step()
        return job

    @rule(target=accounts)
    def sign_up(self) -> Any:
        if len(self.granted) - len(self.closed) > 1:
            return multiple()
        return self.new_account()

    def new_account(self) -> User:
        name = f"person{len(self.granted)}"
        account = User.objects.create_user(name, f"{name}@example.org", PASSWORD)
        points.grant(account, START, reason="Welcome")
        self.granted[account.pk] = START
        return account

    @rule(account=accounts, how=st.sampled_from(["page", "service", "dies"]))
    def delete_account(self, account: User, how: str) -> None:
        client = self.signed_in(account)
        if client is None:
            return
        self.closed.add(account.pk)
        if how == "dies":
            deletion.close_account(account)
        elif how == "page":
            answer = client.post("/account/delete/", {"password": PASSWORD})
            assert answer.status_code == 302
        else:
            deletion.delete_account(User.objects.get(pk=account.pk))
        if how != "dies":
            assert not User.objects.filter(pk=account.pk).exists()
        assert client.get("/account/").status_code == 302, "a deleted account is still signed in"

    @rule(account=accounts, days=st.sampled_from([None, 1]))
    def say_how_long_swaps_are_kept(self, account: User, days: int | None) -> None:
        row = User.objects.filter(pk=account.pk, is_active=True).first()
        if row is not None:
            preferences.set_preferences(row, retention_days=days, letters=bool(days))
            for job in row.swap_jobs.all():
                assert job.expires == job.created + timedelta(days=days or settings.RETENTION_DAYS)

    @rule(account=accounts, what=st.sampled_from(["know", "know", "forget the person", "forget the face"]))
    def known_people(self, account: User, what: str) -> None:
        person = Person.objects.filter(registry__owner=account.pk).first()
        if what == "know":
            try:
                made = enrolment.add_person(account=account, name="Someone", consent=enrolment.Consent("consent"))
                enrolment.enrol_face(account=account, person=made, photo=world.photo(world.portrait(20)))
            except deletion.AccountClosed:
                assert account.pk in self.closed
        elif person is not None and what == "forget the person":
            enrolment.delete_person(account=account, person=person)
        elif person is not None and (face := person.faces.first()):
            enrolment.forget_face(account=account, face=face)

    # Swaps.

    @rule(
        target=jobs,
        account=accounts,
        hue=st.sampled_from([20, 140]),
        face=st.booleans(),
        callback=st.booleans(),
        between=st.sampled_from(["nothing", "nothing", "nothing", "delete account", "spend", "sweep"]),
    )
    def submit(self, account: User, hue: int, face: bool, callback: bool, between: str) -> Any:
        def act() -> None:
            if between == "delete account":
                self.delete_account(account, "service")
            elif between == "sweep":
                self.sweep()
            elif between == "spend" and account.pk not in self.closed:
                left = User.objects.get(pk=account.pk).balance
                points.hold(account, left, reference=f"test:{uuid.uuid4()}")
                self.granted[account.pk] -= left

        target = PhotoInput(world.photo(world.portrait(hue), act))
        faces = [FaceInput(PhotoInput(world.photo(world.portrait(260) if face else world.blank())))]
        told = Callback("https://example.org/hook" if callback else "", SITE)
        account = User.objects.filter(pk=account.pk).first() or account
        try:
            job = services.submit_swap(Submit(target, faces, callback=told), owner=account)
        except points.NotEnoughPoints:
            assert User.objects.get(pk=account.pk).balance < settings.PRICES["swap"]
        except deletion.AccountClosed:
            assert account.pk in self.closed
        else:
            return job
        return multiple()

    @rule(target=claims, job=jobs, oldest=st.booleans())
    def start(self, job: SwapJob, oldest: bool) -> Any:
        """A worker takes the job that waits longest, or one that the queue hands out once more."""
        waiting = SwapJob.objects.filter(status=Status.QUEUED).order_by("created").first() if oldest else None
        claim = services.start_swap((waiting or job).pk)
        return multiple() if claim is None else claim

    @rule(job=jobs)
    def work(self, job: SwapJob) -> None:
        """A worker does a job from beginning to end."""
        tasks.run_swap(str(job.pk))

    @rule(claim=claims, between=BETWEEN)
    def complete(self, claim: services.Claim, between: str) -> None:
        valid = claim.rows().exists()
        try:
            completed = services.complete_swap(claim, world.result(lambda: self.meanwhile(claim.job, between)))
        except FileNotFoundError:  # deleted with its folder while it was written, which swaps.tasks knows
            assert not SwapJob.objects.filter(pk=claim.job.pk).exists()
        else:
            assert not completed or valid

    @rule(claim=claims, refused=st.booleans())
    def fail(self, claim: services.Claim, refused: bool) -> None:
        end = services.refuse_swap if refused else services.fail_swap
        end(
            claim,
            DomainError("protected_person" if refused else "internal_error", **({} if refused else {"case": "swap"})),
        )

    @rule(claim=consumes(claims))
    def die_after_storing(self, claim: services.Claim) -> None:
        """A worker is killed when its result is written and its row is not."""
        if claim.rows().exists():
            self.crashed.add(world.leave_file(f"swaps/{claim.job.pk}/{uuid.uuid4().hex}.jpg"))

    @rule(account=accounts, where=st.sampled_from(["swap", "found", "call"]))
    def die_while_answering(self, account: User, where: str) -> None:
        """A web process is killed when photos are written and their row is not, or with the price of a call held."""
        row = uuid.uuid4()
        if where != "call":
            IncomingFiles.objects.create(kind=where, row=row)
            folder = f"swaps/{row}/" if where == IncomingFiles.Kind.SWAP else f"found/{row.hex}"
            self.crashed.add(world.leave_file(f"{folder}{uuid.uuid4().hex}.jpg"))
        elif (owner := User.objects.filter(pk=account.pk).first()) and owner.balance:
            points.hold(owner, 1, reference=f"call:compare:{row}")

    @rule(job=jobs, how=st.sampled_from(["cancel", "delete", "cancel by page", "delete by page"]))
    def end(self, job: SwapJob, how: str) -> None:
        row = SwapJob.objects.select_related("owner").filter(pk=job.pk).first()
        if row is None:
            assert not services.cancel_swap(job)
            return
        if how == "cancel":
            assert services.cancel_swap(job) == row.is_open
        elif how == "delete":
            services.delete_swap(row)
        elif client := self.signed_in(row.owner):
            assert client.post(f"/swaps/{job.pk}/{how.split()[0]}").status_code == 302
        self.strangers_look(job)

    def meanwhile(self, job: SwapJob, between: str) -> None:
        if between == "cancel":
            services.cancel_swap(job)
        elif between == "delete" and SwapJob.objects.filter(pk=job.pk).exists():
            services.delete_swap(SwapJob.objects.get(pk=job.pk))
        elif between == "delete account":
            self.delete_account(job.owner, "service")
        elif between == "another worker":
            self.wait(timedelta(seconds=settings.JOB_LEASE_SECONDS + 1))
            tasks.run_swap(str(job.pk))
        elif between == "sweep":
            self.wait(timedelta(seconds=settings.JOB_LEASE_SECONDS + 1))
            self.sweep()

    # Showing results to others.

    @rule(job=jobs, public=st.booleans(), many=st.booleans())
    def publish(self, job: SwapJob, public: bool, many: bool) -> None:
        row = SwapJob.objects.select_related("owner").filter(pk=job.pk).first()
        client = self.signed_in(row.owner) if row else None
        if client is None:
            return
        if many:
            client.post("/gallery/selection", {"job": [str(job.pk)], "action": "publish" if public else "unpublish"})
        else:
            client.post(f"/swaps/{job.pk}/publish", {"public": "yes"} if public else {})
        self.strangers_look(job)

    @rule(job=jobs)
    def share(self, job: SwapJob) -> None:
        """Give someone a private link, and a program a link to the file."""
        row = SwapJob.objects.filter(pk=job.pk).first()
        if row is None:
            return
        shown = self.seen[row.pk].shown_at
        if link := links.result_link(row, SITE):
            shown.add(link.removeprefix(SITE))
        try:
            path = links.share_path(row)
        except DomainError:
            assert row.taken_down or row.status != Status.DONE
        else:
            shown |= {path, f"{path}picture"}

    @rule(job=jobs, decision=st.sampled_from(["none", "take down", "take down", "dismiss"]))
    def report(self, job: SwapJob, decision: str) -> None:
        """Somebody objects to a result, and perhaps an administrator decides at once."""
        public = publishing.public_results().filter(pk=job.pk).exists()
        form = {"reason": "consent", "words": "That is me."}
        answer = self.charlie.post(f"/explore/{job.pk}/", form)
        assert answer.status_code in ({302, 429} if public else {404})
        reports = ResultReport.objects.filter(job=job.pk)
        if decision == "dismiss":
            publishing.dismiss(reports)
        elif decision == "take down" and publishing.take_down(reports):
            self.seen[job.pk].taken_down = True
        self.strangers_look(job)

    # Programs.

    @rule(target=api_keys, account=accounts, days=st.sampled_from([None, 7]))
    def make_key(self, account: User, days: int | None) -> Any:
        row = User.objects.filter(pk=account.pk, is_active=True).first()
        if row is None:
            return multiple()
        expires = self.clock.now + timedelta(days=days) if days else None
        usable = [key for key in row.api_keys.all() if key.is_usable]
        try:
            made = keys.issue_api_key(owner=row, name="program", expires=expires)
        except DomainError as error:
            assert error.code == "too_many_keys" and len(usable) == MOST_KEYS
            return multiple()
        return made

    @rule(key=api_keys)
    def revoke(self, key: tuple[ApiKey, str]) -> None:
        keys.revoke_api_key(key[0])

    @rule(key=api_keys, times=st.integers(1, 3))
    def ask(self, key: tuple[ApiKey, str], times: int) -> None:
        for _ in range(times):
            self.ask_once(key)

    def ask_once(self, key: tuple[ApiKey, str]) -> None:
        answer = self.charlie.get("/api/v1/account", headers={"Authorization": f"Bearer {key[1]}"})
        assert answer.status_code == self.expected_of(key[0], 200)

    @rule(key=api_keys, name=st.sampled_from(["", "once"]), face=st.booleans())
    def find_faces(self, key: tuple[ApiKey, str], name: str, face: bool) -> None:
        rgb = world.portrait(20) if face else world.blank()
        body = {"photo": {"base64": base64.b64encode(encode_photo(rgb, "JPEG")).decode()}}
        headers = {"Authorization": f"Bearer {key[1]}"} | ({"Idempotency-Key": name} if name else {})
        owner = User.objects.filter(pk=key[0].owner_id).first()
        balance = owner.balance if owner else 0
        price = settings.PRICES["extract_faces"]
        expected = self.expected_of(key[0], 200)
        answer = self.charlie.post("/api/v1/faces", json.dumps(body), content_type="application/json", headers=headers)
        if expected != 200:
            assert answer.status_code == expected
        elif "Idempotent-Replayed" not in answer.headers:
            # 409 and 422: that name was given to another request, at work or answered.
            expected_now = {200 if balance >= price else 402} | ({409, 422} if name else set())
            assert answer.status_code in expected_now, answer.content
            if answer.status_code == 200:
                self.granted[key[0].owner_id] -= price

    def expected_of(self, key: ApiKey, status: int) -> int:
        """What a request of a key is answered with by what is known here about keys and limits."""
        row = ApiKey.objects.select_related("owner").filter(pk=key.pk).first()
        if row is None or not row.is_usable or not row.owner.is_active:
            return 401
        own, shared = (self.window(who) for who in (f"key {row.pk}", f"account {row.owner_id}"))
        if own[1] >= A_KEY or shared[1] >= AN_ACCOUNT:
            if own[1] < A_KEY and own[0] <= self.clock.seconds:
                own[0] = self.clock.seconds + SECONDS  # asked for and given back: the window has begun all the same
            return 429
        for window in (own, shared):
            window[0] = window[0] if window[1] or window[0] > self.clock.seconds else self.clock.seconds + SECONDS
            window[1] += 1
        return status

    def window(self, who: str) -> list[int]:
        window = self.windows.setdefault(who, [0, 0])
        if window[0] <= self.clock.seconds:
            window[:] = [0, 0]
        return window

    # Time, and who looks after it.

    @rule(step=st.sampled_from([1, 31, 31, 31, 61, 61, 601, 601, 3601, DAY, 7 * DAY, 31 * DAY]))
    def time_passes(self, step: int) -> None:
        self.wait(timedelta(seconds=step))

    def wait(self, step: timedelta) -> None:
        self.clock.advance(step)

    @rule()
    def sweep(self) -> None:
        for step in STEPS:
            step()
        now = self.clock.now
        assert not SwapJob.objects.filter(expires__lt=now).exists()
        assert not FoundPhoto.objects.filter(expires__lt=now).exists()
        assert not SwapJob.objects.filter(status=Status.RUNNING, lease_until__lt=now).exists()
        assert not User.objects.filter(closed__lt=now - deletion.PATIENCE).exists()
        assert not IncomingFiles.objects.filter(started__lt=now - timedelta(hours=1)).exists()
        self.crashed &= world.stored()

    @rule()
    def a_day_without_traffic(self) -> None:
        """The sweep has looked at every file."""
        self.wait(timedelta(days=1))
        self.sweep()
        unnamed_files.Rounds().step()
        assert world.stored() == world.named()
        self.crashed.clear()

    # What must hold after each of these.

    @invariant()
    def points_add_up(self) -> None:
        assert not points.accounts_out_of_balance().exists()
        held = PointEntry.objects.filter(kind=PointEntry.Kind.HOLD, reference__startswith="call:compare")
        for account in User.objects.all():
            cost = sum(job.price for job in account.swap_jobs.filter(status__in=[*SwapJob.OPEN, Status.DONE]))
            paid = sum(one.price for one in self.seen.values() if one.owner == account.pk and one.status == "paid")
            ours = held.filter(account=account)
            back = PointEntry.objects.filter(kind=PointEntry.Kind.RELEASE, reference__in=ours.values("reference"))
            in_calls = ours.count() - back.count()
            assert account.balance == self.granted[account.pk] - cost - paid - in_calls, account

    @invariant()
    def jobs_go_on_and_never_back(self) -> None:
        rows = {job.pk: job for job in SwapJob.objects.all()}
        for pk, job in rows.items():
            seen = self.seen.get(pk)
            if seen is None:
                self.seen[pk] = Seen(job.owner_id, job.price, job.status, job.attempts)
                continue
            assert job.status == seen.status or job.status in self.reachable(seen.status), (seen.status, job.status)
            assert seen.attempts <= job.attempts <= settings.JOB_MAX_ATTEMPTS
            assert job.taken_down == seen.taken_down
            seen.status, seen.attempts = job.status, job.attempts
        for pk, seen in self.seen.items():
            if pk not in rows:  # of a job that is gone only what it cost stays
                seen.status = "paid" if seen.status in (Status.DONE, "paid") else "gone"

    @staticmethod
    def reachable(status: str) -> set[str]:
        """The states that a job may come to in one step of a machine, which may be several of the site's."""
        found: set[str] = set()
        new = {status}
        while new:
            found |= new
            new = {str(later) for one in new for later in NEXT.get(Status(one), set())} - found
        return found - {status}

    @invariant()
    def what_waits_is_in_the_queue(self) -> None:
        waiting = {str(pk) for pk in SwapJob.objects.filter(status=Status.QUEUED).values_list("pk", flat=True)}
        assert waiting <= world.queued_jobs()

    @invariant()
    def files_are_those_that_rows_name(self) -> None:
        files, rows = world.stored(), world.named()
        assert rows <= files, f"rows name files that are not there: {rows - files}"
        assert files - rows <= self.crashed, f"no row names {files - rows - self.crashed}"
        for job in SwapJob.objects.filter(status__in=ENDED):
            left = {name for name in self.crashed & files if str(job.pk) in name}
            assert not left, f"what dead workers wrote outlives the end of their job: {left}"

    @invariant()
    def whoever_asked_to_be_told_is_told_once(self) -> None:
        for job in SwapJob.objects.filter(status__in=ENDED).exclude(callback_url=""):
            assert WebhookDelivery.objects.filter(job=job).count() == 1

    @invariant()
    def nobody_is_over_a_limit(self) -> None:
        for account in User.objects.all():
            assert sum(key.is_usable for key in account.api_keys.all()) <= MOST_KEYS
        for row in RateWindow.objects.filter(subject__regex="^(key|account):"):
            assert row.count <= (A_KEY if row.subject.startswith("key") else AN_ACCOUNT)

    @invariant()
    def nothing_of_the_deleted_is_kept(self) -> None:
        for account in self.closed:
            row = User.objects.filter(pk=account).first()
            if row is None:
                assert not SwapFace.objects.filter(job__owner=account).exists()
            else:
                assert not row.is_active and not any(key.is_usable for key in row.api_keys.all())

    @rule(job=jobs)
    def strangers_look(self, job: SwapJob) -> None:
        """Whoever is not the owner sees what is public or was shared with them, and nothing else."""
        row = SwapJob.objects.filter(pk=job.pk).first()
        seen = self.seen[job.pk]
        showable = row is not None and row.status == Status.DONE and not seen.taken_down
        public = f"/explore/{job.pk}/"
        is_public = showable and row is not None and row.public_since is not None
        for path in (public, f"{public}picture", f"{public}thumbnail"):
            self.look(path, is_public)
        assert (str(job.pk) in self.charlie.get("/explore/").content.decode()) == is_public
        for path in seen.shown_at:
            self.look(path, showable and self.still_valid(path))
        other = User.objects.filter(is_active=True).exclude(pk=seen.owner).first()
        clients = [self.charlie, *([self.signed_in(other)] if other else [])]
        for client in clients:
            for part in ("", "result", "thumbnail", "target", "face", "result.png"):
                assert client is not None and client.get(f"/swaps/{job.pk}/{part}").status_code in (302, 404)

    def look(self, path: str, may: bool) -> None:
        answer = self.charlie.get(path)
        if answer.streaming:
            b"".join(answer)
        assert answer.status_code == (200 if may else 404), (path, answer.status_code, may)

    def still_valid(self, path: str) -> bool:
        name = path.strip("/").split("/")
        if name[0] == "api":
            return links.job_of_link(name[-1]) is not None
        return links.shared_job(name[1]) is not None

    def signed_in(self, account: User) -> Client | None:
        """A client of an account that is not deleted."""
        row = User.objects.filter(pk=account.pk, is_active=True).first()
        if row is None:
            return None
        client = Client(raise_request_exception=False)
        client.force_login(row, "django.contrib.auth.backends.ModelBackend")
        return client
