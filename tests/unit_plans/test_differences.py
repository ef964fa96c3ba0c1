"""Differences by words: what stays together is the one text or the other, to the letter."""

import pytest

from vungxanh.plans.queries.differences import Piece, sections_between, taken_over, words_between

PAIRS = [
    ("", ""),
    ("", "Mới hoàn toàn."),
    ("Cũ hoàn toàn.", ""),
    ("Mỗi ngày hai lần.", "Mỗi ngày ba lần."),
    ("Dòng một\n\nDòng hai", "Dòng một\nDòng hai\n\nDòng ba"),
]


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_pieces_put_together_are_both_texts(before: str, after: str) -> None:
    pieces = words_between(before, after)
    assert "".join(one.text for one in pieces if one.how != "ins") == before
    assert "".join(one.text for one in pieces if one.how != "del") == after


def test_only_the_word_that_differs_is_marked() -> None:
    assert words_between("Mỗi ngày hai lần.", "Mỗi ngày ba lần.") == (
        Piece("same", "Mỗi ngày "),
        Piece("del", "hai"),
        Piece("ins", "ba"),
        Piece("same", " lần."),
    )


def test_sections_are_compared_by_their_codes() -> None:
    after = [{"code": "a", "heading": "I", "text": "như cũ"}, {"code": "b", "heading": "II", "text": "mới"}]
    first, second = sections_between({"a": "như cũ"}, after)
    assert (first.is_changed, second.is_changed) == (False, True)
    assert second.pieces == (Piece("ins", "mới"),)


def test_what_one_did_not_touch_is_taken_from_the_newest() -> None:
    base, newest = {"a": "1", "b": "1"}, {"a": "2", "b": "2"}
    assert taken_over(base, newest, {"a": "1", "b": "3"}) == {"a": "2", "b": "3"}
