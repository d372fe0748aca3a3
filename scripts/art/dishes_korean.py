"""Fried chicken, Korean home cooking, trotters: drawn around 0,0, about 115 wide to each side."""

import math

import toppings as t
from kit import arc, dark, light, pts
from props import board, bowl, noodles, paper, plate


def _crust(a, d, colours, n, r, ry=None):
    """A crisp, bumpy piece: outline, body, lit crumbs and dark crevices."""
    a.path(d, a.lin(*colours))
    spots = a.scatter(0, 0, r, r * .36, n, ry=ry)
    half = len(spots) // 2
    a.path("".join(f"M{pts(x, y)}l{a.rng.choice(('3 1', '2 3', '-3 2'))}" for x, y in spots[:half]), stroke=light(colours[0], .45), sw=4.4, op=.8)
    a.path("".join(f"M{pts(x, y)}q2 3 5 1" for x, y in spots[half:]), stroke=dark(colours[1], .4), sw=2.4, op=.6)


def pieces(a, colours):
    """Three shapes of fried chicken: a drumstick, a wing, a boneless chunk."""
    def drum():
        a.path("M20 14L44 30", stroke="#d9c3a0", sw=11)
        a.path("M20 14L43 28.6", stroke="#fff4dc", sw=8)
        a.circle(46, 27, 6, "#fff4dc")
        a.circle(42, 35, 6, "#efdcb8")
        _crust(a, "M-32 -2Q-36 -24 -16 -27Q2 -32 15 -18Q28 -8 29 8Q32 20 21 23Q6 27 -8 23Q-28 18 -32 -2Z", colours, 14, 25, 21)

    def wing():
        _crust(a, "M-38 6Q-40 -12 -24 -17Q-8 -26 6 -15Q14 -20 26 -15Q42 -9 38 8Q34 19 20 17Q10 24 -4 19Q-14 25 -26 20Q-36 16 -38 6Z", colours, 14, 31, 15)

    def chunk():
        _crust(a, "M-27 -4Q-28 -20 -12 -22Q2 -28 14 -20Q28 -17 27 -1Q31 13 18 19Q6 26 -8 21Q-26 20 -27 -4Z", colours, 12, 21)

    tag = colours[1]
    return a.sym(("drum", tag), drum), a.sym(("wing", tag), wing), a.sym(("chunk", tag), chunk)


def heap(a, kinds, spots, sc=1, spread=34):
    for i, (x, y) in enumerate(spots):
        t.lay(a, kinds[i % len(kinds)], [(x, y)], spread=spread, sc=sc, shade=24, vary=.06)


HEAP = ((-66, -34), (-4, -52), (62, -36), (-78, 22), (76, 20), (-34, -6), (30, -10), (-30, 46), (36, 46), (0, 16))
GOLD = ("#f7c766", "#d98a2c", "#9a5218")
GLAZE = ("#ec5a34", "#bd2a18", "#74140e")
SOY = ("#c97a34", "#8e4a1c", "#4e240e")


def fried(a):
    paper(a, 0, 8, 262, 196, "#f4e6cc")
    heap(a, pieces(a, GOLD), HEAP)
    t.flakes(a, a.scatter(0, 0, 84, 18, 16), "#4a7a2c", sw=2.6)


def glazed(a):
    plate(a, 0, 2, 128, "#f3efe8")
    a.path(a.blob(2, 8, 94, 82, n=13, jitter=.08), "#8e1a10", op=.6)
    heap(a, pieces(a, GLAZE), HEAP)
    a.path("".join(arc(x, y, 13, 200, 265) for x, y in ((-70, -36), (-6, -56), (58, -40), (-36, -8), (28, -12), (-2, 16))), stroke="#ffc2a0", sw=3.4, op=.8)
    t.sesame(a, a.scatter(0, 0, 88, 13, 32))
    t.flakes(a, a.scatter(0, 0, 80, 28, 10), "#5da53c", sw=4)


