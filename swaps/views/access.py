"""Whose job a request may see."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from accounts.http import SignedInRequest
from swaps.models import SwapJob


def own_job(request: SignedInRequest, job_id: UUID) -> SwapJob:
    """The person's own job; 404 for anyone else's, so that nobody learns which ids exist."""
    return get_object_or_404(SwapJob, pk=job_id, owner=request.user)
