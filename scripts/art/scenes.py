"""Puts a dish on its table, with what belongs beside it."""

from props import steam, table


def scene(ground, pattern, accent, dish, beside=None, at=(200, 152), sc=1.0, hot=0):
    """A painter of one picture: table, things beside the dish, the dish, steam when it is hot."""
    def paint(a):
        table(a, ground, pattern, accent)
        if beside:
            beside(a)
        a.open(*at, 0, sc)
        dish(a)
        a.close()
        if hot:
            steam(a, at[0], at[1] - 20, hot, 30, 84)
    return paint
