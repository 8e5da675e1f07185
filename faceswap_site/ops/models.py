"""What the installation as a whole keeps."""

from django.db import models


class Heartbeat(models.Model):
    """When a host's sweeper was last heard of.

    A row a host: what all sweepers wrote into one place, they would lose to each other.
    """

    host = models.CharField(max_length=255, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.host
