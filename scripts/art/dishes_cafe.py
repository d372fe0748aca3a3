"""Cakes, shaved ice, bread and salads, drawn around 0,0 (or standing on it), about 115 wide to each side."""

import toppings as t
from dishes_front import ground
from kit import arc, dark, light, pts, smooth
from props import board, bowl, plate


def oval_plate(a, y, rx, colour):
    """A plate seen low from the front."""
    a.shadow(10, y + 12, rx * 1.12, 30, op=.6)
    a.ell(0, y + 5, rx, 29, dark(colour, .3))
    a.ell(0, y, rx, 28, a.lin(light(colour, .7), colour, dark(colour, .12)))
    a.ell(0, y - 1, rx * .78, 19, a.lin(dark(colour, .12), light(colour, .5)))


def cake(a):
    """A slice of strawberry cream cake."""
    oval_plate(a, 0, 132, "#f3ece2")
    a.path("M-106 -94L98 -104L92 -16Q0 2 -96 -6Z", a.lin("#fff0c4", "#f5d38c", "#d59a4a", angle=60))
    a.path("".join(f"M{pts(x, y)}h3" for x, y in a.scatter(0, -50, 90, 17, 26, ry=38)), stroke="#cf9648", sw=3, op=.5)
    for y in (-68, -36):
        a.path(f"M{pts(-103, y + 4)}Q{pts(0, y + 6, 96, y - 3)}", stroke="#fffaf2", sw=17)
        for i in range(5):
            x = -82 + i * 41
            a.ell(x, y + 4 - i * 1.4, 15, 8, "#e2383f")
            a.ell(x, y + 4 - i * 1.4, 8, 4, "#ffb4a8")
    a.path("M-106 -96C-60 -120 20 -142 74 -144L104 -106Q0 -84 -106 -96Z", a.lin("#ffffff", "#fffaf2", "#eddccb", angle=40))
    a.path("M-108 -98Q0 -112 103 -108C108 -96 100 -84 92 -92C84 -100 78 -76 66 -82C56 -90 46 -92 36 -82C24 -70 16 -92 2 -88C-12 -84 -18 -66 -32 -78C-42 -88 -52 -84 -62 -78C-76 -68 -82 -90 -94 -82Q-110 -78 -108 -98Z", a.lin("#fff", "#fff8ee", "#e6d4c2", angle=70))
    for x, y, r in ((-44, -112, 19), (14, -122, 19), (66, -130, 18)):
        a.path(a.blob(x, y, r + 8, r * .7, n=9, jitter=.06), "#f2e4d6")
        a.path(a.blob(x - 1, y - 4, r + 5, r * .62, n=9, jitter=.06), "#fff")
        t.lay(a, t.strawberry(a), [(x, y - 20)], sc=1.35, shade=0, spread=12, vary=.03)
    t.lay(a, t.mint(a), [(40, -146)], sc=.9, shade=0)


def croffle(a):
    plate(a, 0, 4, 126, "#d8c3c4", rim=.85)

    def one():
        outline = smooth([(-70, 22), (-58, -22), (-20, -44), (24, -44), (60, -22), (70, 22), (34, 40), (0, 44), (-34, 40)])
        a.path(outline, "#8a4a16")
        a.open(-1, -3, 0, .96)
        a.path(outline, a.lin("#fbd58a", "#e0a04a", "#a8661e"))
        a.close()
        a.path("M-54 -18L-38 32M-26 -36L-8 36M6 -38L22 36M36 -34L48 28M-62 8L56 -14M-60 26L62 8M-44 -24L44 -30M-24 36L54 24", stroke="#9a5a1c", sw=4.4, op=.55)
        a.path("M-51 -18L-35 32M-23 -36L-5 36M9 -38L25 36M39 -34L51 28", stroke="#fff0c0", sw=2, op=.6)

    ident = a.sym("croffle", one)
    t.lay(a, ident, [(-18, 34)], sc=1.08, shade=40, spread=4, rot=10, vary=0)
    t.lay(a, ident, [(20, -16)], sc=1.08, shade=40, spread=4, rot=-16, vary=0)
    a.ell(14, -8, 42, 36, "#7a3a10", op=.25)
    a.path(a.blob(8, -18, 42, 38, n=13, jitter=.06), a.rad("#fffdf6", "#fff0d2", "#e2c99a"))
    a.path("M-24 -34Q4 -58 32 -42M-26 -20Q0 -42 40 -28M-22 -4Q4 -24 44 -12", stroke="#e6d0a6", sw=3, op=.7)
    a.path("M-28 -26C-10 -52 20 -50 34 -34C56 -14 40 -2 50 18C40 30 36 4 22 2C8 4 18 26 4 26C-6 20 2 0 -12 -2C-28 -4 -34 -14 -28 -26Z", a.lin("#d98a3a", "#a3541a", "#7a3610"), op=.92)
    a.path("M-18 -28Q-2 -42 16 -38", stroke="#ffe0ac", sw=4, op=.8)
    t.lay(a, t.strawberry(a), [(-66, -40), (70, 44)], sc=1.15, shade=14, spread=40)
    t.lay(a, t.mint(a), [(20, -46)], sc=.9, shade=0)
    a.path("".join(f"M{pts(x, y)}h.1" for x, y in a.scatter(0, 4, 90, 17, 34)), stroke="#fff", sw=3.4, op=.85)


