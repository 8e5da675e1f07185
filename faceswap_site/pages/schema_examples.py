"""One example of every body that the OpenAPI document describes, by the name of its schema."""

from typing import Any

SITE = "https://faces.example.org"
JOB_ID, PERSON_ID = "2f1c6f0e-8d3b-4f6a-9c53-0a7d1b9e4c11", "9b7d3c52-61f4-4f0b-a0b5-5e2d8c1f7a90"
BATCH_ID = "c4a2d1e8-6b7f-4f0d-8e55-1f2a3b4c5d6e"
PHOTO_ID = "6d0f3c1b2a594e7f8091a2b3c4d5e6f7"
ME, PARTY = "https://example.org/me.jpg", "https://example.org/party.jpg"
BASE64 = "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQ…".rstrip("…")
CREATED, STARTED, COMPLETED = "2026-05-03T09:30:00Z", "2026-05-03T09:30:01Z", "2026-05-03T09:30:03Z"
CALIBRATION = "Logistic curve, 50 % at distance 0.60, slope 40."
BOX, LANDMARKS = [412.0, 188.5, 640.2, 441.9], [[405.1, 262.0], [407.9, 294.6]]
QUALITY = {"score": 0.94, "reasons": ["the face is dark"]}
FACE = {"box": BOX, "landmarks": LANDMARKS, "quality": QUALITY}
FIT = {"realism": 3.6, "good": True, "reasons": ["mouths_differ"]}

