"""The files of a job: each in the folder that bears its id, those too that no row names (any more).

A batch has such a folder as well, for the faces of all its jobs; its photos lie in those of the jobs they become.
"""

from uuid import UUID

from django.core.files.storage import default_storage

from recognition.models import IncomingFiles
from recognition.photos.unfinished import delete_abandoned
from swaps.models import BatchItem, SwapBatch, SwapClip, SwapJob


def delete_job_files(job_id: UUID | str) -> None:
    """Delete every file of a job, those that no row names included."""
    for name in _files_of(job_id):
        default_storage.delete(name)
    default_storage.delete(f"swaps/{job_id}")


def delete_unnamed_files(job_id: UUID | str) -> None:
    """Delete what workers that died had written for a job that another one has ended."""
    job = SwapJob.objects.filter(pk=job_id).first()
    if job is None:
        return
    named = {str(job.target.name), str(job.result.name), str(job.thumbnail.name)}
    for clip in SwapClip.objects.filter(pk=job_id):
        named.update(str(file.name) for file in (clip.file, clip.poster, clip.analysis, clip.first_frame))
        named.update(clip.tasks.values_list("file", flat=True))
    named.update(name for pair in job.faces.values_list("photo", "reference") for name in pair)
    for name in _files_of(job_id):
        if name not in named:
            default_storage.delete(name)


def _files_of(job_id: UUID | str) -> list[str]:
    folder = f"swaps/{job_id}"
    try:
        return [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
    except FileNotFoundError:  # nothing was stored, or another process has deleted it just now
        return []


def delete_abandoned_jobs() -> int:
    """Delete what killed processes were writing for jobs that never came to be; return how many. Part of the sweep."""
    return delete_abandoned(IncomingFiles.Kind.SWAP, _delete_unless_a_job)


def _delete_unless_a_job(job_id: UUID) -> None:
    if not any(model.objects.filter(pk=job_id).exists() for model in (SwapJob, BatchItem, SwapBatch, SwapClip)):
        delete_job_files(job_id)
