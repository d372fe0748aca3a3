"""Chinese and Japanese dishes and cold noodles, drawn around 0,0, about 115 wide to each side."""

import math

import toppings as t
from dishes_bunsik import tempura
from kit import arc, dark, light, num, pts
from props import bowl, noodles, plate


# -- Chinese -------------------------------------------------------------------------------------

def jajang(a):
    bowl(a, 0, 0, 122, "#b5281f", "#f2e3cc")
    noodles(a, 0, 4, 92, "#f6d890", layers=3, strands=10, width=6)
    a.path(a.blob(2, 8, 68, 60, n=13, jitter=.1), "#120a08", op=.5)
    a.path(a.blob(0, 3, 66, 58, n=13, jitter=.1), a.rad("#5a3526", "#2f1a13", "#1b0f0b"))
    t.lay(a, t.cube(a, "pork", ("#a0705a", "#6e4636", "#4a2c22")), a.scatter(0, 2, 50, 28, 8), shade=10, sc=.8, spread=40)
    t.lay(a, t.cube(a, "onion", ("#e2cda0", "#b9986a", "#8a6a44")), a.scatter(0, 2, 50, 30, 6), shade=10, sc=.7, spread=40)
    a.path("M-44 -22Q-26 -46 4 -44M-40 6Q-46 -2 -44 -12M22 -34Q34 -30 40 -22", stroke="#fff", sw=4, op=.45)
    for k in (-6, 4, 14):
        t.strips(a, 4, -6 + k, 62, 8, 5, "#9ccf5c", -28 + k * 2, step=5, sw=4)
    a.path("".join(f"M{pts(x, y)}h.1" for x, y in ((26, 18), (36, 4), (14, 28))), stroke="#5e9a34", sw=11)


def jjamppong(a):
    bowl(a, 0, 0, 122, "#26282e", "#3a3c42", "#c9260f")
    noodles(a, -4, 8, 74, "#f4c878", layers=3, strands=8, width=6)

    def mussel():
        a.path("M-24 4C-20 -14 6 -18 26 -4C18 12 -14 16 -24 4Z", a.lin("#5a6a80", "#232b38", "#11151c"))
        a.path("M-16 3C-12 -7 6 -10 18 -3C12 7 -8 9 -16 3Z", a.lin("#ffc46a", "#ee8a2c"))
        a.path("M-18 -4Q-6 -13 12 -10", stroke="#a8b8cc", sw=2.2, op=.8)

    t.lay(a, t.leaf(a, "bok", ("#c8e28a", "#7eb050", "#4a8434"), "#f2fad0"), [(-62, -34), (58, 40)], shade=22, spread=60)
    t.lay(a, a.sym("mussel", mussel), [(-30, -58), (32, -60), (70, -18), (-72, 20), (-34, 62)], shade=20, spread=50, sc=1.1)
    t.lay(a, t.shrimp(a), [(-18, -16), (34, -4), (8, 40)], shade=16, spread=60, sc=1.25)
    t.strips(a, 34, 54, 60, 8, 5, "#f08a2c", -24, step=7, sw=5)
    t.lay(a, t.scallion(a), a.scatter(0, 0, 80, 34, 9), shade=4, sc=1.1)
    t.lay(a, t.chilli(a), a.scatter(0, 0, 76, 56, 5), shade=5, sc=1.2)


def sweet_sour_pork(a):
    plate(a, 0, 2, 128, "#f7f3ea", rim=.84)
    a.path(a.blob(0, 6, 98, 88, n=15, jitter=.06), a.rad("#ffb04a", "#e2782a", "#b9521a"), op=.9)
    spots = ((-62, -36), (-10, -58), (48, -44), (-80, 12), (-28, -6), (30, -6), (80, 2), (-50, 50), (6, 44), (58, 46))
    for i, (x, y) in enumerate(spots[:3]):
        tempura(a, x, y, i * 31 - 20, 62, 36, ("#ffe0a0", "#f0ac4a", "#c0742a"))
    kinds = []
    for k in range(2):
        def piece():
            tempura(a, 0, 0, 0, 64, 38, ("#ffe0a0", "#f0ac4a", "#c0742a"))
        kinds.append(a.sym(("pork", k), piece))
    for i, (x, y) in enumerate(spots[3:]):
        t.lay(a, kinds[i % 2], [(x, y)], shade=0, spread=60)
    a.path("".join(arc(x, y, 15, 200, 260) for x, y in spots), stroke="#fff2cc", sw=4, op=.7)
    t.lay(a, t.pepper(a, "#d8402e"), [(-44, 14), (66, -22)], shade=6, sc=.9)
    t.lay(a, t.cucumber(a), [(10, -30), (-8, 74), (88, 26)], shade=12, sc=.95)
    t.lay(a, t.cube(a, "pine", ("#ffe25a", "#f2b828", "#cf8f1a")), [(-60, -8), (36, 22), (-24, 30)], shade=10, sc=1.05, spread=30)
    t.lay(a, t.onion(a, "#e9d9b8"), [(14, 18), (-34, -34)], shade=6)


