"""The page of readers' questions in a real browser, on a phone: card to card, back, and on to where one can play."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.driving import PHONE, open_at, overflow


@pytest.fixture
def own_phone(chromium):
    """One on which nobody has left the sidebar open."""
    context = chromium.new_context(viewport=PHONE, locale="ko-KR")
    yield context.new_page()
    context.close()


def test_from_card_to_card_and_on_to_the_page_where_one_can_play(own_phone, address):
    phone = own_phone
    open_at(phone, address, "/questions?lang=ko&card=mean", "독자의 질문")
    table = phone.locator(".ge-table table")
    expect(table.get_by_role("cell", name="0.75", exact=True)).to_have_count(4)
    phone.get_by_role("button", name="다음 질문").click()
    expect(phone).to_have_url(re.compile(r"card=check"))
    expect(phone.locator(".vega-embed canvas")).to_be_in_viewport()
    assert overflow(phone) <= 0
    phone.go_back()
    expect(table).to_be_visible()
    phone.get_by_role("link", name=re.compile("직접 해 보기")).click()
    expect(phone).to_have_url(re.compile(r"/chain_rule\?.*scene=fourways"))
