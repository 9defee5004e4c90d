import numpy as np

from gpvton.analysis.sheet import Panel, contact_sheet, panel_row


def colour(*rgb, height=480, width=300):
    return np.full((height, width, 3), rgb, np.uint8)


def area(sheet, rgb):
    return int((sheet == rgb).all(axis=2).sum())


def test_a_contact_sheet_shows_every_picture_whole():
    rows = [
        [Panel(pixels=colour(255, 0, 0), caption="a"), Panel(pixels=colour(0, 200, 0))],
        [Panel(pixels=colour(0, 0, 255, width=500), caption="a very long caption " * 9)],
    ]
    sheet = contact_sheet(rows, height=480, title="all")
    assert area(sheet, (255, 0, 0)) == area(sheet, (0, 200, 0)) == 480 * 300
    assert area(sheet, (0, 0, 255)) == 480 * 500


def test_pictures_are_brought_to_one_height_and_keep_their_form():
    sheet = contact_sheet([[Panel(pixels=colour(255, 0, 0, height=960, width=300))]], height=480)
    assert area(sheet, (255, 0, 0)) == 480 * 150


def test_a_row_shows_legend_colours_and_makes_room_for_notes():
    panel = Panel(pixels=colour(9, 9, 9, height=200), legend=(("sleeve", (255, 0, 0)),))
    plain = panel_row([panel], height=200)
    noted = panel_row([panel], height=200, notes=("the feet do not show",) * 3)
    assert area(plain, (255, 0, 0)) > 300
    assert noted.shape[0] > plain.shape[0] and noted.shape[1] == plain.shape[1]