def fried_rice(a):
    plate(a, 0, 2, 128, "#2f5f7a", rim=.84)
    a.ell(4, 8, 92, 84, "#0e1a24", op=.4)
    a.path(a.blob(0, 0, 88, 80, n=15, jitter=.05), a.rad("#fbe6a8", "#eec46c", "#c98f38"))
    for colour, sw, gap, n, op in (("#fff4cc", 5, 11, 62, .9), ("#d99a40", 4, 16, 26, .6)):
        a.path("".join(f"M{pts(x, y)}l{a.rng.choice(('5 2', '2 5', '-4 4'))}" for x, y in a.scatter(0, 0, 82, gap, n)), stroke=colour, sw=sw, op=op)
    for colour, n in (("#f0782c", 12), ("#5ea53c", 14), ("#ffd84a", 10), ("#e59a8a", 8)):
        a.path("".join(f"M{pts(x, y)}l3 2" for x, y in a.scatter(0, 0, 78, 20, n)), stroke=colour, sw=7)
    t.lay(a, t.shrimp(a), [(-46, -30), (42, -40), (-30, 42), (50, 34)], shade=15, spread=60, sc=1.05)
    t.egg_fried(a, 4, -2, 36)
    t.lay(a, t.scallion(a), a.scatter(0, 0, 76, 34, 8, inner=44), shade=4)


def dumpling(a, fried=True):
    def shape():
        skin = ("#ffe2a0", "#eab05a", "#a8661e") if fried else ("#ffffff", "#f6ecd8", "#d9c6a0")
        a.path("M-38 12C-40 -16 -18 -26 2 -26S40 -16 40 12C36 22 -34 22 -38 12Z", a.lin(*skin, angle=70))
        a.path("M-36 2Q-30 -14 -24 -16Q-18 -24 -10 -21Q-4 -28 4 -22Q12 -28 18 -18Q26 -20 30 -10Q36 -8 38 4", stroke=dark(skin[1], .22), sw=2.4, op=.7)
        a.path("M-20 -12L-16 -2M-6 -17L-5 -5M8 -17L7 -5M22 -12L18 -2", stroke=dark(skin[1], .25), sw=2, op=.55)
        if fried:
            a.path("M-30 13Q0 22 32 13", stroke="#8a4a16", sw=5, op=.5)
        a.path("M-26 -8Q-18 -18 -8 -19", stroke="#fff", sw=3, op=.8)
    return a.sym(("dumpling", fried), shape)


def fried_dumplings(a):
    plate(a, 0, 2, 126, "#f1ece2", rim=.85)
    spots = [(70 * math.cos(math.radians(g)), 66 * math.sin(math.radians(g))) for g in range(-90, 250, 52)]
    for i, p in enumerate(spots):
        t.lay(a, dumpling(a), [p], rot=-90 + i * 52 + 90, spread=6, shade=26, sc=1, vary=.03)
    a.circle(2, 4, 30, "#3a1408", op=.25)
    a.circle(0, 0, 29, a.lin("#fff", "#e9dcc8", "#b9a890"))
    a.circle(0, 0, 23, a.rad("#6a3a20", "#3d1d10", "#22100a"))
    t.lay(a, t.scallion(a), [(-6, -4), (6, 5)], shade=0, sc=.9)
    t.flakes(a, a.scatter(0, 0, 18, 8, 8), "#d8402a", sw=2.6)


# -- Japanese ------------------------------------------------------------------------------------

