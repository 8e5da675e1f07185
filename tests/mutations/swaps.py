"""Guards of swaps: whose jobs are whose, what a job may write, and results in public."""

from .changes import Rows, always, assign, drop, drop_entry, drop_terms, instead, never, set_entry, starts

BATCH_END = "tests/batches/test_end_of_a_batch.py -k two_that"
BATCH_LIFE = "tests/batches/test_batch_lifecycle.py"
BATCH_QUOTAS = "tests/batches/test_batch_quotas.py"
DOWNLOADS = "tests/web/test_downloads.py"
CONSENT = "tests/web/test_consent.py"
CLOSING = "tests/services/test_closing.py"
DELETION = "tests/security/test_deletion_leaves_nothing.py"
FETCHING = "tests/services/test_fetching.py"
HISTORY = "tests/security/test_hostile_input.py -k history"
LIFE = "tests/services/test_swap_lifecycle.py"
LIMITS = "tests/services/test_limits.py"
LISTS = "tests/web/test_lists.py"
MADE = "tests/services/test_made_here.py"
LOOKS = "tests/web/test_studio_looks.py"
MARK = "tests/services/test_preview_mark.py"
NETWORK_QUEUE = "tests/services/test_network_queue.py"
OWN_LINKS = "tests/api/test_own_links.py"
PIXELS = "tests/uploads/test_pixel_budgets.py"
PLAN = "tests/web/test_studio_plan.py"
PREVIEW = "tests/web/test_studio_preview.py"
PROTECTED = "tests/recognition/test_protected_swaps.py"
PUBLIC = "tests/web/test_public_results.py"
QUOTAS = "tests/services/test_quotas.py"
SENT_ARCHIVES = "tests/batches/test_sent_archives.py"
SNAPSHOTS = "tests/live/test_snapshots.py"
SURFACES = "tests/services/test_content_surfaces.py"
TABLE = "tests/security/test_who_may_do_what.py"
TROUBLE = "tests/services/test_trouble_that_passes.py"
TURNED = "tests/engine/test_turned_heads.py"
TURNS = "tests/services/test_turns.py"
WEBHOOKS = "tests/api/test_webhooks.py"