def shaved_ice(a):
    """Mango on a hill of shaved milk ice, from the front."""
    ground(a, 76, 2)
    a.path("M-116 -104C-112 -40 -70 -30 -26 -26L-22 -10Q-50 -4 -56 2Q0 12 56 2Q50 -4 22 -10L26 -26C70 -30 112 -40 116 -104Z", a.lin("#eaf6f6", "#b9d6da", "#86adb5", angle=30))
    a.path("M-98 -92C-92 -56 -70 -46 -46 -42", stroke="#fff", sw=7, op=.75)
    a.path(a.blob(0, -138, 108, 66, n=19, jitter=.05), a.rad("#ffffff", "#fffaf0", "#e6dcc8"))
    a.path("".join(f"M{pts(x, y)}l5 2" for x, y in a.scatter(0, -134, 96, 15, 34, ry=52)), stroke="#efe4cf", sw=4)
    cube = t.cube(a, "mango", ("#ffd65a", "#fbb02c", "#e58a16"), "#fff0b4")
    rows = ((-84, -112), (-46, -104), (-6, -100), (36, -104), (78, -112), (-66, -142), (-26, -136), (18, -138), (60, -144), (-42, -170), (0, -170), (40, -172))
    t.lay(a, cube, rows, sc=1.65, spread=16, shade=13)
    a.circle(0, -212, 33, a.rad("#fffdf4", "#fff0c8", "#e2c68c"))
    a.path("M-24 -220Q0 -240 24 -222M-28 -206Q0 -226 30 -208", stroke="#e6cf9a", sw=3, op=.7)
    a.path("M-26 -230C-12 -252 16 -250 27 -230C34 -214 22 -208 18 -196C10 -204 6 -216 -4 -210C-10 -206 -16 -192 -20 -208C-30 -212 -32 -222 -26 -230Z", "#f79a1c", op=.92)
    a.path("M-16 -232Q-4 -242 8 -238", stroke="#fff0b4", sw=4, op=.85)
    t.lay(a, t.mint(a), [(22, -246)], sc=1, shade=0)
    a.path("M-116 -104Q0 -62 116 -104", stroke="#fff", sw=4, op=.9)


# -- bread -----------------------------------------------------------------------------------------

def salt_bread(a):
    board(a, 0, 6, 270, 180, "#7d5236", rx=30)

    def roll():
        d = "M-62 10C-70 -6 -48 -12 -38 -16C-26 -34 26 -34 38 -16C48 -12 70 -6 62 10C52 22 40 14 30 20C12 28 -12 28 -30 20C-40 14 -52 22 -62 10Z"
        a.path(d, a.lin("#fbd48c", "#e09c48", "#9a5a20", angle=70))
        a.path("M-38 -16Q-44 4 -30 20M-16 -28Q-24 0 -10 25M16 -28Q24 0 10 25M38 -16Q44 4 30 20", stroke="#8a4c18", sw=3.4, op=.55)
        a.path("M-30 -18Q-26 -24 -20 -24M-8 -26Q0 -28 8 -26", stroke="#fff4d0", sw=5, op=.85)
        a.path("".join(f"M{pts(x, y)}h.1" for x, y in a.scatter(0, -12, 26, 8, 9, ry=10)), stroke="#fff", sw=4.6)

    t.lay(a, a.sym("salt", roll), [(-62, -38), (58, -42), (2, 8), (-62, 56), (70, 50)], sc=1, shade=36, spread=16, vary=.03)


