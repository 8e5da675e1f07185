"""The life of a clip and of the pieces of the work on it. Every surface and worker writes them by these functions.

As of jobs, a state changes by one conditional UPDATE that counts rows: of two workers at a piece, one is heard.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import get_language
from django_q.tasks import async_task

from accounts import points
from accounts.models import User
from accounts.privacy.deletion import keep_open
from faceswap_site.lib.errors import DomainError, TooManyRequests
from recognition.photos.fetch_limits import refuse_after_failures
from swaps.engine import SwapOptions
from swaps.engine.clips import Analysis
from swaps.jobs import services as jobs
from swaps.jobs.files import delete_job_files, delete_unnamed_files
from swaps.jobs.quotas import HOUR, refuse_over_quota
from swaps.jobs.submission import LABEL, Callback, FaceInput, no_files_left_behind, store_photo
from swaps.models import ClipTask, SwapClip, SwapFace, SwapJob

from .files import known_clip, read_analysis, written
from .intake import ClipInput
from .outputs import PICTURES, check_output, default_output

State, TaskKind = ClipTask.State, ClipTask.Kind
Status, Stage = SwapJob.Status, SwapJob.Stage
# So long a clip waits for somebody to choose its people.
KEPT_TO_CHOOSE = timedelta(days=1)
# No piece of the work takes so long; of a process that does, nothing more is to be hoped.
SECONDS_A_TASK = 900
# Joining says nothing in between.
LEASES_TO_JOIN = 5


@dataclass(frozen=True)
class SubmitClip:
    """A swap of a clip: whose faces go onto whom (`index` is a person's number), which part, into what."""

    faces: Sequence[FaceInput]
    options: SwapOptions = field(default_factory=SwapOptions)
    label: bool = False
    begin: float | None = None
    end: float | None = None
    output: str = ""
    callback: Callback = field(default_factory=Callback)

    @property
    def names_addresses(self) -> bool:
        return any(photo and photo.url for face in self.faces for photo in (face.photo, face.reference))


def clip_price(seconds: float, faces: Sequence[FaceInput] | Sequence[SwapFace]) -> int:
    """The price of so many seconds, each that has started counted whole, for each person who gets another face."""
    people = len({face.index for face in faces if face.index is not None})
    people += sum(face.has_reference for face in faces)
    return int(settings.PRICES["clip_second"]) * max(1, math.ceil(seconds - 1e-6)) * max(1, people)


def upload_clip(given: ClipInput, *, owner: User) -> SwapClip:
    """Take a clip in and have it looked at, so that its people can be chosen; nothing is charged.

    Raises
    ------
    TooManyRequests
        Where the account holds as much as it may, or has many clips whose people are not chosen.
    """
    _refuse_more_to_choose(owner)
    refuse_over_quota(owner, jobs=0)
    clip = SwapClip(owner=owner, expires=timezone.now() + KEPT_TO_CHOOSE)
    with no_files_left_behind(clip) as mark:
        _store(clip, given)
        with transaction.atomic():
            keep_open(owner)
            _refuse_more_to_choose(owner)
            clip.save(force_insert=True)
            _add_task(clip, TaskKind.LOOK, first=0, end=clip.frames)
            mark.delete()
    return clip


def submit_new_clip(
    given: ClipInput,
    wanted: SubmitClip,
    *,
    owner: User,
    origin: str,
    on_accept: Callable[[SwapJob], None] | None = None,
) -> SwapJob:
    """Accept a swap of a clip that comes with it: hold its price, store it and have it looked at, all or nothing."""
    refuse_over_quota(owner, callbacks=1 if wanted.callback.url else 0)
    clip = SwapClip(owner=owner)
    with no_files_left_behind(clip) as mark:
        _describe(clip, given)
        job, rows = _drawn_up(clip, wanted, owner=owner, origin=origin)
        _store(clip, given)
        _store_faces(job, rows, wanted)
        with transaction.atomic():
            _accept(clip, job, rows, wanted)
            clip.save(force_insert=True)
            _add_task(clip, TaskKind.LOOK, first=0, end=clip.frames)
            if on_accept is not None:
                on_accept(job)
            mark.delete()
    return job


def submit_clip(clip: SwapClip, wanted: SubmitClip, *, owner: User, origin: str = "site") -> SwapJob:
    """Accept a swap of a clip whose people were chosen: hold its price and have it painted, all or nothing.

    Raises
    ------
    DomainError
        `clip_not_looked_at`, where it is too early; `already_ended`, where the clip has become a swap before.
    """
    if clip.people is None:
        raise DomainError("clip_not_looked_at")
    if clip.job_id:
        raise DomainError("already_ended")
    refuse_over_quota(owner)
    job, rows = _drawn_up(clip, wanted, owner=owner, origin=origin)
    job.letter_wanted = owner.letters and origin == "site"
    try:
        _store_faces(job, rows, wanted)
        analysis = read_analysis(clip)
        with transaction.atomic():
            mine = SwapClip.objects.select_for_update().get(pk=clip.pk)
            if mine.job_id:
                raise DomainError("already_ended")
            _accept(clip, job, rows, wanted)
            clip.save(update_fields=["job", "begin", "end", "output", "expires"])
            _plan(clip, job, analysis)
    except BaseException:
        for file in (file for row in rows for file in (row.photo, row.reference) if file):
            file.delete(save=False)
        raise
    return job


def _refuse_more_to_choose(owner: User) -> None:
    most = settings.MOST_CLIPS_TO_CHOOSE
    if SwapClip.objects.filter(owner=owner, job=None, error_code="").count() >= most:
        raise TooManyRequests(case="clips", n=most, retry_after=HOUR)


def _describe(clip: SwapClip, given: ClipInput) -> None:
    facts = given.facts
    clip.format, clip.width, clip.height, clip.sound = facts.format, facts.width, facts.height, facts.sound
    clip.duration, clip.frames, clip.title = facts.duration, facts.frames, given.title
    clip.time_base, clip.rate = facts.time_base, facts.rate


def _store(clip: SwapClip, given: ClipInput) -> None:
    _describe(clip, given)
    file = File(given.file)
    clip.file.save(f"clip.{clip.format}", file, save=False)
    poster = ContentFile(given.facts.poster)
    clip.poster.save("poster.jpg", poster, save=False)
    clip.stored_bytes = file.size + poster.size


def _drawn_up(clip: SwapClip, wanted: SubmitClip, *, owner: User, origin: str) -> tuple[SwapJob, list[SwapFace]]:
    """The rows of a swap, not yet saved."""
    begin, end = wanted.begin or 0.0, min(wanted.end or clip.duration, clip.duration)
    if not 0 <= begin < end:
        raise DomainError("clip_part", seconds=clip.duration)
    if wanted.names_addresses:
        refuse_after_failures(owner.pk)
    clip.output = wanted.output or default_output(clip)
    check_output(clip, clip.output)
    clip.begin, clip.end = wanted.begin, wanted.end
    job = SwapJob(id=clip.pk, owner=owner, origin=origin, kind=SwapJob.Kind.CLIP, options=asdict(wanted.options))
    job.options[LABEL] = wanted.label or settings.REQUIRE_LABEL
    job.duration = end - begin
    job.frames = round(clip.frames * job.duration / clip.duration) if clip.duration else clip.frames
    job.width, job.height = clip.width, clip.height
    job.price = clip_price(job.duration, wanted.faces)
    job.title, job.language = clip.title, get_language() or ""
    job.expires = timezone.now() + owner.retention
    job.callback_url, job.site_url = wanted.callback.url, wanted.callback.site_url
    return job, jobs.face_rows(job, wanted.faces)


def _store_faces(job: SwapJob, rows: list[SwapFace], wanted: SubmitClip) -> None:
    for row, face in zip(rows, wanted.faces, strict=True):
        store_photo(row, "photo", face.photo)
        store_photo(row, "reference", face.reference)


def _accept(clip: SwapClip, job: SwapJob, rows: list[SwapFace], wanted: SubmitClip) -> None:
    keep_open(job.owner)
    refuse_over_quota(job.owner, callbacks=1 if wanted.callback.url else 0)
    job.target = clip.file.name
    job.stored_bytes += clip.stored_bytes
    jobs.accept(job, rows)
    clip.job, clip.expires = job, None


def _plan(clip: SwapClip, job: SwapJob, analysis: Analysis) -> None:
    """Part what is to be painted into segments, each a task; in the caller's transaction."""
    known = known_clip(clip)
    first, end = analysis.part(known, clip.begin, clip.end)
    # What is read in the end may be less than the file promised; never more is charged than was said.
    seconds = analysis.only(first, end).seconds(known.time_base)
    SwapJob.objects.filter(pk=job.pk).update(frames=end - first, duration=seconds)
    pieces = [(first, end)] if clip.output in PICTURES else analysis.segments_of(known, first, end)
    for number, (begin, after) in enumerate(pieces):
        _add_task(clip, TaskKind.PAINT, number=number, first=begin, end=after)


def _add_task(clip: SwapClip, kind: ClipTask.Kind, *, number: int = 0, first: int = 0, end: int = 0) -> None:
    ClipTask.objects.create(clip=clip, kind=kind, number=number, first=first, end=end)
    ask_for_place(clip.pk)


def ask_for_place(clip_id: UUID) -> None:
    """Ask the queue for a place at a worker, in the transaction that adds the task; see turns for who gets it."""
    async_task("swaps.tasks.run_clip_task", str(clip_id), ack_failure=False, timeout=SECONDS_A_TASK)


@dataclass
class TaskClaim:
    """The right to do a piece of the work: only the newest attempt holds it, and only while anybody wants the clip."""

    task: ClipTask
    clip: SwapClip
    attempt: int
    renewed: float = field(default_factory=time.monotonic)

    @property
    def job(self) -> SwapJob | None:
        return self.clip.job

    def rows(self) -> QuerySet[ClipTask]:
        held = ClipTask.objects.filter(pk=self.task.pk, state=State.RUNNING, attempts=self.attempt)
        return held.filter(WANTED)

    def tell(self, frames_done: int) -> bool:
        """Say how far the work is and keep the lease, a few times a second; False where it is no longer wanted."""
        if time.monotonic() - self.renewed < jobs.SECONDS_BETWEEN_RENEWALS:
            return True
        self.renewed = time.monotonic()
        held = self.rows().update(frames_done=frames_done, lease_until=jobs.lease_end())
        if held and self.task.kind == TaskKind.PAINT:
            _count_frames(self.clip)
        return bool(held)


WANTED = Q(clip__job=None) | Q(clip__job__status__in=SwapJob.OPEN)


def _count_frames(clip: SwapClip) -> None:
    painted = ClipTask.objects.filter(clip=clip, kind=TaskKind.PAINT).aggregate(n=Sum("frames_done"))["n"] or 0
    SwapJob.objects.filter(pk=clip.pk).update(frames_done=painted)


def waiting_tasks() -> QuerySet[ClipTask]:
    """Tasks that a worker may begin now: those whose worker is lost as well."""
    free = Q(state=State.WAITING) | Q(state=State.RUNNING, lease_until__lt=timezone.now())
    return ClipTask.objects.filter(free, WANTED).exclude(clip__job__fetching=True)


@transaction.atomic
def start_task(task_id: int) -> TaskClaim | None:
    """Claim a task that waits, or whose last worker is lost. The attempt is counted here, before any work."""
    waiting = waiting_tasks().filter(pk=task_id)
    task = waiting.select_related("clip__job", "clip__owner").first()
    if task is None:
        return None
    if task.attempts >= settings.JOB_MAX_ATTEMPTS:
        fail_clip(task.clip, DomainError("too_many_attempts", n=task.attempts))
        return None
    lease = timedelta(seconds=settings.JOB_LEASE_SECONDS * (LEASES_TO_JOIN if task.kind == TaskKind.JOIN else 1))
    claimed = waiting.filter(attempts=task.attempts).update(
        state=State.RUNNING, attempts=F("attempts") + 1, lease_until=timezone.now() + lease, frames_done=0
    )
    if not claimed:
        return None
    if task.clip.job is not None:
        _show_stage(task.clip.job, STAGES[TaskKind(task.kind)])
    return TaskClaim(task, task.clip, task.attempts + 1)


STAGES = {TaskKind.LOOK: Stage.FINDING, TaskKind.PAINT: Stage.SWAPPING, TaskKind.JOIN: Stage.SAVING}


def _show_stage(job: SwapJob, stage: SwapJob.Stage) -> None:
    """Tell how far the job is; its time runs from the first frame that is painted."""
    rows = SwapJob.objects.filter(pk=job.pk, status__in=SwapJob.OPEN).exclude(status=Status.RUNNING, stage=stage)
    started = {} if stage == Stage.SAVING else {"started": timezone.now()}
    rows.update(status=Status.RUNNING, stage=stage, **started)


def keep_look(claim: TaskClaim, analysis: Analysis, people: list[dict[str, Any]]) -> bool:
    """Store what the look at a clip has found, and go on where it is a job's; False where nobody wants it any more."""
    clip = claim.clip
    clip.analysis.save("analysis.npz", ContentFile(analysis.to_bytes()), save=False)
    with transaction.atomic():
        clip = SwapClip.objects.select_for_update(of=("self",)).select_related("job").get(pk=clip.pk)
        kept = claim.rows().update(state=State.DONE, lease_until=None, frames_done=len(analysis.times))
        if kept:
            rows = SwapClip.objects.filter(pk=clip.pk)
            rows.update(analysis=claim.clip.analysis.name, people=people, frames=len(analysis.times))
            if clip.job is not None:
                told = [{name: one[name] for name in ("spans", "share")} for one in people]
                SwapJob.objects.filter(pk=clip.pk).update(report={"people": told})
                _plan(clip, clip.job, analysis)
    if not kept:
        claim.clip.analysis.delete(save=False)
    return bool(kept)


def keep_first_frame(clip: SwapClip, jpeg: bytes) -> None:
    """Show the first frame that was swapped, while all others are still to come."""
    clip.first_frame.save("first.jpg", ContentFile(jpeg), save=False)
    if not SwapClip.objects.filter(pk=clip.pk, first_frame="", job__status__in=SwapJob.OPEN).update(
        first_frame=clip.first_frame.name
    ):
        clip.first_frame.delete(save=False)


def keep_piece(claim: TaskClaim, piece: Path) -> bool:
    """Store a segment's piece; the last of them asks for the joining. False where nobody wants it any more."""
    task = claim.task
    written(task.file, piece)
    with transaction.atomic():
        clip = SwapClip.objects.select_for_update().get(pk=claim.clip.pk)
        done = task.end - task.first
        kept = claim.rows().update(state=State.DONE, lease_until=None, frames_done=done, file=task.file.name)
        if kept:
            _count_frames(clip)
            if not clip.tasks.filter(kind=TaskKind.PAINT).exclude(state=State.DONE).exists():
                _add_task(clip, TaskKind.JOIN)
    if not kept:
        task.file.delete(save=False)
    return bool(kept)


def complete_clip(claim: TaskClaim, film: Path, thumbnail: bytes, report: dict[str, Any]) -> bool:
    """Store the result and capture the points; False (and nothing kept) where nobody wants it any more."""
    job = claim.job
    assert job is not None  # only a job's segments are joined
    try:
        written(job.result, film)
        job.thumbnail.save("thumbnail.jpg", ContentFile(thumbnail), save=False)
    except BaseException:
        _forget_result(job)
        raise
    with transaction.atomic():
        done = claim.rows().update(state=State.DONE, lease_until=None)
        done = done and SwapJob.objects.filter(pk=job.pk, status=Status.RUNNING).update(
            status=Status.DONE,
            stage=Stage.DONE,
            result=job.result.name,
            thumbnail=job.thumbnail.name,
            stored_bytes=F("stored_bytes") + film.stat().st_size + len(thumbnail),
            price=(price := min(job.price, clip_price(job.duration, job.face_rows))),
            report=job.report | report,
            completed=timezone.now(),
        )
        if done:
            jobs.forget_clip_work(job)
            points.capture(job.reference, price=price)
            jobs.tell_end(job)
    if not done:
        _forget_result(job)
    delete_unnamed_files(job.pk)
    return bool(done)


def _forget_result(job: SwapJob) -> None:
    for file in (job.result, job.thumbnail):
        if file:
            file.delete(save=False)


def fail_clip(clip: SwapClip, error: DomainError) -> bool:
    """End the swap of a clip with a sentence for the person, and give the points back; or say it of the clip alone."""
    job = clip.job
    if job is None:
        told = {"error_code": error.code, "error_message": error.sentence, "error_details": error.details}
        failed = bool(SwapClip.objects.filter(pk=clip.pk, job=None).update(**told))
        ClipTask.objects.filter(clip=clip).exclude(state=State.DONE).delete()
        return failed
    failed = jobs.fail_rows(SwapJob.objects.filter(pk=job.pk, status__in=SwapJob.OPEN), job, error)
    delete_unnamed_files(job.pk)
    return failed


def refuse_clip(clip: SwapClip, error: DomainError) -> bool:
    """The same, and nothing of what may not be used is kept."""
    refused = fail_clip(clip, error)
    if refused:
        SwapClip.objects.filter(pk=clip.pk).update(file="", poster="", analysis="", first_frame="", people=None)
        if clip.job is not None:
            SwapJob.objects.filter(pk=clip.pk).update(target="", stored_bytes=0)
            clip.job.faces.update(photo="", url="", reference="", reference_url="")
        delete_job_files(clip.pk)
    return refused


def delete_clip(clip: SwapClip) -> None:
    """Delete a clip that has become no swap, with its files."""
    clip_id = clip.pk
    if SwapClip.objects.filter(pk=clip_id, job=None).delete()[0]:
        delete_job_files(clip_id)


def delete_expired_clips() -> int:
    """Delete the clips whose people nobody has chosen; return how many. Part of the sweep."""
    expired = list(SwapClip.objects.filter(job=None, expires__lt=timezone.now())[:200])
    for clip in expired:
        delete_clip(clip)
    return len(expired)


def requeue_lost_tasks() -> int:
    """Ask for a place again for every task whose worker is lost; return how many. Part of the sweep."""
    lost = ClipTask.objects.filter(WANTED, state=State.RUNNING, lease_until__lt=timezone.now())
    count = 0
    for task in lost:
        with transaction.atomic():
            if lost.filter(pk=task.pk, attempts=task.attempts).update(state=State.WAITING):
                ask_for_place(task.clip_id)
                count += 1
    return count
