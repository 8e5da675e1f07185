"""What stays off the admin site: the queue's tasks, which run whatever function is typed in there."""

import django_q.admin  # noqa: F401 - registers what is taken away here
from django.contrib import admin
from django_q.models import Failure, OrmQ, Schedule, Success

admin.site.unregister([Schedule, Success, Failure, OrmQ])
