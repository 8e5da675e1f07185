"""Every error there is: its code, the HTTP status that the code stands for, and what is said, with what to do.

A code that is met in several ways has a sentence for each, by the name of the case. Knows no Django: the engines raise
errors too. The sentences stand here in English, and faceswap_site.lib.error_messages tells them in other languages.
"""

from dataclasses import dataclass


def gettext_noop(text: str) -> str:
    """Mark a text for makemessages where Django, whose function of this name does the same, is not at hand."""
    return text


_ = gettext_noop


@dataclass(frozen=True)
class Entry:
    """A code's HTTP status, and its sentences by case; the usual one, or the only one, is that of the case ""."""

    status: int
    sentences: dict[str, str]


def _entry(status: int, usual: str = "", /, **cases: str) -> Entry:
    return Entry(status, ({"": usual} if usual else {}) | cases)


# Details that are words themselves, and so are translated before they fill a sentence. Those that may be filled by
# others come after them. What else is shown is a number, or was named by whoever asked.
WORDS = ("photo", "label", "kind", "reason", "why", "more")
PHOTOS = (
    _("face photo"),
    _("photo to change"),
    _("photo"),
    _("first photo"),
    _("second photo"),
    _("reference photo"),
    _("result"),
    _("clip"),
)
MORE_POINTS = _(
    "Ask whoever runs this site for more: administrators grant points on /admin/ or by “manage.py grant_points”."
)
MORE_POINTS_FROM = _("Ask %(contact)s for more: administrators grant points on /admin/ or by “manage.py grant_points”.")
FIRST_POINTS = _("Your first points are still to come: the page of your points says what they wait for.")
NO_PHOTO = _("The %(photo)s is no photo that can be used. Save it as JPEG or PNG.")
NOT_FETCHED = _("The %(label)s could not be fetched. %(why)s")

