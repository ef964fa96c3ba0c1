"""The geometry of the small charts."""

import pytest

from vungxanh.common import charts


@pytest.mark.parametrize(("value", "top"), [(0, 4), (3, 4), (4, 4), (5, 8), (24, 40), (118, 200), (1, 4), (950, 1000)])
def test_nice_top_reaches_the_value(value: float, top: float) -> None:
    assert charts.nice_top(value) == top


def test_line_breaks_when_a_value_is_missing() -> None:
    chart = charts.line_chart("x", ["a", "b", "c", "d"], [charts.Series("s", [4, 2, None, 0])])
    assert chart.lines[0].path == "M12.50 0.00L37.50 50.00M87.50 100.00"
    assert len(chart.dots) == 3
    assert chart.scale == ["4", "3", "2", "1", "0"]


def test_bars_stack_from_the_bottom() -> None:
    chart = charts.bar_chart("x", ["a"], [charts.Series("s", [1]), charts.Series("t", [3])])
    assert [bar.path for bar in chart.bars] == ["M18.00 75.00h64.00v25.00h-64.00z", "M18.00 0.00h64.00v75.00h-64.00z"]


def test_table_shows_the_same_figures() -> None:
    chart = charts.bar_chart("x", ["a", "b"], [charts.Series("s", [1, None]), charts.Series("t", [3.5, 0])])
    assert chart.rows == [("a", ["1", "3,5"]), ("b", ["–", "0"])]


def test_series_of_another_length_is_refused() -> None:
    with pytest.raises(charts.ChartShapeError, match="2 values for 1 labels"):
        charts.line_chart("x", ["a"], [charts.Series("s", [1, 2])])


def test_axis_has_few_words_and_shades_days_while_the_table_keeps_its_labels() -> None:
    axis = charts.Axis(["1", "", "", "5"], [1])
    chart = charts.bar_chart("x", ["a", "b", "c", "d"], [charts.Series("s", [1, 2, 3, 4])], axis=axis)
    assert (chart.axis, chart.bands) == (["1", "", "", "5"], ["M25.00 0h25.00v100h-25.00z"])
    assert [label for label, _values in chart.rows] == ["a", "b", "c", "d"]
    assert charts.bar_chart("x", ["a"], [charts.Series("s", [1])]).axis == ["a"]