def nigiri(a, x, y, colours, kind, rot=-18):
    a.open(x, y, rot)
    a.ell(4, 8, 46, 22, "#120806", op=.35)
    a.rect(-40, -14, 80, 30, a.lin("#ffffff", "#f4ecda", "#cdbfa0", angle=80), rx=14)
    a.path("M-30 8l4 2M-16 10l4 1M-2 9l4 2M12 10l4 1M26 7l4 2", stroke="#fffdf2", sw=4)
    a.path("M-46 -4C-44 -18 -26 -22 0 -22S44 -18 46 -4C46 6 38 8 30 7C10 3 -10 3 -30 7C-40 8 -46 4 -46 -4Z", a.lin(*colours, angle=70))
    if kind == "fish":
        a.path("M-32 -16L-40 2M-18 -19L-27 5M-3 -20L-12 4M12 -19L4 4M27 -17L20 5M38 -12L34 6", stroke=light(colours[0], .65), sw=2.6, op=.75)
    elif kind == "egg":
        a.rect(-7, -24, 14, 38, "#1c2b22", rx=2)
    elif kind == "shrimp":
        a.path("M-30 -18Q-26 -6 -30 4M-12 -20Q-8 -8 -12 3M6 -20Q10 -8 6 3M24 -18Q28 -6 24 5", stroke="#f2703c", sw=5, op=.75)
        a.path("M42 -8L60 -18L54 -6L62 3L44 2Z", "#e2592f")
    a.path("M-34 -15Q-18 -20 4 -20", stroke="#fff", sw=3, op=.75)
    a.close()


def sushi(a):
    a.shadow(8, 16, 168, 104, op=.6)
    a.rect(-142, -92, 284, 188, "#1a1210", rx=16)
    a.rect(-142, -96, 284, 186, a.lin("#5a3a2c", "#38221a", "#24140f"), rx=16)
    a.rect(-132, -86, 264, 166, "#1f1512", rx=10)
    salmon, tuna, white = ("#ffb07a", "#f5813e", "#dc5f22"), ("#e85a5a", "#c22a38", "#8e1828"), ("#fff4f0", "#f6dcd6", "#dfb8b0")
    egg, ebi = ("#ffe37a", "#fbc63c", "#e29a1e"), ("#fff0e4", "#ffc8a4", "#f59a6a")
    row = [(salmon, "fish"), (tuna, "fish"), (egg, "egg")], [(ebi, "shrimp"), (white, "fish"), (salmon, "fish")]
    for j, line in enumerate(row):
        for i, (colours, kind) in enumerate(line):
            nigiri(a, -84 + i * 84, -48 + j * 56, colours, kind)
    for i in range(4):
        x, y = -98 + i * 40, 58
        a.ell(x + 3, y + 6, 19, 17, "#000", op=.4)
        a.circle(x, y, 18, "#16281e")
        a.circle(x, y, 14.6, a.rad("#fff", "#f8f2e2", "#dccfb0"))
        a.circle(x, y, 7, "#f5813e" if i % 2 else "#7eb84a")
    a.path(a.blob(78, 58, 14, 10, n=8, jitter=.12), a.rad("#cfe08a", "#9cc04e", "#6f9434"))
    for k in range(4):
        a.path(a.blob(102 + k * 6, 54 + k * 3, 13, 9, n=8, jitter=.15), a.lin("#ffd8d4", "#f3a8a0"))


def salmon_bowl(a):
    bowl(a, 0, 0, 122, "#1f2a44", "#2d3a58", "#fbf3e2")
    a.path("".join(f"M{pts(x, y)}l{a.rng.choice(('5 2', '2 5', '-4 4'))}" for x, y in a.scatter(0, 0, 92, 13, 44)), stroke="#fffdf6", sw=5)

    def slice_():
        a.path("M-30 10C-34 -10 -14 -22 14 -20C32 -18 34 2 26 14C10 20 -20 20 -30 10Z", a.lin("#ffb886", "#f7884a", "#e2642a"))
        a.path("M-22 10Q-16 -8 6 -15M-8 14Q0 -4 20 -12M8 15Q14 2 28 -5", stroke="#ffe4cc", sw=2.8, op=.85)

    ident = a.sym("salmon", slice_)
    for i in range(10):
        g = i * 36
        t.lay(a, ident, [(58 * math.cos(math.radians(g)), 58 * math.sin(math.radians(g)))], rot=g + 90, spread=6, shade=22, sc=1.1, vary=.03)
    a.ell(2, 4, 36, 32, "#3a1408", op=.25)
    for rot in (0, 50, 110):
        t.strips(a, 0, 0, 58, 6, 6, "#fbf0f4", rot, step=6, sw=3)
    a.circle(0, 0, 18, "#d98412")
    a.circle(-1, -1, 17, a.rad("#ffe27a", "#ffb928", "#ee9412"))
    a.ell(-7, -7, 5, 3, "#fff", rot=-30, op=.9)
    t.lay(a, t.scallion(a), a.scatter(0, 0, 86, 32, 12, inner=34), shade=4)
    a.path("".join(f"M{pts(x, y)}h.1" for x, y in a.scatter(-62, 58, 16, 8, 9)), stroke="#f0502c", sw=9)
    a.path(a.blob(70, 52, 14, 11, n=8, jitter=.12), a.rad("#cfe08a", "#9cc04e", "#6f9434"))


