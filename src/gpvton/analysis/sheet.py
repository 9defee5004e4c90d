"""Sheets of pictures: panels side by side with captions and legends, and contact sheets."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

Legend = tuple[tuple[str, tuple[int, int, int]], ...]

_MARGIN, _TEXT, _INK, _FAINT = 24, 22, (33, 33, 33), (117, 117, 117)


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A picture, uint8 (h, w, 3), with a caption above and names of colours beside it."""

    pixels: np.ndarray
    caption: str = ""
    legend: Legend = ()


def panel_row(
    panels: Sequence[Panel], *, height: int = 900, notes: Sequence[str] = ()
) -> np.ndarray:
    """Panels of one height in a row, notes beneath: uint8 (h, w, 3)."""
    font = ImageFont.load_default(_TEXT)
    pictures = [_to_height(panel.pixels, height) for panel in panels]
    legends = [_legend_width(panel.legend, font) for panel in panels]
    widths = [p.shape[1] + extra for p, extra in zip(pictures, legends, strict=True)]
    total = sum(widths) + _MARGIN * (len(panels) + 1)
    lines = [line for note in notes for line in _wrapped(note, font, total - 2 * _MARGIN)]
    top = _MARGIN + _TEXT + 14
    foot = _MARGIN + (len(lines) * (_TEXT + 8) + 12 if lines else 0)
    sheet = Image.new("RGB", (total, top + height + foot), "white")
    pen = ImageDraw.Draw(sheet)
    x = _MARGIN
    for panel, picture, width in zip(panels, pictures, widths, strict=True):
        pen.text((x, _MARGIN - 6), panel.caption, _INK, font)
        sheet.paste(Image.fromarray(picture), (x, top))
        _draw_legend(pen, panel.legend, (x + picture.shape[1] + 16, top), font)
        x += width + _MARGIN
    for number, line in enumerate(lines):
        pen.text((_MARGIN, top + height + 16 + number * (_TEXT + 8)), line, _FAINT, font)
    return np.asarray(sheet)


def contact_sheet(
    rows: Sequence[Sequence[Panel]], *, height: int = 480, title: str = ""
) -> np.ndarray:
    """Rows of captioned pictures, all of one height: uint8 (h, w, 3)."""
    font = ImageFont.load_default(_TEXT)
    pictures = [[_to_height(panel.pixels, height) for panel in row] for row in rows]
    gap, head = 12, (_TEXT + 24 if title else 0)
    width = max(sum(p.shape[1] + gap for p in row) for row in pictures) + 2 * _MARGIN - gap
    pitch = height + _TEXT + 22
    sheet = Image.new("RGB", (width, head + pitch * len(rows) + _MARGIN), "white")
    pen = ImageDraw.Draw(sheet)
    pen.text((_MARGIN, 14), title, _INK, ImageFont.load_default(_TEXT + 4))
    for number, (row, row_pictures) in enumerate(zip(rows, pictures, strict=True)):
        x, y = _MARGIN, head + number * pitch + 12
        for panel, picture in zip(row, row_pictures, strict=True):
            caption = _cut_to(panel.caption, font, picture.shape[1])
            pen.text((x, y), caption, _FAINT, font)
            sheet.paste(Image.fromarray(picture), (x, y + _TEXT + 8))
            x += picture.shape[1] + gap
    return np.asarray(sheet)


def _to_height(pixels: np.ndarray, height: int) -> np.ndarray:
    if pixels.shape[0] == height:
        return pixels
    width = max(1, round(pixels.shape[1] * height / pixels.shape[0]))
    how = cv2.INTER_AREA if pixels.shape[0] > height else cv2.INTER_CUBIC
    return cv2.resize(pixels, (width, height), interpolation=how)


def _legend_width(legend: Legend, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> int:
    if not legend:
        return 0
    return 16 + 30 + round(max(font.getlength(name) for name, _ in legend))


def _draw_legend(
    pen: ImageDraw.ImageDraw,
    legend: Legend,
    place: tuple[int, int],
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
) -> None:
    x, y = place
    for name, colour in legend:
        pen.rounded_rectangle((x, y + 3, x + 20, y + 23), 4, colour)
        pen.text((x + 30, y), name, _INK, font)
        y += _TEXT + 10


def _wrapped(
    text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: float
) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and font.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _cut_to(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: float) -> str:
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + "…") > width:
        text = text[:-1]
    return text + "…"