def garlic_soy(a):
    plate(a, 0, 2, 128, "#39404a")
    heap(a, pieces(a, SOY), HEAP)
    a.path("".join(arc(x, y, 13, 200, 265) for x, y in ((-70, -36), (-6, -56), (58, -40), (-36, -8), (28, -12), (-2, 16))), stroke="#ffdca4", sw=3, op=.7)
    for x, y in a.scatter(0, 0, 84, 32, 12):
        a.ell(x + 1, y + 2, 9, 6, "#5a2a0e", op=.5)
        a.ell(x, y, 8.4, 5.6, a.rad("#fff3cc", "#f0d28a", "#cf9c4a"), rot=a.turn(60))
    t.lay(a, t.chilli(a), a.scatter(0, 0, 84, 46, 7), shade=5, spread=60)
    t.lay(a, t.scallion(a), a.scatter(0, 0, 84, 30, 9), shade=4)


def scallion_chicken(a):
    board(a, 0, 4, 276, 200, "#a9683a", rx=30)
    heap(a, pieces(a, GOLD), ((-92, -34), (-34, -48), (34, -50), (92, -34), (-98, 28), (98, 28), (-52, 44), (0, 52), (54, 44)), sc=1)
    a.ell(0, 0, 74, 46, "#3a1408", op=.2)
    for rot, y, colour in ((-24, -8, "#a8d468"), (18, 4, "#d9eeb0"), (-6, 12, "#7fbf4e"), (34, -4, "#c4e48c"), (-40, 6, "#e8f4cc")):
        t.strips(a, 0, y, 112, 16, 8, colour, rot, step=7, sw=4)
    t.lay(a, t.chilli(a), a.scatter(0, 0, 50, 32, 4, ry=30), shade=5)
    t.sesame(a, a.scatter(0, 0, 60, 12, 14, ry=34))


def cheese_balls(a):
    plate(a, 0, 2, 118, "#e9573c", rim=.8)

    def ball():
        _crust(a, a.blob(0, 0, 30, n=11, jitter=.04), ("#ffd887", "#eba63c", "#b56a1e"), 10, 20)
        a.ell(-9, -11, 7, 4, "#fff6d8", rot=-30, op=.9)

    t.lay(a, a.sym("ball", ball), ((-50, -34), (8, -52), (56, -16), (-58, 26), (50, 40)), shade=28, spread=15, vary=.03)
    a.ell(2, 18, 42, 36, "#3a1408", op=.25)
    a.path(a.blob(-4, 12, 34, n=11, jitter=.04), a.lin("#ffd887", "#eba63c", "#b56a1e"))
    a.path("M-4 12m-24 -6q10 -16 26 -16q18 4 20 20q-4 18 -22 20q-20 -4 -24 -24Z", a.rad("#fffbe6", "#ffe796", "#f5c347"))
    a.path("M4 20Q30 20 52 40", stroke="#e6b23c", sw=9)
    a.path("M4 19Q30 18 52 39", stroke="#fff0b0", sw=5)


def radish_cubes(a):
    bowl(a, 0, 0, 104, "#e8eef0", "#dfeaec", "#e4eee6")
    t.lay(a, t.cube(a, "radish", ("#ffffff", "#eef2f0", "#d5dfdd")), a.scatter(0, 0, 66, 26, 17), spread=40, sc=1.5, shade=13)
    a.path(arc(0, 0, 70, 30, 80) + arc(0, 0, 56, 200, 240), stroke="#fff", sw=4, op=.7)
    t.lay(a, t.mint(a), [(18, -14)], sc=1)


# -- home cooking --------------------------------------------------------------------------------

def _pot(a, broth, r=116):
    """An earthenware pot, its stew boiling."""
    a.shadow(12, 20, r * 1.2, op=.7)
    a.rect(-r - 18, -15, 40, 30, "#2a2320", rx=12)
    a.rect(r - 22, -15, 40, 30, "#2a2320", rx=12)
    a.circle(0, 0, r, a.lin("#7a665a", "#42342d", "#1e1613"))
    a.circle(0, 0, r * .9, a.lin("#15100e", "#33271f", "#5c4a3f"))
    a.circle(0, 0, r * .84, a.rad(light(broth, .25), broth, dark(broth, .35), cx=.44, cy=.38, r=.64))
    a.path(arc(0, 0, r * .95, 192, 268), stroke="#fff", sw=4, op=.4)
    a.path("".join(f"M{pts(x, y)}h.1" for x, y in a.scatter(0, 0, r * .74, 22, 22)), stroke=light(broth, .55), sw=7, op=.4)


