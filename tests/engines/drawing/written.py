"""Digits as somebody may write them: strokes in a square, which a test draws somewhere on a sheet."""

import numpy as np

from engines.drawing.strokes import UNITS, read_strokes


def arc(x, y, width, height, start, end, points=16):
    """Part of an ellipse, the angles in quarter turns: 0 is to the right, 1 below."""
    turns = np.linspace(start, end, points) * np.pi / 2
    return [(x + width * np.cos(turn), y + height * np.sin(turn)) for turn in turns]


DIGITS = {
    0: [arc(0.5, 0.5, 0.3, 0.5, -1, 3, 30)],
    1: [[(0.3, 0.25), (0.55, 0.0), (0.55, 1.0)]],
    2: [[*arc(0.5, 0.25, 0.35, 0.25, -2, 0.5), (0.15, 1.0), (0.9, 1.0)]],
    3: [arc(0.45, 0.25, 0.33, 0.25, -1.8, 1) + arc(0.45, 0.73, 0.38, 0.27, -1, 1.8)],
    4: [[(0.55, 0.0), (0.15, 0.6), (0.9, 0.6)], [(0.7, 0.25), (0.7, 1.0)]],
    5: [[(0.85, 0.0), (0.3, 0.0), (0.22, 0.45), *arc(0.48, 0.68, 0.36, 0.32, -1.4, 1.7)]],
    6: [[(0.7, 0.0), *arc(0.5, 0.68, 0.32, 0.32, -1.8, -5.9, 24)]],
    7: [[(0.12, 0.05), (0.88, 0.05), (0.4, 1.0)]],
    8: [arc(0.5, 0.25, 0.26, 0.25, 1, -3, 24) + arc(0.5, 0.75, 0.32, 0.25, -1, 3, 24)],
    9: [[*arc(0.5, 0.3, 0.3, 0.3, 0, -4, 24), (0.75, 1.0)]],
}


def written(digit, left=0.2, top=0.1, size=0.75):
    """The strokes of a digit in a part of the sheet, which is so high; narrower than high, as one writes."""
    wide = 0.7 * size
    strokes = [
        [round(UNITS * number) for x, y in stroke for number in (left + wide * x, top + size * y)]
        for stroke in DIGITS[digit]
    ]
    return read_strokes(strokes)
