"""What a protocol client knows of a page: its controls, its links, its address, what the server has set."""

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.page_tab import PageTab

ID = "$$ID-0123456789abcdef0123456789abcdef-{}"


def drawn(tab, kind, fragment="", **values):
    """The tab gets an element of that kind; `key` is its widget's."""
    message = ForwardMsg()
    if fragment:
        message.delta.fragment_id = fragment
    element = getattr(message.delta.new_element, kind)
    if key := values.pop("key", None):
        element.id = ID.format(key)
    for name, value in values.items():
        if isinstance(value, list):
            getattr(element, name).extend(value)
        else:
            setattr(element, name, value)
    tab.received(message.SerializeToString())


def begun(tab, fragment=""):
    message = ForwardMsg()
    message.new_session.SetInParent()
    message.metadata.run.fragment_ids.extend([fragment] if fragment else [])
    tab.received(message.SerializeToString())


def finished(tab):
    message = ForwardMsg()
    message.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
    tab.received(message.SerializeToString())


def test_controls_are_found_by_key_and_say_what_they_would_send():
    tab = PageTab()
    drawn(tab, "selectbox", key="frame.data", options=["Digits", "MNIST"], raw_value="Digits")
    drawn(tab, "slider", key="control.rate", options=["0.1", "0.2"], raw_value=["0.1"], max=1)
    drawn(tab, "slider", key="timeline.step", max=400, value=[17])
    drawn(tab, "text_input", key="frame.hidden", value="32")
    drawn(tab, "text_input", key="frame.seed", value="0", disabled=True)
    assert sorted(tab.controls) == ["control.rate", "frame.data", "frame.hidden", "timeline.step"]
    assert tab.controls["frame.data"].state("MNIST").string_value == "MNIST"
    assert list(tab.controls["control.rate"].state("0.2").string_array_value.data) == ["0.2"]
    assert list(tab.controls["timeline.step"].state(20).double_array_value.data) == [20]
    assert (tab.controls["timeline.step"].value, tab.controls["timeline.step"].bounds) == (17, (0, 400))


def test_what_the_server_sets_replaces_what_was_chosen_and_what_is_gone_is_forgotten():
    tab = PageTab()
    drawn(tab, "selectbox", key="rate", options=["a", "b"], raw_value="a")
    drawn(tab, "selectbox", key="other", options=["a", "b"], raw_value="a")
    for key in ("rate", "other"):
        tab.widgets[ID.format(key)] = tab.controls[key].state("b")
    begun(tab)
    drawn(tab, "selectbox", key="rate", options=["a", "b"], raw_value="a", set_value=True)
    finished(tab)
    assert {name: state.string_value for name, state in tab.widgets.items()} == {ID.format("rate"): "a"}


def test_the_address_is_what_the_apps_script_writes():
    tab = PageTab("lang=en")
    assert tab.told == 0
    drawn(tab, "html", body='<script>window.gradientEngine?.address("lang=en&trained=120&state=ab");</script>')
    assert (tab.query, tab.told, tab.written) == ("lang=en&trained=120&state=ab", 120, tab.query)
    assert tab.known != tab.written
    drawn(tab, "html", body='<i class="ge-address" data-told="lang=en&amp;trained=120&amp;state=ab"></i>')
    assert tab.known == tab.written


def test_texts_are_those_of_the_page_not_of_its_updates():
    tab = PageTab()
    begun(tab)
    drawn(tab, "markdown", body="to the last bit")
    drawn(tab, "markdown", fragment="f", body="an update")
    assert tab.says("last bit")
    assert not tab.says("update")
    begun(tab, "f")
    assert tab.says("last bit")
    begun(tab)
    assert not tab.says("last bit")


def test_a_run_that_was_under_way_is_told_from_the_next():
    tab = PageTab()
    begun(tab)
    before = tab.begun  # now somebody asks for a run
    finished(tab)
    assert tab.done <= before
    begun(tab)
    assert tab.done <= before
    finished(tab)
    assert tab.done > before
