"""The site's own app, and the admin site in its place of Django's."""

from django.apps import AppConfig, apps
from django.contrib.admin.apps import AdminConfig

from recognition.chosen_engine import refuse_fake_engine


class SiteConfig(AppConfig):
    name = "faceswap_site.ops"
    label = "faceswap_site"  # what its tables and migrations have been called from the beginning

    def ready(self) -> None:
        refuse_fake_engine()
        # django-allauth's only table there; a second section called Accounts would be taken for ours.
        apps.get_app_config("account").verbose_name = "E-mail addresses"
        apps.get_app_config("socialaccount").verbose_name = "Identity provider"


class SiteAdminConfig(AdminConfig):
    default_site = "faceswap_site.ops.admin_site.SiteAdmin"

    def ready(self) -> None:
        super().ready()
        # Models, and what asks for them, can be imported only now that every app is there.
        from allauth.socialaccount.models import SocialApp, SocialToken
        from django.contrib import admin
        from django_q.models import Failure, OrmQ, Schedule, Success

        # The queue's tasks stay off the admin site: they run whatever function is typed in there. And settings name the
        # identity provider, whose tokens are not kept.
        admin.site.unregister([Schedule, Success, Failure, OrmQ, SocialApp, SocialToken])