def kimchi_stew(a):
    _pot(a, "#d2401c")
    kimchi = t.leaf(a, "kimchi", ("#ffb27c", "#e2552e", "#a92c16"), "#ffe3c0")
    t.lay(a, kimchi, a.scatter(0, 0, 66, 42, 7), shade=22)
    t.lay(a, t.meat(a, "pork", ("#e3a888", "#b97254", "#8a4a32")), a.scatter(0, 0, 62, 46, 5), shade=15, sc=.95)
    t.lay(a, t.cube(a, "tofu", ("#fffaf0", "#f3e4c8", "#dcc6a0")), [(-30, -22), (26, -30), (38, 22), (-18, 36), (4, 2)], spread=14, sc=1.7, shade=13)
    t.lay(a, t.scallion(a), a.scatter(0, 0, 70, 24, 14), sc=1.15, shade=4)
    t.lay(a, t.chilli(a), a.scatter(0, 0, 66, 44, 5), sc=1.1, shade=5)


def spicy_pork(a):
    plate(a, 0, 2, 126, "#2f3237", rim=.84)
    a.path(a.blob(0, 4, 92, 84, n=13, jitter=.08), "#a02412", op=.7)
    strip = t.meat(a, "jeyuk", ("#e2643a", "#b5321a", "#7c1c10"))
    t.lay(a, strip, a.scatter(0, 0, 78, 25, 22), shade=17, sc=1.15)
    t.lay(a, t.onion(a, "#e9d9b8"), a.scatter(0, 0, 76, 46, 6), shade=6)
    t.lay(a, t.pepper(a), a.scatter(0, 0, 76, 70, 3), shade=6, sc=.8)
    t.lay(a, t.scallion(a), a.scatter(0, 0, 78, 30, 10), shade=4)
    t.sesame(a, a.scatter(0, 0, 80, 13, 28))


def bibimbap(a):
    bowl(a, 0, 0, 122, "#3a332e", "#4a3f36", "#fbf3e2")
    around = (("#f08a2c", 0), ("#5e9a3a", 52), ("#8a5a36", 104), ("#f2e6c2", 156), ("#d9452c", 208), ("#3f7a3c", 260), ("#e9c46a", 310))
    for colour, g in around:
        x, y = 66 * math.cos(math.radians(g)), 66 * math.sin(math.radians(g))
        a.ell(x + 2, y + 4, 34, 28, "#3a1408", op=.18)
        a.path(a.blob(x, y, 31, 25, n=9, jitter=.1, rot=g), dark(colour, .18))
        t.strips(a, x, y, 50, 6, 7, colour, g + 70, step=6.2, sw=5)
    t.egg_fried(a, 0, 0, 43)
    t.sesame(a, a.scatter(0, 0, 92, 18, 22, inner=46))
    a.path(a.blob(64, 66, 20, 16, n=8, jitter=.1), a.rad("#f2603c", "#c42a18", "#8e1a10"))
    a.ell(58, 60, 6, 3, "#fff", rot=-30, op=.6)


def pot_rice(a):
    """Bulgogi on rice cooked in its own iron pot."""
    _pot(a, "#f6ead0", 120)
    a.path("".join(f"M{pts(x, y)}l{a.rng.choice(('5 2', '2 5', '-4 4'))}" for x, y in a.scatter(0, 0, 90, 11, 70)), stroke="#fffdf4", sw=5)
    t.lay(a, t.meat(a), a.scatter(-4, 8, 62, 27, 15), shade=17, sc=1.2)
    t.lay(a, t.mushroom(a), [(-52, -42), (-20, -60), (50, 44)], shade=11, sc=1.4, spread=30)
    for k in range(3):
        a.open(46 + k * 9, -44 + k * 11, 40)
        a.rect(-20, -7, 40, 14, "#e98a2e", rx=7)
        a.path("M-14 -3H12", stroke="#ffc98a", sw=3)
        a.close()
    t.lay(a, t.scallion(a), a.scatter(0, 8, 62, 28, 12), shade=4, sc=1.15)
    a.circle(0, 6, 19, "#d98412")
    a.circle(-1, 5, 18, a.rad("#ffe27a", "#ffb928", "#ee9412"))
    a.ell(-7, -2, 5, 3, "#fff", rot=-30, op=.9)
    t.sesame(a, a.scatter(0, 8, 68, 16, 18))