JOB: dict[str, Any] = {
    "id": JOB_ID,
    "status": "done",
    "progress": {"stage": "done", "percent": 100, "frames": 0, "seconds_left": None},
    "kind": "photo",
    "duration": None,
    "frames": None,
    "people": None,
    "faces": [{"index": None, "by_reference": False}],
    "fit": FIT,
    "engine": {"name": "classic", "asked": "classic", "provider": "", "enhancer": ""},
    "points": {"cost": 2, "balance": 98},
    "urls": {
        "self": f"{SITE}/api/v1/swaps/{JOB_ID}",
        "page": f"{SITE}/swaps/{JOB_ID}/",
        "result": f"{SITE}/api/v1/swaps/{JOB_ID}/result",
        "download": f"{SITE}/api/v1/results/2f1c6f0e8d3b4f6a9c530a7d1b9e4c11:1sVq3A:kq7X.jpg",
    },
    "width": 1280,
    "height": 960,
    "created": CREATED,
    "started": STARTED,
    "completed": COMPLETED,
    "expires": "2026-06-02T09:30:00Z",
    "error": None,
}
BATCH = {
    "id": BATCH_ID,
    "status": "done",
    "counts": {"total": 2, "waiting": 0, "running": 0, "done": 1, "failed": 1, "cancelled": 0},
    "seconds_left": None,
    "points": {"each": 2, "balance": 98},
    "urls": {
        "self": f"{SITE}/api/v1/batches/{BATCH_ID}",
        "page": f"{SITE}/swaps/batches/{BATCH_ID}/",
        "results": f"{SITE}/api/v1/batches/{BATCH_ID}/results.zip",
    },
    "created": CREATED,
    "started": STARTED,
    "completed": COMPLETED,
    "expires": "2026-06-02T09:30:00Z",
}
BATCH_ITEMS = [
    {
        "id": JOB_ID,
        "position": 0,
        "title": "party",
        "status": "done",
        "urls": {
            "swap": JOB["urls"]["self"],
            "result": JOB["urls"]["result"],
            "download": JOB["urls"]["download"],
        },
        "error": None,
    },
    {
        "id": "5b0c9d7e-3a41-4c8b-9f3e-77d1e0a6c222",
        "position": 1,
        "title": "notes",
        "status": "failed",
        "urls": {"swap": None, "result": None, "download": None},
        "error": {
            "code": "photo_unsupported",
            "detail": "The photo to change is no photo that can be used. Save it as JPEG or PNG.",
        },
    },
]
PERSON = {
    "id": PERSON_ID,
    "name": "Ada Lovelace",
    "consent": {"basis": "consent", "note": "form of 3 May", "recorded": CREATED},
    "photos": [{"id": 17, "quality": 0.94, "reasons": [], "created": CREATED}],
    "created": CREATED,
}
PROBLEM = {
    "type": f"{SITE}/developers/#error-bad_request",
    "title": "Bad Request",
    "status": 400,
    "detail": "`face.index` must be a whole number from 0 to 999.",
    "code": "bad_request",
    "request_id": "7d1c2b3a4f5e40619a8b7c6d5e4f3a2b",
    "errors": [{"pointer": "/face/index", "detail": "`face.index` must be a whole number from 0 to 999."}],
}
EXAMPLES: dict[str, Any] = {
    "SwapRequest": {"target": {"url": PARTY}, "face": {"url": ME}, "options": {"strength": 1}},
    "BatchRequest": {"face": {"url": ME}, "targets": [{"url": PARTY}, {"url": "https://example.org/notes.txt"}]},
    "BatchPhotosRequest": {"targets": [{"url": PARTY}]},
    "BatchRetryRequest": {"items": [JOB_ID]},
    "Batch": BATCH,
    "BatchList": {"data": [BATCH], "next": None},
    "BatchItem": BATCH_ITEMS[0],
    "BatchWithItems": BATCH | {"items": {"data": BATCH_ITEMS, "next": None}},
    "BatchEvent": {"type": "batch.completed", "timestamp": COMPLETED, "data": BATCH},
    "Check": {"verdict": "yes", "evidence": "picture", "made": "2026-05-03", "swap": None},
    "PhotoRequest": {"photo": {"url": PARTY}},
    "CompareRequest": {"one": {"url": ME}, "other": {"url": PARTY}},
    "RecogniseRequest": {"photo": {"url": PARTY}, "threshold": "strict"},
    "NewPerson": {"name": "Ada Lovelace", "consent": {"basis": "consent", "note": "form of 3 May"}},
    "PersonChange": {"name": "Ada King"},
    "NewPhoto": {"photo": {"url": "https://example.org/ada.jpg"}},
    "Photo": {"url": PARTY},
    "FaceToUse": {"url": ME, "index": 1},
    "Options": {"blend": "poisson", "strength": 0.9, "label": True},
    "Threshold": "strict",
    "Problem": PROBLEM,
    "Job": JOB,
    "JobList": {"data": [JOB], "next": f"{SITE}/api/v1/swaps?limit=1&cursor=MjAyNi0wNS0wM1QwOToz"},
    "SwapEvent": {"type": "swap.done", "timestamp": COMPLETED, "data": JOB},
    "Face": {"index": 0, "id": f"{PHOTO_ID}-0", **FACE, "score": 0.998},
    "Faces": {
        "id": PHOTO_ID,
        "width": 1280,
        "height": 960,
        "faces": [{"index": 0, "id": f"{PHOTO_ID}-0", **FACE, "score": 0.998}],
        "points": {"cost": 2, "balance": 96},
    },
    "Comparison": {
        "verdict": "match",
        "distance": 0.4204,
        "similarity": 0.999,
        "calibration": CALIBRATION,
        "threshold": 0.6,
        "one": FACE,
        "other": FACE,
        "points": {"cost": 1, "balance": 95},
    },
    "Recognition": {
        "faces": [
            {
                **FACE,
                "verdict": "match",
                "candidates": [
                    {"person_id": PERSON_ID, "name": "Ada Lovelace", "distance": 0.3911, "similarity": 0.9998}
                ],
                "threshold": 0.5,
                "margin": None,
            }
        ],
        "calibration": CALIBRATION,
        "points": {"cost": 1, "balance": 94},
    },
    "Person": PERSON,
    "People": {"data": [PERSON], "next": None},
    "EnrolledPhoto": {"id": 17, "quality": 0.94, "reasons": [], "created": CREATED, "warnings": []},
    "Account": {
        "username": "ada",
        "balance": 94,
        "prices": {"swap": 2, "extract_faces": 2, "compare": 1, "recognise": 1},
        "limits": {"requests_per_minute": 120, "photo_bytes": 10485760, "photo_pixels": 50000000},
    },
    "PointEntries": {
        "data": [{"kind": "hold", "amount": -2, "reason": "Swap", "reference": f"swap:{JOB_ID}", "created": CREATED}],
        "next": None,
    },
    "Base64Swap": {"face": BASE64, "body": BASE64},
    "Base64Image": {"image": "iVBORw0KGgoAAAANSUhEUgAABQAAAAPA\nAAAAGXRFWHRTb2Z0d2FyZQ=="},
    "Base64Error": {"error": PROBLEM["detail"], "code": "bad_request"},
    "AifaceswapSwap": {"source_image": PARTY, "face_image": ME, "webhook": "https://example.org/hook"},
    "AifaceswapMulti": {"source_image": PARTY, "face_image": [ME], "index": [0]},
    "AifaceswapExtract": {"img": PARTY},
    "AifaceswapTask": {"code": 200, "data": {"task_id": PHOTO_ID, "points": 2}, "message": "OK"},
    "AifaceswapFaces": {"code": 200, "data": {"faces": [[412, 188, 640, 442]], "points": 2}, "message": "OK"},
    "AifaceswapError": {"code": 422, "data": None, "message": "No face was found in the face photo."},
    "AcedataSwap": {"source_image_url": ME, "target_image_url": PARTY},
    "AcedataResult": {
        "image_url": JOB["urls"]["download"],
        "image_width": 1280,
        "image_height": 960,
        "image_size": 204800,
        "task_id": JOB_ID,
    },
    "AcedataError": {
        "success": False,
        "error": {"code": "token_mismatched", "message": "`target_image_url` is missing."},
        "trace_id": PROBLEM["request_id"],
    },
    "FaceMatchRequest": {"image_data1": BASE64, "image_data2": BASE64, "file_format": "jpg"},
    "FaceMatchResult": {"match": True},
    "FaceRecRequest": {"image_data": BASE64, "file_format": "jpg"},
    "FaceRecResult": {"name": "Ada Lovelace", "face_locations": [188, 640, 442, 412]},
    "FaceRecError": {"error": "No face was found in the photo.", "code": "no_face"},
}