def cutlet(a):
    plate(a, 0, 2, 130, "#e9e4da", rim=.87)
    a.ell(-58, -28, 48, 44, "#3a1408", op=.15)
    for rot in (0, 40, 80, 130):
        t.strips(a, -58, -30, 78, 10, 6, "#cfe3a0", rot, step=8, sw=3.4)
    t.lay(a, t.tomato(a), [(-86, 34), (-58, 42)], shade=13, sc=1.1)
    a.open(26, 8, -14)
    for i in range(5):
        x = (i - 2) * 31
        h = 74 - abs(i - 2) * 7
        a.rect(x - 12, -h + 9, 34, h * 2, "#3a1408", rx=13, op=.28)
        a.rect(x - 15, -h, 30, h * 2, a.lin("#f0b654", "#d18a32", "#92541a", angle=20), rx=12)
        a.rect(x + 7, -h + 7, 9, h * 2 - 14, a.lin("#fff0dc", "#f2cfb0", angle=90), rx=4)
        d = "".join(f"M{pts(x - 13 + a.rng.uniform(2, 16), yy)}l3 2" for yy in range(int(-h + 12), int(h - 8), 11))
        a.path(d, stroke="#ffe2a0", sw=4.4, op=.8)
    a.path("M-58 -18C-30 -34 10 6 50 -14M-54 12C-26 -6 14 30 56 14", stroke="#4a1e0e", sw=9)
    a.path("M-57 -20C-30 -36 10 4 49 -16M-53 10C-26 -8 14 28 55 12", stroke="#a05a34", sw=2.4, op=.8)
    a.close()


def ramen(a):
    bowl(a, 0, 0, 122, "#a8322a", "#f2e0c8", "#e9c890")
    noodles(a, 2, 18, 70, "#f8dc94", layers=3, strands=10, width=4.6)
    for x, y, r in ((-46, -34, -20), (-10, -54, 0), (-66, 4, -50)):
        a.ell(x + 3, y + 5, 33, 30, "#3a1408", op=.25)
        a.path(a.blob(x, y, 32, 28, n=11, jitter=.05), "#8a4a2a")
        a.path(a.blob(x, y, 28, 24, n=11, jitter=.06), a.rad("#f0cbaa", "#d99e7a", "#b06a48"))
        a.path(arc(x, y, 17, r, r + 190) + arc(x, y, 8, r + 120, r + 330), stroke="#fdeede", sw=3.6, op=.85)
    t.lay(a, t.egg_half(a), [(50, -36), (66, 4)], spread=20, shade=20, sc=1.25)
    a.path("M20 -92L64 -96L70 -52L30 -48Z", a.lin("#3f5f4a", "#14261c"))
    t.lay(a, t.egg_half(a), [(46, -24)], spread=20, shade=20, sc=1.25)
    t.strips(a, -50, 48, 52, 6, 5, "#c99a5a", 30, step=8, sw=6)
    t.lay(a, t.scallion(a), a.scatter(20, 44, 38, 12, 16), shade=4, sc=1.15)
    a.path("".join(f"M{pts(x, y)}h.1" for x, y in a.scatter(0, 0, 90, 26, 12)), stroke="#fff3d0", sw=6, op=.6)