def pancake(a):
    """Seafood and spring onion pancake."""
    plate(a, 0, 2, 128, "#d9cbb4", rim=.86)
    a.path(a.blob(3, 7, 100, n=17, jitter=.04), "#7a4a18", op=.6)
    a.path(a.blob(0, 0, 100, n=17, jitter=.045), a.rad("#fae0a0", "#eabb5c", "#bf7a28", cx=.45, cy=.42, r=.6))
    a.path("".join(a.blob(x, y, a.rng.uniform(6, 13), a.rng.uniform(4, 9), n=6, jitter=.2) for x, y in a.scatter(0, 0, 88, 26, 14)), "#b06a20", op=.4)
    for y in range(-72, 80, 20):
        h = math.sqrt(92 ** 2 - y * y) * .92
        d = f"M{pts(-h, y)}Q{pts(-h * .3, y + a.turn(9), 0, y)}T{pts(h, y + a.turn(5))}"
        a.path(d, stroke="#3c7426", sw=9)
        a.path(d, stroke="#8cc152", sw=5.4)
    t.lay(a, t.shrimp(a), a.scatter(0, 0, 74, 48, 7), shade=14, sc=1)
    t.lay(a, t.chilli(a), a.scatter(0, 0, 82, 40, 8), shade=5, sc=1.1)
    a.path("M-92 -6H94M-6 -92V94", stroke="#7a4a18", sw=2.4, op=.5)


def steamed_egg(a):
    _pot(a, "#f6c440", 112)
    a.path(a.blob(0, 0, 88, n=13, jitter=.05), a.rad("#fff0a4", "#fbd254", "#e2a428"))
    a.path("".join(a.blob(x, y, a.rng.uniform(10, 20), a.rng.uniform(8, 14), n=7, jitter=.2) for x, y in a.scatter(0, 0, 70, 32, 10)), "#ffe88e", op=.9)
    a.path("".join(arc(x, y, a.rng.uniform(8, 14), 20, 130) for x, y in a.scatter(0, 0, 68, 34, 9)), stroke="#cf8c1c", sw=2.4, op=.5)
    t.lay(a, t.scallion(a), a.scatter(0, 0, 60, 19, 15), shade=4, sc=1.2)
    t.flakes(a, a.scatter(0, 0, 66, 15, 16), "#d8402a", sw=3.4)


# -- trotters ------------------------------------------------------------------------------------

