"""The results of a batch as one archive, with a sentence for each photo that has none."""

from collections.abc import Iterator

from faceswap_site.lib.archives import Entry, stored
from faceswap_site.lib.errors import DomainError
from swaps.models import SwapBatch, SwapJob

WITHOUT = "without-result.txt"


def batch_to_pack(batch: SwapBatch) -> Iterator[Entry]:
    """What is done by now, named by place and photo; the rows are read now, each file when it is asked for.

    Raises
    ------
    DomainError
        Where nothing is done yet.
    """
    items = list(batch.items.select_related("job"))
    done = [item for item in items if item.job and item.job.status == SwapJob.Status.DONE and item.job.result]
    if not done:
        raise DomainError("no_results")
    # Titles are strangers' file names: no folder comes of them, and the number keeps those apart that are alike.
    names = [(f"{item.number:03}-{_plain(item.title)}", str(item.job.result.name)) for item in done if item.job]
    told = [f"{item.number:03} {item.title}: {item.error_text}" for item in items if item.error_text]
    return _entries(names, "\n".join([*told, ""]) if told else "")


def _entries(names: list[tuple[str, str]], without: str) -> Iterator[Entry]:
    for entry, name in names:
        if (content := stored(name)) is not None:
            yield f"{entry}.{name.rsplit('.', 1)[-1]}", content
    if without:
        yield WITHOUT, without.encode()


def _plain(title: str) -> str:
    kept = "".join(letter if letter.isalnum() or letter in " -_." else "_" for letter in title).strip(" .")
    return kept[:60] or "photo"