ROWS: Rows = {
    "swaps.api.batches": [
        ("a batch's API is its owner's", "OneBatchView.batch", drop_entry("owner"), TABLE),
    ],
    "swaps.api.views": [
        ("a job's API is its owner's", "OneSwapView.job", drop_entry("owner"), TABLE),
    ],
    "swaps.batches.sent_photos": [
        ("an archive in an archive stays closed", "_unpacked", never("nested"), SENT_ARCHIVES),
        ("archives have a most", "photos_of_files", drop("refuse_more_than_fit"), SENT_ARCHIVES),
    ],
    "swaps.batches.services": [
        ("a batch starts once", "start", drop_entry("status"), BATCH_LIFE),
        ("a batch that started takes no photo", "_place", drop_entry("status"), BATCH_LIFE),
        ("a batch has a most", "_place", drop("refuse_more_than_fit"), BATCH_LIFE),
        ("all of a batch is paid or none", "start", drop("_refuse_unless_paid"), BATCH_LIFE),
        ("what is tried again is paid", "try_again", drop("_refuse_unless_paid"), BATCH_LIFE),
        ("of two tries one replaces a job", "_try_item_again", never("nothing_to_retry", "handed"), BATCH_LIFE),
        ("a full account adds no photo", "add_photo", drop("refuse_over_quota"), BATCH_QUOTAS),
        ("a full account begins no batch", "collect", drop("refuse_over_quota"), BATCH_QUOTAS),
        ("a batch is many open jobs", "start", drop("refuse_over_quota"), BATCH_QUOTAS),
        ("a batch's face is looked up", "_store_face", drop("refuse_protected"), PROTECTED),
        ("a batch's files go with it", "delete", drop("delete_job_files"), BATCH_LIFE),
        ("a closed account adds no photo", "add_photo", drop("keep_open"), BATCH_LIFE),
    ],
    "swaps.engine.surface": [
        ("another face's mesh is not believed", "is_mesh_of", starts("return True"), TURNED),
    ],
    "swaps.engine.warp": [
        ("the far side of a face photo is not believed", "warp_map", instead("_facing", "np.ones(len(chip))"), TURNED),
        ("what a nose hides is not believed", "seen_of", assign("behind", "np.zeros(len(small))"), TURNED),
        ("half an eye is not shown", "_whole_eyes", starts("return trusted"), TURNED),
    ],
    "swaps.jobs.batch_turns": [
        ("a batch goes to the queue bit by bit", "go_on", assign("room", "1000"), BATCH_LIFE),
    ],
    "swaps.jobs.email": [
        ("one letter tells of a batch", "_claim_of_batches", always("update"), BATCH_END),
    ],
    "swaps.jobs.circuit_breaker": [
        ("a host that never answers is left alone", "_pass", starts("return"), WEBHOOKS),
        ("one call is let through after a rest", "_pass", drop_terms("update"), WEBHOOKS),
    ],
    "swaps.jobs.fetching": [
        ("fetches of an account go two at a time", "claim_next", assign("under_way", "to_fetch.none()"), FETCHING),
        ("an old fetch changes nothing", "Fetch.rows", drop_entry("attempts"), FETCHING),
        ("nobody fetches beside another", "claim_next", assign("mine", "to_fetch.filter(pk=job.pk)"), FETCHING),
        ("nothing is fetched for ever", "claim_next", never("fail_exhausted"), FETCHING),
        ("photos of a job have one deadline", "_fetched", never("FetchTooSlow"), FETCHING),
        ("failed fetches are counted", "fetch_photos", drop("count_failure"), FETCHING),
        ("a lease is not kept for ever", "Fetch.renew", always("started"), FETCHING),
    ],
    "swaps.jobs.webhooks": [
        (
            "callbacks of an account go two at a time",
            "claim_next",
            assign("under_way", "WebhookDelivery.objects.none()"),
            WEBHOOKS,
        ),
        ("no try begins beside another", "send_again", instead("_nobody_is_at_it", "Q()"), WEBHOOKS),
        ("an old try changes nothing", "_write_down", drop_entry("tries"), WEBHOOKS),
        ("tries kept are bounded", "_write_down", drop("ATTEMPTS_KEPT"), WEBHOOKS),
    ],
    "swaps.jobs.quotas": [
        ("open jobs are bounded", "refuse_over_quota", never("open_jobs"), QUOTAS),
        ("stored bytes are bounded", "refuse_over_quota", never("stored_bytes"), QUOTAS),
        ("callbacks that wait are bounded", "refuse_over_quota", never("callbacks"), QUOTAS),
        (
            "photos of batches are counted",
            "stored_bytes",
            assign("kept", "(SwapJob.objects.filter(owner=owner),)"),
            BATCH_QUOTAS,
        ),
    ],
    "swaps.jobs.network_queue": [
        ("networks have workers of their own", "for_this_worker", instead("serves_networks", "True"), NETWORK_QUEUE),
    ],
    "swaps.jobs.turns": [
        ("jobs without their photos have no turn", "_in_turn", drop_entry("fetching"), FETCHING),
        ("accounts take turns", "_in_turn", instead("asc", 'F("created").asc()'), TURNS),
        ("a turn is counted", "start_next_swap", drop("take_turn"), TURNS),
        ("a turn has an end", "take_turn", never("turn_weight"), TURNS),
    ],
    "swaps.views.webhooks": [
        ("sending again is rationed", "again", drop("spend"), WEBHOOKS),
        ("a delivery is its owner's", "again", instead("_own", "Q()"), WEBHOOKS),
    ],
    "swaps.jobs.runner": [
        ("protected people are refused", "make_result", drop("refuse_protected_faces"), PROTECTED),
        ("what was shown is what changes", "_faces_of", assign("shown", "{}"), PLAN),
    ],
    "swaps.jobs.services": [
        ("who named too many bad addresses names none", "_drawn_up", drop("refuse_after_failures"), FETCHING),
        ("no worker waits for photos", "submit_swap", always("enqueue"), FETCHING),
        ("a closed account keeps no swap", "submit_swap", drop("keep_open"), CLOSING),
        ("a closed account has no snapshot", "keep_finished", drop("keep_open"), CLOSING),
        (
            "a snapshot's files are marked while written",
            "keep_finished",
            instead("no_files_left_behind", "transaction.atomic()"),
            SNAPSHOTS,
        ),
        (
            "a snapshot goes when its owner wants",
            "keep_finished",
            set_entry("expires", "now + timedelta(days=settings.RETENTION_DAYS)"),
            SNAPSHOTS,
        ),
        ("an unclaimed job stays in the queue", "enqueue", drop_entry("ack_failure"), TROUBLE),
        ("an old attempt can't write", "Claim.rows", drop_entry("status", "attempts"), LIFE),
        ("attempts are counted", "start_swap", drop_entry("attempts"), LIFE),
        ("a batch ends whose face may not be used", "refuse_swap", never("_refuse_batch_of"), PROTECTED),
        ("a job's files go with it", "delete_swap", drop("delete_job_files"), DELETION),
    ],
    "swaps.models": [
        ("an account outlives its files", "SwapJob.owner", set_entry("on_delete", "models.CASCADE"), CLOSING),
    ],
    "swaps.results.made_here": [
        (
            "which result it is, its owner alone learns",
            "check_picture",
            assign("own", "job.pk if job else None"),
            MADE,
        ),
    ],
    "swaps.engine.face_hash": [
        ("a result is told from its photo", "reach", starts("return MOST"), MADE),
    ],
    "swaps.results.consent": [
        ("a link that nobody answered ends", "request_of", assign("late", "False"), CONSENT),
        ("an answer is given once", "_waiting", drop_entry("state"), CONSENT),
        ("what is refused goes", "refuse", drop("_take_away"), CONSENT),
    ],
    "swaps.views.consent": [
        ("answers by link are rationed", "page", drop("spend"), CONSENT),
        ("one asks about one's own alone", "_about", drop_entry("owner"), CONSENT),
    ],
    "swaps.views.check": [
        ("checks are rationed", "check", drop("spend"), "tests/web/test_check.py"),
    ],
    "swaps.results.downloads": [
        ("large results are not written as AVIF", "result_as", never("MOST_PIXELS_OF_AVIF"), DOWNLOADS),
    ],
    "swaps.results.own_addresses": [
        ("own addresses as photos are their owner's", "_own", drop_entry("owner"), OWN_LINKS),
        ("own addresses as photos need the scope read", "_own", always("may_read"), OWN_LINKS),
    ],
    "swaps.results.publishing": [
        ("what was taken down is shown to nobody", "may_be_shown", drop_entry("taken_down"), PUBLIC),
        ("photos that were taken down stay down", "publish", never("same_photos"), PUBLIC),
    ],
    "swaps.studio.forms": [
        ("plans are bounded", "SwapForm._plan", never("ValidationError", "MOST_PLANNED"), PIXELS),
        ("a plan of nobody is not charged", "SwapForm.clean", never("_nobody_changes"), PLAN),
    ],
    "swaps.studio.looks": [
        ("explicit targets are told at once", "look_at_target", drop("check_content"), SURFACES),
        ("strangers among photos of one are named", "look_at_face_photos", assign("others", "[]"), LOOKS),
    ],
    "swaps.studio.preview": [
        ("previews of explicit photos are refused", "make_preview", drop("check_content", "target"), SURFACES),
        ("previews of the same photos are rationed", "make_preview", drop("_count"), PREVIEW),
    ],
    "swaps.studio.preview_mark": [
        ("the mark takes detail away", "marked", assign("coarse", "rgb"), MARK),
        ("the words of two marks differ", "marked", instead("randbits", "1"), MARK),
        ("where a mark lies is secret", "marked", instead("digest", "kept.encode()"), MARK),
    ],
    "swaps.tasks": [
        ("a job's photos are counted", "_swap_a_photo", drop("pixels_of_a_job"), PIXELS),
    ],
    "swaps.views.batches": [
        ("a batch's pages are its owner's", "_own", drop_entry("owner"), TABLE),
        ("a batch's photos are its owner's", "photo", drop_entry("batch__owner"), TABLE),
        ("archives of batches are rationed", "results", drop("spend"), "tests/batches/test_batch_pages.py"),
    ],
    "swaps.views.filters": [
        (
            "a year is one that can be told",
            "JobFilter._told_by",
            starts("if word.isdecimal() and len(word) == 4: return Q(created__year=int(word))"),
            HISTORY,
        ),
    ],
    "swaps.views.lists": [
        ("the gallery asks for signing in", "gallery", drop_entry("signed_in_only"), TABLE),
        ("archives of results are rationed", "selection", drop("spend"), LISTS),
    ],
    "swaps.views.pictures": [
        ("results in other formats are rationed", "download", drop("spend"), DOWNLOADS),
        ("a job's pages are its owner's", "own_job", drop_entry("owner"), TABLE),
    ],
    "swaps.views.studio": [
        ("of many looks at once so many pass", "_asked_by_script", drop("spend"), LIMITS),
    ],
}
