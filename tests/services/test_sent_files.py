"""A stored file is read while it is sent, and never lies in memory as a whole."""

import asyncio

import pytest
from django.core.files.base import ContentFile

from accounts.models import User
from faceswap_site.lib.files import private_file
from faceswap_site.lib.http.handler import in_turn
from swaps.models import SwapJob

pytestmark = pytest.mark.django_db


def test_a_server_sends_a_file_part_by_part(alice: User) -> None:
    job = SwapJob(owner=alice)
    content = bytes(range(256)) * 4096  # a megabyte
    job.result.save("result.jpg", ContentFile(content), save=False)
    response = private_file(job.result)

    async def received() -> bytes:
        whole = b""
        async for part in in_turn(iter(response)):
            whole += part
            assert response.file_to_stream is not None
            assert response.file_to_stream.tell() == len(whole)
        return whole

    assert asyncio.run(received()) == content
    assert len(content) > 2 * response.block_size
    response.close()