def red_bean_bun(a):
    plate(a, 0, 4, 124, "#6f8f88", rim=.86)

    def bun():
        a.circle(0, 0, 47, "#7a3f14")
        a.circle(-1, -2, 46, a.rad("#f9c878", "#d98c3a", "#8e4e1c"))
        a.path(arc(0, -2, 36, 195, 262), stroke="#fff0c8", sw=6, op=.7)
        t.sesame(a, a.scatter(0, -2, 17, 7, 14), "#2a1c14")

    t.lay(a, a.sym("bun", bun), [(-44, -40), (54, -34)], shade=44, spread=8, vary=.02)
    a.ell(4, 58, 54, 44, "#3a1408", op=.25)
    a.path("M-50 40A50 46 0 0 0 50 40L46 30Q0 14 -46 30Z", "#b97430")
    a.ell(0, 38, 50, 28, "#fbe6bc")
    a.ell(0, 39, 39, 20, a.rad("#8a4438", "#5c241e", "#3d1512"))
    a.path("".join(f"M{pts(x, y)}l3 1" for x, y in a.scatter(0, 39, 30, 11, 10, ry=14)), stroke="#a9685a", sw=5, op=.8)


def milk_loaf(a):
    board(a, 0, 34, 276, 120, "#a9744a", rx=26)
    a.shadow(8, 52, 120, 34, op=.5)
    a.path("M-104 46V-28C-124 -34 -122 -74 -92 -76C-84 -98 -46 -100 -34 -82C-22 -100 22 -100 34 -82C46 -100 84 -98 92 -76C122 -74 124 -34 104 -28V46Q104 56 94 56H-94Q-104 56 -104 46Z", a.lin("#f6c06a", "#d08a3c", "#8a4e1c", angle=70))
    a.path("M-34 -82Q-40 -40 -36 56M34 -82Q40 -40 36 56", stroke="#8a4a18", sw=4, op=.45)
    a.path("M-92 -62Q-76 -84 -54 -80M-20 -78Q0 -90 18 -80M50 -80Q72 -88 88 -66", stroke="#fff0c8", sw=8, op=.65)
    a.open(-62, 50, -8)
    a.path("M-58 10V-52C-76 -60 -66 -92 -40 -90Q0 -104 40 -90C66 -92 76 -60 58 -52V10Q58 18 50 18H-50Q-58 18 -58 10Z", a.lin("#dd9c4c", "#a9662a", angle=60))
    a.path("M-50 6V-54C-64 -62 -56 -82 -38 -80Q0 -92 38 -80C56 -82 64 -62 50 -54V6Q50 10 46 10H-46Q-50 10 -50 6Z", a.rad("#fffaf0", "#fff0d6", "#f0d6a8"))
    a.path("".join(f"M{pts(x, y)}l3 1" for x, y in a.scatter(0, -34, 44, 15, 18, ry=36)), stroke="#ecd4a8", sw=4)
    a.close()


# -- salads ----------------------------------------------------------------------------------------

def _greens(a, rim, inside="#eef0e2", purple=True):
    bowl(a, 0, 0, 122, rim, inside)
    t.lay(a, t.leaf(a), a.scatter(0, 0, 78, 38, 12), sc=1.15, shade=22)
    if purple:
        t.lay(a, t.leaf(a, "lollo", ("#a86a8a", "#7a3a5e", "#4f8a3a"), "#e8b4cc"), a.scatter(0, 0, 74, 62, 4), sc=.95, shade=20)


def chicken_salad(a):
    _greens(a, "#c98d52")
    t.lay(a, t.tomato(a), [(-66, 30), (-48, 56), (64, -48)], sc=1.15, shade=13)
    t.lay(a, t.cucumber(a), [(-70, -18), (-62, -44), (-40, -60)], sc=1.2, shade=13)
    for i in range(6):
        a.open(-40 + i * 17, 36 - i * 15, -48 + i * 3)
        a.rect(-12, -33, 26, 70, "#3a1408", rx=11, op=.25)
        a.rect(-13, -36, 24, 70, a.lin("#fbe0b0", "#eab878", "#b9783a", angle=10), rx=11)
        a.path("M-11 -22L9 -30M-11 -4L9 -12M-11 14L9 6", stroke="#7a3f16", sw=5, op=.8)
        a.close()
    t.corn(a, a.scatter(52, 50, 24, 9, 14), 8)
    t.lay(a, t.egg_half(a), [(8, 68), (-24, -52)], sc=1.15, shade=20, spread=40)
    t.flakes(a, a.scatter(0, 0, 84, 22, 12), "#3a2414")


