"""Why does it not learn, in a real browser: on a phone in Korean, the line, "Try it", and what came of it."""

from playwright.sync_api import expect

from tests.browser.driving import open_at, overflow, wait_for_steps, wait_until_done


def test_a_run_that_stands_still_is_cured_on_a_phone_in_korean(phone, address):
    open_at(phone, address, "/training_loop?lang=ko&tempo=fast&rate=3&trained=600", "훈련 반복 루프")
    wait_for_steps(phone, 599)
    wait_until_done(phone)
    line = phone.locator(".st-key-diagnosis")
    expect(line).to_contain_text("죽었습니다")
    expect(line).to_contain_text("학습률 3 대신 0.1")
    assert overflow(phone) == 0
    line.get_by_role("button", name="해 보기").click()
    expect(line).to_contain_text("해결되었습니다", timeout=60_000)
    expect(line.get_by_role("button")).to_have_count(0)
    assert overflow(phone) == 0
