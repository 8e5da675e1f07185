"""What the live page says, in the language of who hears it; what its protocol fixes stays as it is."""

import io
from collections.abc import Callable

import pytest
import socketio.exceptions
from PIL import Image

from faceswap_site.lib.error_messages import language_of
from swaps.live import sentences
from swaps.live.frame_swap import NO_SOURCE
from swaps.live.sentences import ENDINGS, said
from swaps.live.slots import Limits
from tests.bench.live import camera_path, portrait
from tests.running_site import RunningSite, wait_until

from .conftest import Camera
from .fakes import Room, run

IN_CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9"}
OTHERS = (sentences.RESTARTED, sentences.FAILED, sentences.SIGN_IN, sentences.FOREIGN_PAGE, sentences.NOTHING_TO_KEEP)


@pytest.mark.parametrize("text", [*ENDINGS.values(), *OTHERS])
def test_every_sentence_is_said_in_both_languages(text: str) -> None:
    english, chinese = (said(text, language, vars(Limits())) for language in ("en", "zh-hans"))
    assert english.isascii() and "%" not in english
    assert english != chinese and not chinese.isascii() and "%" not in chinese


def test_the_language_is_the_cookies_then_the_browsers_then_the_sites() -> None:
    chinese = {"accept-language": "zh-CN,zh;q=0.9"}
    assert language_of(chinese | {"cookie": "django_language=en"}) == "en"
    assert (language_of(chinese), language_of({"cookie": "django_language=zh-hans"})) == ("zh-hans", "zh-hans")
    assert (language_of({}), language_of({"accept-language": "xx"})) == ("en", "en")


def test_a_session_ends_in_the_language_it_began_in() -> None:
    async def story() -> None:
        room = Room()
        await room.hub.enter("a", "alice", None, language="zh-hans")
        await room.hub.enter("b", "bob", None)
        room.clock.now += 60
        await room.hub.tick()
        told = {sid: payload["message"] for sid, _event, payload in room.connections.told}
        assert told["a"].startswith("60 秒") and told["b"].startswith("The session ended")

    run(story)


@pytest.mark.process
@pytest.mark.xdist_group("live")
def test_over_the_wire(live_site: RunningSite, camera: Callable[..., Camera]) -> None:
    first = camera(live_site).connect(None, **IN_CHINESE)
    frame = next(camera_path(portrait("obama.jpg"), 1))
    assert first.show(frame)["error"] == NO_SOURCE
    assert first.client.call("snapshot") == {"success": False, "error": "还没有可以保存的换脸画面。"}
    wall = io.BytesIO()
    Image.new("RGB", (3000, 8), "grey").save(wall, "PNG")
    for content in (b"", b"no photo, only words", wall.getvalue()[:60]):
        answer = first.post(
            live_site.url + "/upload_source", files={"image": ("a.png", content)}, headers=IN_CHINESE, timeout=60
        )
        assert answer.status_code == 400 and answer.json()["message"].startswith("人脸照片"), answer.text
    second = camera(live_site)
    second.cookies.update(first.cookies)
    second.connect(None, **IN_CHINESE)
    assert first.next("status_update")["message"] == "你已在另一个窗口开始实时换脸，此窗口已停止。"
    _another, third = camera(live_site).connect(), camera(live_site)
    with pytest.raises(socketio.exceptions.ConnectionError):
        third.connect(None, **IN_CHINESE)
    assert third.next("connect_error")["message"] == "实时换脸的名额已满。你排在第 1 位。"
    second.leave()
    # In the end, or the place that is kept for them would be missed by whoever comes next.
    wait_until(third.comes_in, what="a free place")