def poke(a):
    bowl(a, 0, 0, 122, "#e7e2d6", "#f2ede0", "#fbf3e2")
    a.path("".join(f"M{pts(x, y)}l{a.rng.choice(('5 2', '2 5'))}" for x, y in a.scatter(0, 0, 90, 16, 30)), stroke="#fffdf6", sw=5)
    a.path(a.blob(-46, -42, 48, 40, n=11, jitter=.08), "#7a3a5e")
    t.strips(a, -48, -44, 74, 8, 8, "#a8568a", -30, step=7, sw=5)
    t.lay(a, t.cube(a, "salmon", ("#ffb887", "#f5813e", "#d85f22"), "#ffe2cc"), a.scatter(44, -38, 38, 25, 9), sc=1.3, shade=13, spread=40)
    a.open(-46, 42, 30)
    for i in range(6):
        t.lay(a, t.avocado(a), [(0, (i - 2.5) * 13)], sc=1.15, spread=2, shade=0, vary=.02)
    a.close()
    t.lay(a, t.cucumber(a), [(28, 40), (46, 52), (62, 36), (44, 68)], sc=1.1, shade=12)
    t.corn(a, a.scatter(2, 74, 20, 8, 12), 8)
    a.path("".join(f"M{pts(x, y)}h.1" for x, y in a.scatter(0, 2, 22, 10, 14)), stroke="#4f9a3c", sw=13)
    a.path("".join(f"M{pts(x - 1.5, y - 1.5)}h.1" for x, y in a.scatter(0, 2, 20, 12, 9)), stroke="#b4e08a", sw=5)
    t.lay(a, t.radish(a), [(-82, 4), (-76, 20)], sc=1.1, shade=11)
    t.sesame(a, a.scatter(0, 0, 86, 20, 20), "#2a1c14")


def ricotta(a):
    _greens(a, "#3f5f7a")
    t.lay(a, t.tomato(a), a.scatter(0, 0, 76, 40, 8), sc=1.3, shade=14)
    for x, y in ((-28, -24), (26, -34), (34, 26), (-24, 34), (-70, 6)):
        t.cream(a, x, y, 21)
    t.lay(a, t.basil(a), [(0, 0), (56, -4), (-50, -54)], sc=1.1, shade=14)
    d = "M-84 -34C-40 -60 -50 20 -10 -6S30 60 84 20"
    a.path(d, stroke="#3d1d14", sw=5, op=.9)
    a.path(d, stroke="#a9685a", sw=1.4, op=.8)
    for x, y in a.scatter(0, 0, 84, 46, 6):
        a.ell(x, y, 10, 7, a.lin("#d9a468", "#9a6430"), rot=a.turn())


def granola(a):
    bowl(a, 0, 0, 120, "#8fb3c4", "#e9f0f0", "#fffaf2")
    a.path(a.blob(-34, 8, 46, 60, n=11, jitter=.08), "#b5763a", op=.9)
    for colour, sw, gap, n in (("#d9a05a", 12, 13, 22), ("#8e5a2a", 9, 18, 10), ("#f3d6a0", 7, 18, 10)):
        a.path("".join(f"M{pts(x, y)}l{a.rng.choice(('5 3', '3 -4', '-4 3'))}" for x, y in a.scatter(-34, 8, 44, gap, n, ry=56)), stroke=colour, sw=sw)
    t.lay(a, t.strawberry(a), [(34, -52), (62, -26), (32, -14)], sc=1.15, shade=14, spread=40)
    spots = a.scatter(46, 34, 34, 21, 8)
    a.path("".join(f"M{pts(x + 2, y + 3)}h.1" for x, y in spots), stroke="#1c2444", sw=25, op=.35)
    a.path("".join(f"M{pts(x, y)}h.1" for x, y in spots), stroke="#3a4a86", sw=23)
    a.path("".join(f"M{pts(x - 3, y - 4)}h.1" for x, y in spots), stroke="#8fa0d4", sw=8)
    a.path("".join(f"M{pts(x + 1, y + 1)}h.1" for x, y in spots), stroke="#222c5a", sw=6)
    t.lay(a, t.mint(a), [(62, 2)], sc=1, shade=8)
    d = "M-80 -40C-50 -66 -30 -10 -4 -40"
    a.path(d, stroke="#e6a52c", sw=5, op=.9)
    a.path(d, stroke="#ffe9a8", sw=1.6)
