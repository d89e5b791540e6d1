"""A teacher makes an assignment, a student does it on a phone in Korean, and the link that comes back is marked."""

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from lessons.marking import marked
from lessons.personal import seed_of
from tests.browser.driving import PHONE, overflow, visit, wait_until_done, wait_until_shown
from tests.browser.server import running_server
from tests.lessons.tiny import CODE, tiny
from ui.text import Text

__all__ = ["tiny"]

CLIPBOARD = ["clipboard-read", "clipboard-write"]


@pytest.fixture
def tiny_server(tiny):
    """A server whose only lesson is the tiny one."""
    folder = str(tiny.folder.parent)
    with running_server(before=f"import lessons, pathlib; lessons.FOLDER = pathlib.Path({folder!r})") as server:
        yield server.address


def copied(page, row):
    """What its button brings to the clipboard."""
    row.get_by_role("button").click()
    expect(row.get_by_role("status")).not_to_be_empty()
    return page.evaluate("navigator.clipboard.readText()")


def choose(page, question):
    page.get_by_role("combobox", name=re.compile("Questions of the assignment")).click()
    page.keyboard.type(question)
    page.get_by_role("option", name=re.compile(re.escape(question))).click()
    expect(page.get_by_test_id("stMultiSelect").get_by_text(question)).to_be_visible()
    page.keyboard.press("Escape")
    wait_until_done(page)


def test_from_the_teacher_to_the_student_and_back(tiny_server, chromium):
    teacher = chromium.new_context(permissions=CLIPBOARD).new_page()
    visit(teacher, f"{tiny_server}/for_teachers?lang=en")
    wait_until_shown(teacher.get_by_role("heading", name="For teachers", level=1))
    for question in ("W1[20, 3]", "the slope at p", "Where is it lower"):
        choose(teacher, question)
    wait_until_shown(teacher.get_by_text("3 questions, about 3 min"))
    link = copied(teacher, teacher.locator(".ge-copy").last)
    assert link == f"{tiny_server}/?assignment={CODE}"
    expect(teacher.get_by_role("img", name="QR code: Link of the assignment")).to_be_visible()
    teacher.context.close()

    handed_in = student(chromium, link)
    assert [row.findings for row in marked([handed_in])] == [(), (), ()]
    assert [(row.student, row.predicted, row.skipped) for row in marked([handed_in])] == [
        ("김 민준", "0.3", ""),
        ("김 민준", "", "yes"),
        ("김 민준", "left", ""),
    ]
    tampered = {
        "edited answer": handed_in.replace("3aleft", "3aright"),
        "foreign seed": handed_in.replace(f"seed={seed_of('김 민준', CODE)}", "seed=1"),
        "changed after": handed_in.replace("3pleft", "3pleft~1p0.1"),
        "missing": handed_in.replace("~3aleft", ""),
    }
    for found, rewritten in tampered.items():
        assert rewritten != handed_in
        assert [found in each for row in marked([rewritten]) for each in row.findings] == [True]


def student(chromium, link):
    """A phone in Korean, with a reload on the way; returns the link to hand in."""
    _ = Text("ko")
    context = chromium.new_context(viewport=PHONE, locale="ko-KR", permissions=CLIPBOARD)
    page = context.new_page()
    visit(page, link)
    name = page.get_by_label(_("Your name"))
    wait_until_shown(name)
    assert page.evaluate("document.documentElement.lang") == "ko"
    name.fill(" 김  민준")
    page.get_by_role("button", name=_("Begin")).click()
    strip = page.locator(".st-key-lesson-strip")
    expect(strip).to_contain_text("Tiny · " + _("{at} of {count}").format(at=1, count=3) + " · 김 민준")
    strip.get_by_role("textbox").fill("0.3")
    strip.get_by_role("button", name=_("Predict")).click()
    expect(strip).to_contain_text("0.3")
    wait_until_done(page)
    page.wait_for_url(re.compile("did=1p0.3"))
    page.reload()
    expect(strip).to_contain_text("김 민준")
    wait_until_done(page)
    strip.get_by_role("link", name=_("Next")).click()
    strip.get_by_role("button", name=_("Skip")).click()
    page.wait_for_url(re.compile("did=1p0.3~2s"))
    wait_until_done(page)
    strip.get_by_role("link", name=_("Next")).click()
    strip.get_by_text("on the left").click()
    strip.get_by_role("button", name=_("Predict")).click()
    row = page.locator(".st-key-hand-in .ge-copy")
    wait_until_shown(row)
    assert overflow(page) == 0
    assert strip.bounding_box()["height"] <= PHONE["height"] / 5 + 1
    link = copied(page, row)
    assert row.get_by_role("textbox").input_value() == link
    context.close()
    return link


@pytest.fixture
def course(address):
    """A course page of another origin with the app in a frame, by what the frame allows."""

    class Course(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            allow = 'allow="clipboard-write"' if self.path == "/allowed" else ""
            link = f"{address}/derivative?lang=en&p=1.25&embed=true"
            self.wfile.write(f'<iframe src="{link}" width="1000" height="700" {allow}></iframe>'.encode())

        def log_message(self, *_said):
            """Nothing is told."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Course)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()


@pytest.mark.parametrize("path", ["/allowed", "/"])
def test_the_address_can_be_copied_where_a_frame_hides_it(address, course, chromium, path):
    context = chromium.new_context(permissions=CLIPBOARD)
    page = context.new_page()
    page.goto(f"{course}{path}")
    row = page.frame_locator("iframe").locator(".st-key-copy-here .ge-copy")
    wait_until_shown(row)
    row.get_by_role("button", name="Copy link").click()
    expect(row.get_by_role("status")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == f"{address}/derivative?lang=en&p=1.25"
    context.close()


def test_where_nothing_may_be_copied_the_field_shows_the_link(address, chromium):
    page = chromium.new_context().new_page()
    page.add_init_script("document.execCommand = () => false; navigator.clipboard.writeText = () => Promise.reject();")
    visit(page, f"{address}/derivative?lang=en&embed=true")
    row = page.locator(".st-key-copy-here .ge-copy")
    wait_until_shown(row)
    row.get_by_role("button").click()
    expect(row.get_by_role("textbox", name="Link to this page")).to_have_value(f"{address}/derivative?lang=en")
    expect(row.get_by_role("status")).to_contain_text("copy it from the field")
    page.context.close()


def test_outside_of_a_frame_there_is_no_such_button(page, address):
    visit(page, f"{address}/glossary?lang=en")
    wait_until_shown(page.get_by_role("heading", name="Glossary", level=1))
    wait_until_done(page)
    expect(page.locator(".st-key-copy-here")).to_have_count(0)
