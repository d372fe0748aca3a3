"""Snack-bar dishes, drawn around 0,0, about 115 wide to each side."""

import toppings as t
from kit import dark, pts
from props import bowl, noodles, paper, plate


def tteokbokki(a):
    bowl(a, 0, 0, 122, "#2e6e5e", "#d9e6d6", "#b5230f")
    t.lay(a, t.fishcake(a), a.scatter(0, 0, 72, 46, 6), shade=18, sc=1.15)
    t.lay(a, t.ricecake(a, "rc", ("#ffb184", "#f06a3c", "#c83a1c")), a.scatter(0, 0, 74, 30, 15), shade=12, sc=1.12)
    t.lay(a, t.egg_half(a), [(36, -34)], spread=20, shade=20, sc=1.15)
    t.lay(a, t.scallion(a), a.scatter(0, 0, 82, 28, 12), shade=4, sc=1.15)
    t.sesame(a, a.scatter(0, 0, 84, 18, 22))


def rabokki(a):
    bowl(a, 0, 0, 122, "#e2b33c", "#f6ecd0", "#c9311a")
    noodles(a, -6, 4, 82, "#f6c862", layers=3, strands=9, width=5.4)
    t.lay(a, t.ricecake(a), a.scatter(0, 0, 78, 46, 7), shade=12, sc=1)
    t.lay(a, t.fishcake(a), a.scatter(0, 0, 78, 64, 4), shade=18, sc=1.05)
    a.open(-44, -40, -14)
    a.rect(-34, -26, 68, 52, a.lin("#fff0a0", "#fbd048", "#eaa82a"), rx=6)
    a.path("M-26 -17H20", stroke="#fff8d0", sw=4, op=.8)
    a.close()
    t.lay(a, t.egg_half(a), [(40, 26)], spread=20, shade=20, sc=1.2)
    t.lay(a, t.scallion(a), a.scatter(0, 0, 80, 32, 9), shade=4, sc=1.15)


def tempura(a, x, y, rot, length, width, colours, tail=False):
    a.open(x, y, rot)
    a.ell(4, 8, length * .52, width * .62, "#3a1408", op=.22)
    if tail:
        a.path(f"M{pts(length * .46, 0)}l24 -13l-4 13l5 13Z", "#e2592f")
    outline = a.blob(0, 0, length / 2, width / 2, n=15, jitter=.13)
    a.path(outline, dark(colours[2], .1))
    a.open(-1.5, -2.5, 0, .95)
    a.path(outline, a.lin(*colours))
    a.close()
    spots = a.scatter(0, 0, length * .4, 12, 9, ry=width * .3)
    a.path("".join(f"M{pts(px, py)}l4 1" for px, py in spots), stroke="#fff2c4", sw=4, op=.75)
    a.path("".join(f"M{pts(px + 5, py + 5)}q2 3 5 1" for px, py in spots[:6]), stroke=dark(colours[1], .3), sw=2, op=.5)
    a.close()


CRISP = ("#fbd98a", "#eab04a", "#bd7626")


def fritters(a):
    paper(a, 0, 6, 258, 190, "#f2e4ca")
    tempura(a, -58, -44, -24, 110, 36, CRISP, tail=True)
    tempura(a, 34, -54, -12, 104, 36, CRISP, tail=True)
    tempura(a, -74, 12, -30, 92, 50, ("#f8c98a", "#dd963c", "#a8621e"))
    tempura(a, 18, -4, -18, 100, 54, ("#fbe2a0", "#efbc56", "#c4852c"))
    tempura(a, 84, 22, -40, 84, 40, CRISP, tail=True)
    for x, y, r in ((-50, 58, 12), (12, 56, -10), (70, 72, 8)):
        a.ell(x + 4, y + 7, 30, 20, "#3a1408", op=.25)
        a.open(x, y, r)
        a.rect(-29, -18, 58, 36, a.lin("#5a6a4c", "#2e3a2c", "#1a211a"), rx=13)
        a.path("M-22 -9l6 3M-8 -12l7 2M8 -10l6 3M-14 2l7 3M4 0l7 2M-4 10l6 1M16 7l5 2", stroke="#f4cf80", sw=6)
        a.ell(25, 0, 5.4, 13, "#f6ecd8")
        a.close()


