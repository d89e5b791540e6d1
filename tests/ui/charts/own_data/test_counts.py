"""Counts by class: two rows a class, in the classes' own order."""

from ui.charts.own_data.counts import counts_chart, counts_frame
from ui.charts.spec import spec


def test_a_row_for_training_and_one_for_testing():
    rows = counts_frame([3, 0], [1, 2], ("b", "a"), str)
    assert list(zip(rows["name"], rows["part"], rows["count"], strict=True)) == [
        ("b", "training", 3), ("a", "training", 0), ("b", "test", 1), ("a", "test", 2),
    ]  # fmt: skip


def test_classes_stand_in_their_own_order_and_no_name_is_an_expression():
    chart = counts_chart(str, ("b", "it's", "a"))
    chart.to_dict(validate=True)
    made = spec(chart)
    assert made["encoding"]["x"]["sort"] == ["b", "it's", "a"]
    assert "labelExpr" not in str(made)