def _slices(a, rind, flesh, rows=3, n=7, fat="#f6dcc0"):
    def slice_():
        a.path("M-26 14C-32 -12 -18 -24 4 -24C26 -24 32 -8 27 14Z", rind)
        a.path("M-20 14C-24 -8 -14 -16 4 -16C20 -16 25 -5 21 14Z", fat)
        a.path("M-14 14C-17 -2 -9 -9 4 -9C15 -9 19 -1 15 14Z", a.lin(light(flesh, .3), flesh))
        a.path("M-23 -4C-20 -16 -10 -21 4 -21", stroke="#fff", sw=2.6, op=.55)
        a.path("M-8 4Q2 -2 9 4M-6 10Q2 6 8 10", stroke=dark(flesh, .25), sw=1.8, op=.6)

    ident = a.sym(("slice", rind), slice_)
    for row in range(rows):
        y = (row - (rows - 1) / 2) * 46
        for i in range(n):
            x = (i - (n - 1) / 2) * 29 + (row % 2) * 8
            t.lay(a, ident, [(x, y + abs(i - n // 2) * 2)], spread=6, rot=(i - n // 2) * 5, sc=1.05, shade=20, vary=.04)


def trotters(a):
    board(a, 0, 4, 290, 196, "#8a5634", rx=40)
    for x in (-116, 112):
        t.lay(a, t.leaf(a), [(x, -48), (x, 8), (x, 56)], sc=1.15, shade=24, spread=50)
    _slices(a, "#8a4420", "#c98a62")
    t.sesame(a, a.scatter(0, 0, 92, 20, 18, ry=64))


def fire_trotters(a):
    board(a, 0, 4, 290, 196, "#3d3f45", rx=40)
    a.path(a.blob(0, 6, 124, 82, n=15, jitter=.06), "#8e1a10", op=.75)
    _slices(a, "#c4311a", "#d9683c", fat="#f59a62")
    t.lay(a, t.chilli(a), a.scatter(0, 0, 108, 34, 11, ry=70), shade=5, sc=1.2)
    t.lay(a, t.scallion(a), a.scatter(0, 0, 108, 30, 12, ry=70), shade=4, sc=1.1)
    t.sesame(a, a.scatter(0, 0, 110, 18, 26, ry=70))


def bossam(a):
    plate(a, 0, 2, 130, "#f4f1ea", rim=.86)
    t.lay(a, t.leaf(a, "cabbage", ("#f7f7d0", "#dbe79a", "#a8c765"), "#ffffff"), [(-84, 30), (-62, -52), (-88, -10)], sc=1.3, shade=24, spread=60)
    a.open(20, 0, -18)
    _slices(a, "#e6c4a4", "#c99a82", rows=2, n=6, fat="#fff0e0")
    a.close()
    kimchi = t.leaf(a, "kimchi", ("#ffb27c", "#e2552e", "#a92c16"), "#ffe3c0")
    t.lay(a, kimchi, [(-34, 70), (4, 82), (40, 74), (6, 62)], sc=.85, shade=20, spread=40)
    t.sesame(a, a.scatter(0, 76, 44, 10, 12, ry=14))


def tray_noodles(a):
    plate(a, 0, 2, 130, "#cfd6cf", rim=.88)
    noodles(a, 0, 2, 56, "#9a7a5c", layers=3, strands=10, width=4.4)
    for i, colour in enumerate(("#7a4a9a", "#f0892e", "#8cc152", "#f7e9b8", "#d8402e", "#4f9a3c")):
        g = i * 60 + 15
        x, y = 74 * math.cos(math.radians(g)), 74 * math.sin(math.radians(g))
        a.ell(x + 2, y + 4, 30, 25, "#3a1408", op=.2)
        t.strips(a, x, y, 56, 6, 8, colour, g + 80, step=5.4, sw=4)
    a.path(a.blob(0, 0, 30, 24, n=9, jitter=.12), a.rad("#f2603c", "#c42a18", "#8e1a10"))
    t.lay(a, t.egg_half(a), [(0, -6)], spread=10, shade=18, sc=1.1)
    t.sesame(a, a.scatter(0, 0, 92, 20, 24, inner=30))


def rice_balls(a):
    plate(a, 0, 2, 122, "#c9603c", rim=.84)

    def ball():
        a.path(a.blob(0, 0, 31, n=10, jitter=.05), a.rad("#fffdf6", "#f4ead2", "#d2c09a"))
        t.sesame(a, a.scatter(0, 0, 24, 11, 8), "#3a2a1a")
        a.path("".join(f"M{pts(x, y)}l4 2" for x, y in a.scatter(0, 0, 25, 9, 13)), stroke="#22402f", sw=4.4)
        a.path("".join(f"M{pts(x, y)}l1 2" for x, y in a.scatter(0, 0, 22, 15, 5)), stroke="#f0782c", sw=5)

    t.lay(a, a.sym("riceball", ball), ((-38, -44), (34, -46), (-66, 20), (2, 12), (68, 18), (-28, 66), (38, 66)), shade=28, vary=.03, spread=60)
