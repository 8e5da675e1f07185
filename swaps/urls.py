"""Addresses of the swap pages."""

from django.urls import path

from swaps.views import batches, explore, jobs, lists, pictures, shared_result, studio, webhooks

app_name = "swaps"
urlpatterns = [
    path("swaps/new/", jobs.new, name="new"),
    path("swaps/faces", studio.faces, name="faces"),
    path("swaps/preview", studio.preview, name="preview"),
    path("swaps/fetched", studio.fetched, name="fetched"),
    path("swaps/known-faces/<slug:choice>", studio.known_face, name="known_face"),
    path("swaps/batches/", batches.listing, name="batches"),
    path("swaps/batches/new/", batches.new, name="new_batch"),
    path("swaps/batches/<uuid:batch_id>/", batches.detail, name="batch"),
    path("swaps/batches/<uuid:batch_id>/photos", batches.photos, name="batch_photos"),
    path("swaps/batches/<uuid:batch_id>/photos/<uuid:item_id>", batches.photo, name="batch_photo"),
    path("swaps/batches/<uuid:batch_id>/face", batches.face, name="batch_face"),
    path("swaps/batches/<uuid:batch_id>/start", batches.start, name="batch_start"),
    path("swaps/batches/<uuid:batch_id>/cancel", batches.cancel, name="batch_cancel"),
    path("swaps/batches/<uuid:batch_id>/retry", batches.retry, name="batch_retry"),
    path("swaps/batches/<uuid:batch_id>/delete", batches.delete, name="batch_delete"),
    path("swaps/batches/<uuid:batch_id>/results.zip", batches.results, name="batch_results"),
    path("swaps/<uuid:job_id>/", jobs.detail, name="detail"),
    path("swaps/<uuid:job_id>/delete", jobs.delete, name="delete"),
    path("swaps/<uuid:job_id>/cancel", jobs.cancel, name="cancel"),
    path("swaps/<uuid:job_id>/letter", jobs.letter, name="letter"),
    path("swaps/<uuid:job_id>/result", pictures.picture, {"kind": "result"}, name="result"),
    path("swaps/<uuid:job_id>/result.<str:extension>", pictures.download, name="download"),
    path("swaps/<uuid:job_id>/thumbnail", pictures.picture, {"kind": "thumbnail"}, name="thumbnail"),
    path("swaps/<uuid:job_id>/target", pictures.picture, {"kind": "target"}, name="target"),
    path("swaps/<uuid:job_id>/face", pictures.picture, {"kind": "face"}, name="face"),
    path("gallery/", lists.gallery, name="gallery"),
    path("gallery/selection", lists.selection, name="selection"),
    path("history/", lists.history, name="history"),
    path("history.csv", lists.history_csv, name="history_csv"),
    path("swaps/<uuid:job_id>/publish", explore.publish, name="publish"),
    path("explore/", explore.listing, name="explore"),
    path("explore/<uuid:job_id>/", explore.page, name="public"),
    path("explore/<uuid:job_id>/picture", explore.picture, {"kind": "result"}, name="public_picture"),
    path("explore/<uuid:job_id>/thumbnail", explore.picture, {"kind": "thumbnail"}, name="public_thumbnail"),
    path("shared/<str:token>/", shared_result.page, name="shared"),
    path("shared/<str:token>/picture", shared_result.picture, name="shared_picture"),
    path("account/webhooks/", webhooks.webhooks, name="webhooks"),
    path("account/webhooks/rotate", webhooks.rotate, name="webhook_rotate"),
    path("account/webhooks/<uuid:delivery_id>/again", webhooks.again, name="webhook_again"),
    path("samples/<str:name>", pictures.sample, name="sample"),
]