def sundae(a):
    """Korean blood sausage with its salt and slices of liver."""
    plate(a, 0, 2, 122, "#5f9a94", rim=.85)

    def slice_():
        a.ell(0, 0, 23, 20, "#2b1512")
        a.ell(-1, -1, 20, 17, a.rad("#7d4f48", "#54302c", "#3a1e1c"))
        a.path("".join(f"M{pts(x, y)}l3 1" for x, y in a.scatter(0, 0, 14, 6, 10)), stroke="#d9c0b4", sw=2.6, op=.85)
        a.path("M-15 -8Q-10 -15 0 -16", stroke="#fff", sw=2.2, op=.5)

    ident = a.sym("sundae", slice_)
    for row, n in ((-44, 5), (-8, 6), (28, 6)):
        t.lay(a, ident, [((i - (n - 1) / 2) * 28 - 6, row) for i in range(n)], spread=12, shade=21, vary=.04, sc=1.12)
    t.lay(a, t.meat(a, "liver", ("#c99a86", "#a3705e", "#7d5044")), [(-36, 66), (-6, 72), (24, 68)], shade=15, spread=20, sc=1.05)
    a.circle(72, 62, 20, a.lin("#fff", "#f0ebe0", "#c9c0b0"))
    a.circle(72, 62, 16, "#f6dccb")
    t.flakes(a, a.scatter(72, 62, 12, 6, 10), "#b5402a")


def gimbap(a):
    plate(a, 0, 2, 122, "#efe3cc", rim=.85)

    def roll():
        a.circle(0, 0, 27, "#14241b")
        a.circle(-.6, -.8, 25, a.lin("#4a6a55", "#1e3328"))
        a.path(a.blob(0, 0, 22.6, n=10, jitter=.04), a.rad("#fffdf6", "#f8f2e2", "#dccfb0"))
        a.rect(-13, -13, 12, 12, "#ffcf4a", rx=2)
        a.rect(1, -13, 11, 11, "#f0862c", rx=2)
        a.rect(-14, 1, 11, 11, "#e8a8a0", rx=2)
        a.rect(1, 1, 12, 7, "#f6e27a", rx=2)
        a.path("M-2 -3Q6 -6 10 0M-4 12Q4 8 12 12", stroke="#4f9a3c", sw=5)
        a.path("M-4 5h5", stroke="#8a5a36", sw=6)

    ident = a.sym("gimbap", roll)
    spots = [((i - 2) * 42, -40 + abs(i - 2) * 4) for i in range(5)] + [((i - 1.5) * 46, 14) for i in range(4)] + [((i - .5) * 48 - 6, 66) for i in range(2)]
    t.lay(a, ident, spots, spread=28, shade=28, vary=.03)
    t.sesame(a, a.scatter(0, 0, 90, 17, 34, ry=80))
    t.lay(a, t.disc(a, "danmuji", 12, "#ffd43c", "#dba414"), [(58, 66), (72, 54), (80, 70)], shade=11, sc=1.05)


def fishcake_soup(a):
    bowl(a, 0, 0, 122, "#dfe3e0", "#eef0ec", "#e8c98c")

    def skewer():
        a.path("M-92 0H84", stroke="#8a5a2a", sw=6)
        a.path("M-92 -1H84", stroke="#d9a868", sw=3.4)
        d = "M-60 8C-70 -22 -44 -24 -40 0S-14 24 -8 0S18 -24 24 0S50 24 60 -4"
        a.path(d, stroke="#a8682c", sw=25)
        a.path(d, stroke="#eec07c", sw=21)
        a.path("M-57 -6C-56 -14 -48 -16 -46 -8M-6 -4C2 -18 14 -20 18 -8M30 8C40 16 48 10 52 0", stroke="#fff0cc", sw=3.4, op=.8)

    ident = a.sym("skewer", skewer)
    for x, y, r in ((-6, -32, -22), (8, 6, -16), (-2, 44, -24)):
        t.lay(a, ident, [(x, y)], spread=0, rot=r, shade=0, vary=0, sc=.92)
    t.lay(a, t.disc(a, "mu", 20, "#f4f2dc", "#dcd6b0"), [(-66, 34), (64, -52)], shade=17)
    t.lay(a, t.scallion(a), a.scatter(0, 0, 82, 28, 13), shade=4, sc=1.15)
    t.lay(a, t.chilli(a), a.scatter(0, 0, 80, 52, 4), shade=5)