# What programs meet: docs/api.md lists these codes, and they stay what they are.
PUBLISHED = {
    "bad_request": _entry(
        400,
        unreadable=_("The body can't be read as what its Content-Type says."),
        # of a body that isn't as its schema says
        body=_("The body must be %(wanted)s."),
        field=_("`%(field)s` must be %(wanted)s."),
        missing=_("`%(field)s` is missing."),
        all_missing=_("One of these is missing: %(fields)s."),
        together=_("`%(field)s` can't be sent together with `%(other)s`: send one of them."),
        unknown_field=_("There is no field `%(field)s`."),
        mistyped_field=_("There is no field `%(field)s`. Did you mean `%(near)s`?"),
        unknown_parameter=_("There is no query parameter `%(field)s` here."),
        mistyped_parameter=_("There is no query parameter `%(field)s`. Did you mean `%(near)s`?"),
        # of JSON that is more than any request needs
        parts=_("This JSON has far too many parts. Send fewer values in one request."),
        depth=_("Lists and objects may be nested %(n)d deep. Send fewer."),
        names=_("There are %(count)d names in this object. Send at most %(n)d."),
        values=_("A request may have %(n)d values. Send fewer here."),
        # of one field
        idempotency_key=_("An Idempotency-Key has 1 to 255 printable characters."),
        index=_("An index is a whole number from 0."),
        second=_("A second is a number such as 2.5."),
        clip_format=_("The format of a clip is one of %(kinds)s."),
        limit=_("The limit is a number from 1 to %(n)d."),
        options=_("The options are not JSON."),
        no_photo=_("The %(label)s is missing: send a file or an address."),
        no_file=_("Send the photo as a file in the field “%(name)s”."),
        status=_("There is no such status."),
        threshold=_("The threshold is a number, default or strict."),
    ),
    "no_key": _entry(
        401,
        _("Send your API key: Authorization: Bearer KEY. You make keys on /account/keys/."),
        closed=_("Requests without a key are not taken just now. Send an API key, or tell the operator."),
    ),
    "invalid_key": _entry(
        401,
        _("There is no such key."),
        foreign=_("This is no key of this site: they begin with fs_live_. Make one on /account/keys/."),
        mistyped=_("This key is mistyped or cut off. Copy it again, or make a new one."),
        ended=_("This key was revoked or has expired. Make a new one on your account's page."),
    ),
    "not_enough_points": _entry(402, _("This costs %(price)d points and you have %(balance)d. %(more)s")),
    "scope_missing": _entry(
        403, _("This key may not do that: it lacks the scope “%(scope)s”. Make another key on /account/keys/.")
    ),
    "account_closed": _entry(
        403,
        _("This account is closed. Nothing was kept and nothing was charged."),
        sign_in=_("Nobody may sign in to this account."),
    ),
    "not_found": _entry(
        404,
        _("There is nothing here, or it isn't yours."),
        person=_("There is no such person."),
        deleted=_("The swap that this Idempotency-Key made was deleted. Choose a new key to make another one."),
    ),
    "no_such_address": _entry(
        404, _("There is no such address. Those that there are, are on /developers/ and in /api/docs.")
    ),
    "no_such_photo": _entry(404, _("There is no photo or face with this id (any more). Send the photo itself.")),
    "method_not_allowed": _entry(405, _("This address doesn't know that method.")),
    "request_timeout": _entry(408, _("The request took too long to arrive. Please try again.")),
    "already_ended": _entry(409, _("This swap has ended already.")),
    "no_result": _entry(409, _("This swap has no result (yet): it is %(status)s.")),
    "batch_started": _entry(409, _("This batch was started already: it takes no more photos.")),
    "batch_not_running": _entry(409, _("Nothing of this batch is waiting or running.")),
    "nothing_to_retry": _entry(409, _("There is nothing in this batch to try again.")),
    "no_results": _entry(409, _("None of these photos has a result (yet).")),
    "idempotency_key_in_flight": _entry(
        409, _("The first request with this Idempotency-Key is still at work. Try again shortly.")
    ),
    "photo_too_large": _entry(
        413,
        _("The %(photo)s is %(size)s, the limit is %(limit)s. Save it smaller and try again."),
        pixels=_("The %(photo)s is too large: the limit is %(megapixels)g megapixels. Save it smaller."),
        side=_("The %(photo)s is too long: a side may have %(side)d pixels. Crop it or save it smaller."),
        bomb=_("The %(photo)s has far too many pixels. Save it smaller."),
        download=_(
            "Only pictures up to %(megapixels)g megapixels are written as %(format)s. Choose JPEG or PNG instead."
        ),
        format=_("%(format)s can't hold a side of %(pixels)d pixels. Choose PNG instead."),
    ),
    "too_many_pixels": _entry(
        413,
        _("These photos have more than %(megapixels)g megapixels together. Send fewer of them, or smaller ones."),
    ),
    "request_too_large": _entry(
        413,
        _("The request is too large."),
        body=_("The request is larger than the %(limit)s that this address takes."),
    ),
    "unsupported_media_type": _entry(
        415,
        _("%(given)s is not taken here. Send %(kinds)s."),
        unsaid=_("Say what the body is: Content-Type: %(kinds)s."),
        form=_("This is JSON called a form: send Content-Type: application/json."),
    ),
    # Photos, and how they come in
    "bad_photo": _entry(422, NO_PHOTO),
    "photo_empty": _entry(422, _("The %(photo)s is an empty file. Choose another photo.")),
    "photo_unsupported": _entry(
        422,
        NO_PHOTO,
        kind=_("The %(photo)s is %(kind)s, not a photo that can be used. Save it as JPEG or PNG."),
        hides=_("The %(photo)s holds more than a picture. Open it in a photo program and save it as a JPEG or PNG."),
        rare=_("The %(photo)s is a rare kind of JPEG. Open it in a photo program and save it as a JPEG or PNG."),
        format=_("Photos can't be saved as %(format)s. Choose JPEG, PNG, WebP or AVIF."),
    ),
    "photo_broken": _entry(422, _("The %(photo)s is damaged or incomplete. Save or download it again.")),
    "bad_archive": _entry(
        422,
        _("The archive can't be read. Make it anew as a ZIP, or send the photos themselves."),
        long=_("The archive lists far too many files. Send fewer at a time."),
        empty=_("There is no photo in the archive. Put photos into it, or send the photos themselves."),
        bomb=_("The archive unpacks to far more than photos do. Send the photos themselves."),
        file=_("%(name)s is damaged in the archive. Send the photo itself."),
        locked=_("%(name)s is locked by a password. Make the archive without one."),
        nested=_("%(name)s is an archive within the archive. Send its photos themselves."),
    ),
    "batch_full": _entry(422, _("A batch has at most %(n)d photos; these are %(count)d. Make two of it.")),
    "batch_empty": _entry(
        422,
        _("None of the photos can be used: it says why beside each. Add others."),
        none=_("Choose at least one photo to change."),
    ),
    "not_base64": _entry(
        422, _("The %(label)s is not base64. Send the file in base64, or as data:image/jpeg;base64,…")
    ),
    "url_refused": _entry(
        422,
        _("This is not a web address."),
        photo=NOT_FETCHED,
        field=_("%(label)s: %(why)s"),
        long=_("The address is longer than %(n)d characters."),
        scheme=_("The address must start with http:// or https:// and name a host."),
        password=_("The address must not hold a user name or password."),
        characters=_("The address holds characters that no web address has."),
        port=_(
            "Only the ports 80 and 443 are called, not %(port)d. Use an address at one of them; whoever runs this site "
            "can let %(host)s:%(port)d through with the setting FETCH_ALLOW_HOSTS."
        ),
        not_public=_(
            "Only public addresses are called, and %(host)s is none. Use an address that is open to the internet; "
            "whoever runs this site can let %(host)s:%(port)d through with the setting FETCH_ALLOW_HOSTS."
        ),
        own_gone=_(
            "The %(label)s is named by a link of this site that has expired, or whose picture is gone or not yours. "
            "Ask for the swap again to get a fresh link, or send the photo itself."
        ),
        own_other=_(
            "The %(label)s is named by an address of this site where there is no result. Use the address in “download” "
            "or “result” of a swap, or send the photo itself."
        ),
    ),
    "fetch_failed": _entry(
        422,
        _("The server could not be reached or broke off."),
        photo=NOT_FETCHED,
        status=_("The server answered with status %(n)d."),
        redirects=_("The address redirects more than %(n)d times."),
        compressed=_("The server sent a compressed body, which was not asked for."),
        no_host=_("The host %(host)s could not be found."),
        no_server=_("Nothing listens at %(host)s, port %(port)d. Check the address."),
        unreachable=_("The server at %(host)s could not be reached."),
        no_https=_("The server at %(host)s does not speak https as it should."),
        other_host=_("The certificate of %(host)s is not trusted: it is not valid for '%(host)s'."),
        untrusted=_("The certificate of %(host)s is not trusted: %(reason)s."),
        unknown_signer=_(
            "The certificate of %(host)s is not trusted: %(reason)s. Who runs this site can trust a private authority "
            "with the setting FETCH_CA_FILE."
        ),
    ),
    "fetch_timeout": _entry(
        422,
        _("The server took longer than %(n)d seconds."),
        photo=NOT_FETCHED,
        together=_("The photos of this swap took longer than %(n)d seconds to fetch. Send some of them as files."),
        left_alone=_("The server took too long %(n)d times in a row: it was not called this time."),
    ),
    "fetch_too_large": _entry(422, _("The file is larger than %(n)d MB."), photo=NOT_FETCHED),
    # Faces, and whose they are
    "no_face": _entry(
        422,
        _(
            "No face was found in the %(photo)s. Use a photo where the face is seen from the front and at least "
            "80 pixels wide."
        ),
    ),
    "no_such_face": _entry(
        422,
        _("There is no face %(index)d in the photo."),
        target=_(
            "There is no face %(index)d in the photo to change: it has %(count)d, counted from 0, left to right. "
            "Choose one of those found."
        ),
        clip=_("There is no person %(index)d in the clip: it has %(count)d, counted from 0 as they appear."),
    ),
    "no_matching_face": _entry(
        422,
        _("The person asked for is not in the photo to change. Choose the face yourself."),
        clip=_("The person on the reference photo is not in the clip. Name them by their number."),
    ),
    "face_unusable": _entry(422, _("This face can't be used. Use another photo of it.")),
    "faces_unclear": _entry(
        422,
        indexes=_("Send one index for each face photo, in the same order, or none."),
        references=_("Send one reference for each face photo, and no index, or none."),
        mixed=_("Give each face photo an index or a reference, or none of them."),
        no_list=_("%(field)s: this looks like a list but isn't JSON."),
        numbers=_("index: send whole numbers from 0, as [0, 2]."),
        images=_("Send one index for each face image: there are %(images)d face images, %(indexes)d indexes."),
    ),
    "several_faces": _entry(
        422, _("The photo shows %(n)d faces. Choose one of them, or use a photo of this person alone.")
    ),
    "face_too_small": _entry(
        422, _("The face is too small: %(n)d pixels between the eyes, %(least)d are needed. Use a larger photo.")
    ),
    "face_blurred": _entry(422, _("The face is too blurred to be recognised by. Use a sharper photo.")),
    "protected_person": _entry(
        422, _("A face in these photos belongs to a person who may not be used in swaps. Choose other photos.")
    ),
    "explicit_photo": _entry(
        422,
        _(
            "The %(photo)s looks sexually explicit, so nothing is made of it here. If that is wrong, ask %(contact)s "
            "to look at it, and name the number %(number)s."
        ),
        command=_("The %(photo)s looks sexually explicit. CONTENT_CHECK=off switches this check off."),
    ),
    "no_usable_photo": _entry(422, _("Choose at least one photo."), refused="%(refused)s"),
    "invalid_name": _entry(422, _("Give a name of at most 100 characters.")),
    "consent_missing": _entry(422, _("Say on what grounds this person's face may be kept.")),
    # Other values
    "no_such_engine": _entry(
        422,
        _("There is no engine “%(engine)s” for you here. There are: %(engines)s."),
        failed=_("%(engine)s could not be used; the log says why. Probe it again, or leave it out."),
    ),
    "bad_option": _entry(
        422,
        choice=_("The option %(option)s must be one of: %(choices)s."),
        share=_("The option %(option)s must be a number from 0 to 1."),
        switch=_("The option %(option)s must be true or false."),
    ),
    "bad_cursor": _entry(422, _("This cursor is not one of ours. Use the address in `next`.")),
    "invalid_threshold": _entry(422, _("The threshold must lie between %(least)g and %(most)g.")),
    "idempotency_key_reused": _entry(422, _("This Idempotency-Key was used for another request. Choose a new one.")),
    # Limits, and faults on our side
    "too_many_requests": _entry(
        429,
        _("Too many requests. Try again in %(time)s."),
        attempts=_("Too many failed attempts. Try again in %(time)s."),
        fetching=_("%(n)d photos of yours are being fetched already. Try again in %(time)s."),
        open_jobs=_("An account may have %(n)d swaps that wait. Wait until some of yours are done."),
        clips=_("%(n)d clips of yours wait for you to choose their people. Finish one, or delete it."),
        stored=_("Your swaps fill the %(n)d MB that an account has. Delete some, or keep them for a shorter time."),
        callbacks=_(
            "%(n)d callbacks of yours have not arrived yet. See on /account/webhooks/ what keeps them, or name none."
        ),
        failed_fetches=_(
            "Too many addresses that you named led to no photo. Send the photos themselves, or try again in %(time)s."
        ),
        preview=_("You have had many previews of these photos. Swap them, or try again in %(time)s."),
        at_once=_("Several of your requests are being answered already. Wait for them, or try again in %(time)s."),
    ),
    "internal_error": _entry(
        500,
        _("Something went wrong on our side."),
        page=_(
            "Nothing of yours was lost, and no points were taken for work that was not done. Try again in a minute."
        ),
        swap=_("The swap failed for a reason on our side. Your points were given back; please try again."),
    ),
    "too_many_attempts": _entry(
        500, _("The swap could not be finished: it failed %(n)d times in a row. Your points were given back.")
    ),
    "overloaded": _entry(
        503,
        _(
            "Too many large photos are being worked on at this moment. Nothing was charged; try again in "
            "%(retry_after)d seconds."
        ),
        database=_("The database is out of reach at this moment. Try again in %(retry_after)d seconds."),
        bodies=_("Too much is being sent at this moment. Nothing was charged; try again in %(retry_after)d seconds."),
        fetching=_(
            "Many photos are being fetched at this moment. Nothing was charged; try again in %(retry_after)d seconds."
        ),
        engine=_("This could not be worked on in time. Nothing was charged; try again in %(retry_after)d seconds."),
        queue=_(
            "Many requests wait for an answer just now. Nothing was charged; try again in %(retry_after)d seconds."
        ),
    ),
    "busy": _entry(
        504,
        _("The server is too busy. Try again later."),
        preview=_("Many previews are being made. Try again in a moment; the swap itself is not affected."),
    ),
    "storage_full": _entry(
        507,
        _("This site has no room left on its disk. Nothing was accepted and nothing was charged; try again later."),
    ),
}
# What only pages, commands and the live page meet, or a job that was cancelled.
UNPUBLISHED = {
    "cancelled": _entry(422, _("Cancelled. Your points were given back.")),
    # Clips
    "bad_clip": _entry(
        422,
        _("This is no clip that can be used. Save it as MP4, MOV, WebM, or as an animated GIF, WebP, AVIF or PNG."),
        broken=_("The clip is damaged or incomplete: no picture of it can be read. Save or download it again."),
        nothing_left=_("Nothing of the clip's %(seconds).1f seconds is left. Choose an end after the beginning."),
        changes_size=_("The picture changes its size within the clip. Save it in one size."),
    ),
    "clip_unsupported": _entry(
        422,
        no_picture=_("The file holds sound and no picture. Choose another one."),
        locked=_("The clip is locked by copy protection. Choose one that every player opens."),
        codec=_("The picture is stored as %(codec)s, which is not read here. Save it as MP4 with H.264."),
        public=_("Clips are not shown to everyone here. Download it, and show it yourself."),
        engine=_("Clips are made by the site's own engine here. Leave engine and enhancer out."),
        hdr=_("The clip is in HDR, whose brightness would be lost. Save it in SDR (standard dynamic range)."),
        alpha=_("The clip is transparent in places, which would be lost. Save it as GIF, WebP or PNG, or without."),
        tiny=_("The picture has %(width)d × %(height)d pixels. Choose a larger one: 16 pixels a side are the least."),
    ),
    "clip_too_large": _entry(
        413,
        seconds=_("A clip may last %(n)d seconds. Cut it to the part that counts."),
        pixels=_("The picture has %(width)d × %(height)d pixels; 1920 × 1080 are the most. Save it smaller."),
        bytes=_("The clip is larger than %(megabytes)d MB. Cut it, or save it smaller."),
    ),
    "only_of_clips": _entry(422, _("begin, end and format are for clips, and this is a photo. Leave them out.")),
    "clip_not_looked_at": _entry(409, _("The clip is still being looked at. Choose its people when that is done.")),
    "clip_part": _entry(422, _("Choose a part that begins before it ends, within the clip's %(seconds).1f seconds.")),
    "clip_not_written": _entry(
        422,
        sound=_("The clip's sound (%(codec)s) does not go into %(format)s. Choose another ending for the result."),
        alpha=_("The clip is transparent in places, and films can't be. Choose GIF, WebP, AVIF or PNG for the result."),
        ending=_("%(output)s: a clip's name ends with one of %(endings)s."),
    ),
    "invalid_amount": _entry(422, _("Grant at least one point.")),
    "no_scope": _entry(422, _("Choose at least one thing that the key may do.")),
    "no_name": _entry(422, _("Give the key a name.")),
    "too_many_keys": _entry(
        422, _("An account has at most %(n)d keys. Revoke one that is no longer used, then make the new one.")
    ),
    "guest_account": _entry(
        422, _("The guest gets no keys. Name an account in OPEN_ACCESS_ACCOUNT, and make the key for that.")
    ),
    "cannot_merge": _entry(422, _("Choose two different people of one registry.")),
    "not_own_face": _entry(422, _("Only your own face can be kept for you alone.")),
    "not_allowed": _entry(
        422,
        protect=_("Only administrators protect people, in the site's registry."),
        confirm=_("Only administrators confirm this."),
        registry=_("Only administrators change the site's registry."),
    ),
    "not_done": _entry(422, _("There is no result to show yet.")),
    "taken_down": _entry(
        422,
        _("An administrator took this result down. Nobody else can be shown it any more."),
        same_photos=_("A result of these same photos was taken down, so this one can't be made public."),
    ),
    "too_small": _entry(422, _("The faces are too small for a preview. The swap itself will find them.")),
    "face_not_there": _entry(
        422, _("Face %(n)d was not found again where it was shown. Choose the photo to change once more.")
    ),
    "bad_source": _entry(
        422,
        _("Choose a face photo: the form's field is called image."),
        name=_("Choose a photo whose name ends in .jpg, .jpeg, .png, .bmp or .webp."),
        sample=_("There is no such sample."),
    ),
    "engine_not_usable": _entry(
        422,
        unknown=_("There is no engine “%(engine)s” here."),
        licence=_("Say under which licence the file is used, and who accepted it for this site."),
        family=_("A family is one of %(families)s."),
        no_file=_("There is no .onnx or .dfm file “%(file)s”."),
        exists=_("There is an engine “%(engine)s” already. Remove it first, or name the file otherwise."),
        not_probed=_("Look at “%(engine)s” first: it was not probed, or its file changed since."),
        non_commercial_price=_(
            "The licence of “%(engine)s” is non-commercial, so it can't carry a price. Set it to 0."
        ),
        needs=_("“%(engine)s” needs %(helper)s beside it. Add that engine and switch it on first."),
    ),
    "engine_refused": _entry(
        422,
        too_large=_("The file is over %(limit)d MB, which ENGINE_MAX_MB allows. Raise it, or bring a smaller network."),
        pickle=_("This is a pickle, and opening one runs whatever stands in it. Export the network as ONNX first."),
        not_onnx=_("This is no ONNX file, or it is cut off. Fetch it again, or export the network as ONNX."),
        external=_("Its weights lie in other files. Save the network as one ONNX file with everything inside."),
        operators=_(
            "It uses operators that are not of the ONNX standard (%(domains)s). Export it with standard ones alone."
        ),
        unknown_family=_("Its inputs and outputs are those of no known family. Say which it is of, if you know."),
        other_family=_("Its inputs and outputs are not those of %(family)s."),
        slow=_("It had not answered after %(seconds)d seconds, and was stopped."),
        died=_("It took more than the %(megabytes)d MB that it may, or ended without an answer."),
        nan=_("It gave numbers that are none. The file is damaged, or was made for another kind of number."),
        shape=_("It doesn't do what its family does: %(why)s"),
        not_deterministic=_("Asked twice the same, it gave two answers. Export it without random parts."),
    ),
    # In English alone: a terminal's, as its commands are, and those of the live protocol, as its other words are.
    "invalid_output": _entry(422, "%(output)s must end in one of %(endings)s."),
    "bad_frame": _entry(
        422,
        "The frame is damaged or incomplete.",
        bytes="The frame is over 2 MB. Send it smaller or with a lower quality.",
        format="The frame is not a JPEG, PNG or WebP picture.",
        pixels="The frame has %(width)d × %(height)d pixels; send at least 16 a side and at most 1920 × 1080.",
        unwritten="The frame could not be written.",
    ),
}
CATALOGUE = PUBLISHED | UNPUBLISHED