def udon(a):
    bowl(a, 0, 0, 122, "#34506a", "#e9eef0", "#d9a656")
    noodles(a, 0, 8, 82, "#fff6e4", layers=3, strands=7, width=10)
    a.open(-34, -34, -12)
    a.ell(3, 6, 46, 34, "#3a1408", op=.25)
    a.path("M-44 20L-10 -34Q0 -42 8 -32L44 16Q46 26 34 27L-36 30Q-46 30 -44 20Z", a.lin("#f8cf86", "#e0a04a", "#b87428"))
    a.path("M-26 12h.1M-8 -12h.1M4 8h.1M18 2h.1M-6 18h.1M22 17h.1M4 -22h.1", stroke="#b87428", sw=5, op=.45)
    a.close()

    def swirl():
        a.path(a.blob(0, 0, 22, n=16, jitter=.06), "#fffdf8")
        a.path("M0 0C4 -8 14 -2 9 6C2 16 -14 10 -13 -2C-12 -14 2 -18 11 -13", stroke="#f0709a", sw=3.6)

    t.lay(a, a.sym("swirl", swirl), [(48, -32), (64, 6)], shade=20, spread=60)
    t.lay(a, t.shrimp(a), [(24, 48)], shade=16, sc=1.4, spread=20)
    t.lay(a, t.scallion(a), a.scatter(-24, 46, 36, 13, 12), shade=4, sc=1.2)
    t.flakes(a, a.scatter(0, 0, 80, 22, 12), "#d8402a", sw=3)


# -- cold noodles from the other side of the river ------------------------------------------------

def _cold(a, metal, broth, tint):
    bowl(a, 0, 0, 122, metal, "#d9dde0", broth)
    noodles(a, 0, 10, 66, tint, layers=3, strands=12, width=3.8)


def cold_noodles(a):
    _cold(a, "#c3c9cd", "#cfa878", "#a98c6c")
    a.path("".join(a.blob(x, y, 14, 11, n=6, jitter=.2) for x, y in ((-66, 40), (62, 44), (-76, -18), (78, -8))), "#fff", op=.45)
    t.strips(a, -34, -18, 58, 8, 7, "#d6ecb0", 30, step=6, sw=4.4)
    t.lay(a, t.disc(a, "pear", 22, "#fbf4d8", "#e0d3a0"), [(34, -34), (52, -18)], shade=19)
    t.lay(a, t.meat(a, "beef", ("#b98a76", "#94614e", "#6e4234")), [(-22, 26), (8, 34), (34, 22)], shade=16, spread=20, sc=1.2)
    t.lay(a, t.egg_half(a), [(2, -10)], spread=12, shade=20, sc=1.45)
    t.sesame(a, a.scatter(0, 0, 70, 18, 18))


def spicy_cold_noodles(a):
    _cold(a, "#c3c9cd", "#b5301a", "#8a5a44")
    a.path(a.blob(0, 6, 46, 38, n=11, jitter=.12), a.rad("#f2603c", "#c42a18", "#8e1a10"), op=.92)
    t.strips(a, -40, -30, 60, 8, 7, "#a8d468", 30, step=6, sw=4.4)
    t.strips(a, 46, -26, 56, 8, 7, "#fff0dc", -30, step=6, sw=4.4)
    t.lay(a, t.cucumber(a), [(-56, 40), (-36, 54)], shade=12)
    t.lay(a, t.egg_half(a), [(4, -4)], spread=12, shade=20, sc=1.45)
    t.sesame(a, a.scatter(0, 10, 56, 13, 24))


def big_dumplings(a):
    """Steamed dumplings in their bamboo basket."""
    a.shadow(10, 16, 142, op=.65)
    a.circle(0, 4, 124, "#6e4520")
    a.circle(0, 0, 124, a.lin("#eac78c", "#c7954e", "#8f6128"))
    a.circle(0, 0, 110, a.lin("#7d5526", "#b98a4a"))
    a.circle(0, 0, 104, "#d6ab6a")
    a.path("".join(f"M{x} {num(-h)}V{num(h)}" for x, h in ((x, math.sqrt(104 ** 2 - x * x)) for x in range(-96, 100, 16))), stroke="#a97a3c", sw=4, op=.5)
    a.circle(0, 0, 112, stroke="#8f6128", sw=10)

    def bun():
        a.path(a.blob(0, 0, 36, n=14, jitter=.03), a.rad("#ffffff", "#fbf3e2", "#d9c8a4"))
        a.path("".join(f"M0 0Q{pts(10 * math.cos(math.radians(g + 30)), 10 * math.sin(math.radians(g + 30)), 23 * math.cos(math.radians(g)), 23 * math.sin(math.radians(g)))}" for g in range(0, 360, 40)), stroke="#c9b48a", sw=2.4, op=.8)
        a.circle(0, 0, 4, "#d9c8a4")

    t.lay(a, a.sym("bun", bun), [(0, -60), (57, -19), (36, 50), (-36, 50), (-57, -19), (0, 4)], shade=33, spread=60, vary=.02, sc=.93)
