"""What comes out of the pizza oven, and what goes with it. Dishes are drawn around 0,0, about 115 wide to each side."""

import math

import toppings as t
from kit import arc, dark, light, pts
from props import bowl, dip, noodles, paper, round_board, steam, table


def base(a, sauce="#c8391f", cheese="#f6cf62", r=124, patches=9, char=14):
    """Crust, sauce and melted cheese."""
    a.path(a.blob(3, 6, r, n=13, jitter=.02), "#7a4015")
    a.path(a.blob(0, 0, r, n=13, jitter=.022), a.rad("#f7d48c", "#e3a64d", "#b9702a", cx=.4, cy=.36, r=.66))
    a.path(arc(0, 0, r * .94, 185, 275), stroke="#fff0c4", sw=5, op=.65)
    for width in (6, 9):
        a.path("".join(arc(0, 0, r * .95, g, g + a.rng.uniform(1, 5)) for g in (a.turn() for _ in range(char // 2))), stroke="#6d3413", sw=width, op=.45)
    a.path(a.blob(0, 0, r * .905, n=13, jitter=.02), "#8e3f16")
    a.path(a.blob(0, 0, r * .89, n=13, jitter=.02), sauce)
    a.path(a.blob(0, 0, r * .86, n=13, jitter=.03), a.rad(light(cheese, .35), cheese, dark(cheese, .16), cx=.42, cy=.36, r=.7))
    d = "".join(a.blob(x, y, a.rng.uniform(7, 14), a.rng.uniform(5, 9), n=6, jitter=.2, rot=a.turn()) for x, y in a.scatter(0, 0, r * .68, 26, patches))
    a.path(d, sauce, op=.5)
    d = "".join(a.blob(x, y, a.rng.uniform(6, 14), a.rng.uniform(4, 8), n=6, jitter=.2, rot=a.turn()) for x, y in a.scatter(0, 0, r * .7, 30, patches))
    a.path(d, light(cheese, .6), op=.75)
    d = "".join(a.blob(x, y, a.rng.uniform(3, 6), n=6, jitter=.2) for x, y in a.scatter(0, 0, r * .72, 24, 10))
    a.path(d, "#b8641c", op=.45)


def cuts(a, r=120, n=8, start=10):
    """The traces of the pizza wheel."""
    d = "".join(f"M0 0L{pts(r * math.cos(math.radians(g)), r * math.sin(math.radians(g)))}" for g in range(start, start + 360, 360 // n))
    a.path(d, stroke="#8a4a16", sw=2, op=.4)
    a.open(1.4, 1.4)
    a.path(d, stroke="#fff0c0", sw=1, op=.5)
    a.close()


def house(a):
    base(a, patches=5)
    t.lay(a, t.pepper(a), a.scatter(0, 0, 86, 50, 6), shade=8, sc=1.1)
    t.lay(a, t.pepperoni(a), a.scatter(0, 0, 90, 40, 13), shade=17, sc=1.1)
    t.lay(a, t.mushroom(a), a.scatter(0, 0, 90, 50, 6), shade=9, spread=40, sc=1.15)
    t.lay(a, t.olive(a), a.scatter(0, 0, 92, 38, 9), shade=7, sc=1.1)
    cuts(a)


def pulled(a, draw, a0=10, a1=55, push=20):
    """A pizza with one slice drawn a little away, cheese stretching in the gap."""
    key = a.sym(("whole", draw.__name__), lambda: draw(a))
    big = 170
    far = lambda g: (big * math.cos(math.radians(g)), big * math.sin(math.radians(g)))
    wedge = f"M0 0L{pts(*far(a0))}L{pts(*far((a0 + a1) / 2))}L{pts(*far(a1))}Z"
    rest = "M0 0" + "".join(f"L{pts(*far(g))}" for g in (a1, a1 + 60, a1 + 120, a1 + 180, a1 + 240, a0 + 340, a0 + 360)) + "Z"
    m = math.radians((a0 + a1) / 2)
    dx, dy = push * math.cos(m), push * math.sin(m)
    a.add(f'<g clip-path="{a.clip("rest", f"<path d={chr(34)}{rest}{chr(34)}/>")}"><use href="#{key}"/></g>')
    d = ""
    for g, k in ((a0, .35), (a0, .58), (a1, .3), (a1, .5), (a1, .68)):
        x, y = k * 112 * math.cos(math.radians(g)), k * 112 * math.sin(math.radians(g))
        d += f"M{pts(x, y)}Q{pts(x + dx * .5, y + dy * .5 + 3, x + dx, y + dy)}"
    a.path(d, stroke="#e8b84a", sw=6)
    a.path(d, stroke="#ffe9a6", sw=3.4)
    a.open(dx, dy)
    a.add(f'<g clip-path="{a.clip("slice", f"<path d={chr(34)}{wedge}{chr(34)}/>")}"><use href="#{key}"/></g>')
    a.close()


def margherita(a):
    base(a, sauce="#d2341c", cheese="#ee8a4a", patches=8)

    def mozzarella():
        a.path(a.blob(0, 0, 20, 17, n=8, jitter=.14), a.rad("#ffffff", "#fff6e0", "#f0d7a4"))
        a.ell(-6, -5, 5, 3, "#fff", rot=-30)

    t.lay(a, a.sym("mozzarella", mozzarella), a.scatter(0, 0, 86, 42, 12), shade=17)
    t.lay(a, t.basil(a), a.scatter(0, 0, 80, 48, 8), shade=14, sc=1.2)
    t.lay(a, t.tomato(a), a.scatter(0, 0, 86, 60, 6), shade=13, sc=.9)
    t.flakes(a, a.scatter(0, 0, 84, 10, 22), "#4c2a12", sw=1.8)


def sweet_potato(a):
    base(a, sauce="#d07a2c", cheese="#f8d878", patches=4)
    t.corn(a, a.scatter(0, 0, 70, 10, 40))

    def rosette():
        a.circle(0, 0, 18, a.rad("#ffe59a", "#f7bf4a", "#dd942a"))
        a.path(arc(0, 0, 11, 20, 260) + arc(0, 0, 5, 60, 300), stroke="#c9801f", sw=2.2, op=.7)

    ring = [(88 * math.cos(math.radians(i * 360 / 14)), 88 * math.sin(math.radians(i * 360 / 14))) for i in range(14)]
    t.lay(a, a.sym("rosette", rosette), ring, spread=20, vary=.05, shade=18)
    for r in (28, 56):
        a.circle(2, 3, r, stroke="#a8601a", sw=11, op=.4)
        a.circle(0, 0, r, stroke="#f6bd4c", sw=11)
        a.path(arc(0, 0, r - 1, 150, 330), stroke="#ffe9a8", sw=4, op=.8)
    t.lay(a, t.cube(a, "sp", ("#f0a43c", "#c9701e", "#8a3a56")), [*a.scatter(0, 0, 62, 40, 6, inner=36), (0, 0)], spread=30, shade=11, sc=1.05)
    t.flakes(a, a.scatter(0, 0, 80, 13, 22), "#3f7d2c", sw=3)


def potato_bacon(a):
    base(a, sauce="#d9902c", cheese="#f9dc86", patches=3)
    t.lay(a, t.bacon(a), a.scatter(0, 0, 86, 44, 9), shade=15, sc=1.15)
    t.lay(a, t.wedge(a), a.scatter(0, 0, 88, 44, 10), shade=15, sc=1.15)
    t.corn(a, a.scatter(0, 0, 84, 16, 20))
    d = ""
    for y in range(-66, 67, 22):
        h = math.sqrt(88 ** 2 - y * y) * .86
        d += f"M{pts(-h, y + 8)}C{pts(-h * .4, y - 8, h * .3, y + 20, h, y - 6)}"
    a.path(d, stroke="#d9b264", sw=6, op=.5)
    a.path(d, stroke="#fffbe9", sw=4.2)
    t.flakes(a, a.scatter(0, 0, 82, 13, 24), "#3f7d2c", sw=2.8)


def bulgogi(a):
    base(a, sauce="#8e4a1c", cheese="#f3cb66", patches=3)
    t.lay(a, t.meat(a), a.scatter(0, 0, 88, 37, 12), shade=15, sc=1.1)
    t.lay(a, t.onion(a), a.scatter(0, 0, 86, 50, 5), shade=6, sc=1.1)
    t.lay(a, t.pepper(a, "#d8402e"), a.scatter(0, 0, 88, 62, 4), shade=8, sc=.9)
    t.lay(a, t.mushroom(a), a.scatter(0, 0, 88, 54, 5), shade=9, spread=60)
    t.lay(a, t.scallion(a), a.scatter(0, 0, 92, 28, 7), shade=4)
    t.sesame(a, a.scatter(0, 0, 80, 14, 12))
    cuts(a, start=22)


def shrimp_rocket(a):
    base(a, sauce="#e5b04c", cheese="#fbe7a8", patches=3)
    t.lay(a, t.tomato(a), a.scatter(0, 0, 90, 60, 7), shade=13, sc=.95)
    for i in range(9):
        g = math.radians(i * 40 + 12)
        t.lay(a, t.shrimp(a), [(78 * math.cos(g), 78 * math.sin(g))], spread=20, rot=i * 40 + 100, shade=17, sc=1.3)
    t.lay(a, t.rocket(a), a.scatter(0, 0, 56, 20, 12), shade=14, sc=1.15)
    d = "".join(f"M{pts(x, y)}l{pts(a.rng.uniform(-12, 12), a.rng.uniform(-8, 8))}" for x, y in a.scatter(0, 0, 66, 16, 16))
    a.path(d, stroke="#e9c885", sw=6)
    a.path(d, stroke="#fff6d8", sw=4)


def spaghetti(a):
    """Spaghetti baked in its pan under cheese."""
    a.shadow(10, 16, 126, 98, op=.65)
    a.rect(-150, -17, 40, 34, "#2b2b30", rx=10)
    a.rect(110, -17, 40, 34, "#2b2b30", rx=10)
    a.ell(0, 0, 122, 92, a.lin("#6a6a72", "#34343a", "#1c1c20"))
    a.ell(0, 0, 110, 81, "#7c2612")
    a.ell(0, 0, 106, 77, a.rad("#e8603a", "#c23a1e", "#8e2412"))
    noodles(a, 0, 0, 92, "#f2b85c", layers=3, strands=9, width=5, ry=66)
    d = "".join(a.blob(x, y, a.rng.uniform(15, 26), a.rng.uniform(10, 17), n=8, jitter=.2) for x, y in a.scatter(0, 0, 76, 30, 10, ry=52))
    a.path(d, "#d9501f", op=.85)
    d = "".join(a.blob(x, y, a.rng.uniform(14, 24), a.rng.uniform(8, 14), n=8, jitter=.2) for x, y in a.scatter(0, 0, 84, 30, 12, ry=56))
    a.path(d, "#ffe08c", op=.95)
    d = "".join(a.blob(x, y, a.rng.uniform(4, 8), n=6, jitter=.2) for x, y in a.scatter(0, 0, 80, 26, 9, ry=54))
    a.path(d, "#c9721f", op=.6)
    t.lay(a, t.basil(a), [(-14, -6), (10, 6), (2, -18)], shade=14, sc=1.15)
    a.path("M-98 -42A114 84 0 0 1 -40 -82", stroke="#fff", sw=5, op=.5)


def garlic_bread(a):
    paper(a, 0, 6, 250, 170)
    for i, (x, y, r) in enumerate(((-72, -14, -12), (-18, -24, 6), (40, -14, -8), (-40, 44, 10), (22, 46, -6), (84, 26, 14))):
        a.ell(x + 6, y + 9, 40, 33, "#3a1408", op=.28)
        a.open(x, y, r)
        a.path("M-37 8C-40 -26 -20 -33 0 -33S40 -26 37 8C36 26 22 30 0 30S-36 26 -37 8Z", a.lin("#d99a4a", "#a9662a", "#7a4318"))
        a.path("M-30 4C-33 -22 -16 -27 0 -27S33 -22 30 4C28 20 18 23 0 23S-28 20 -30 4Z", a.rad("#fff0b4", "#f8d070", "#e0a040"))
        a.path(f"M-18 -12h.1M-4 -18h.1M12 -12h.1M-12 4h.1M6 2h.1M20 {2 + i % 3}h.1M-2 14h.1", stroke="#c98a30", sw=7, op=.5)
        a.path("M-15 -9l3 1M2 -8l2 3M12 4l3 -2M-8 8l3 2M4 14l3 -1M-20 2l2 2M16 -6l2 2", stroke="#4a8a34", sw=3.4)
        a.path("M-22 -12Q-14 -22 0 -22", stroke="#fff8dc", sw=3.5, op=.9)
        a.close()


def pickles(a):
    bowl(a, 0, 0, 100, "#f4efe6", "#e9efd2", "#dbe6a0")
    t.lay(a, t.cucumber(a), a.scatter(0, 0, 66, 30, 12), shade=13, sc=1.5)
    t.lay(a, t.disc(a, "carrot", 14, "#f59a3c", "#d9731c", "#ffc27a"), a.scatter(0, 0, 60, 50, 4), shade=13, sc=1.1)
    t.lay(a, t.radish(a), a.scatter(0, 0, 62, 56, 3), shade=12, sc=1.25)
    t.flakes(a, a.scatter(0, 0, 72, 18, 16), "#3d2a1a", sw=4)


def _pie(ground, pattern, accent, draw, side, slice_out=False, wood="#8a5636"):
    def paint(a):
        table(a, ground, pattern, accent)
        round_board(a, 196, 150, 138, wood)
        a.open(196, 150)
        pulled(a, draw) if slice_out else draw(a)
        a.close()
        side(a)
    return paint


def _dips(a):
    dip(a, 352, 62, 30, "#f7e7b8")
    t.flakes(a, a.scatter(352, 62, 18, 8, 6), "#3f7d2c", sw=2.4)


def _basil(a):
    t.lay(a, t.basil(a), [(48, 52), (66, 38), (356, 250)], sc=1.3, shade=16)
    t.lay(a, t.tomato(a), [(350, 50), (372, 78), (32, 246)], sc=1.35, shade=13)


def _pan(a):
    table(a, "#8a4a2e", "wood", "#b06a40")
    a.open(200, 160)
    spaghetti(a)
    a.close()
    steam(a, 200, 118)


def _bread(a):
    table(a, "#b5482c", "check", "#f6e3c8")
    a.open(196, 150, 0, 1.12)
    garlic_bread(a)
    a.close()
    dip(a, 356, 52, 30, "#d2341c")


def _pickle(a):
    table(a, "#7c9a58", "linen", "#a9c284")
    a.open(200, 152, 0, 1.12)
    pickles(a)
    a.close()


MENU = {
    "house-pizza": _pie("#274b4a", "check", "#3f6e68", house, _dips, slice_out=True),
    "margherita": _pie("#f1e2c8", "check", "#d9523c", margherita, _basil),
    "sweet-potato-pizza": _pie("#6d4b7a", "linen", "#8a6a98", sweet_potato, _dips),
    "potato-bacon-pizza": _pie("#c9702e", "stone", "#eaa564", potato_bacon, _dips),
    "bulgogi-pizza": _pie("#2f3a4e", "wood", "#45566e", bulgogi, _dips),
    "shrimp-rocket-pizza": _pie("#9fc4bd", "check", "#e9f3ec", shrimp_rocket, _basil),
    "oven-spaghetti": _pan,
    "garlic-bread": _bread,
    "house-pickles": _pickle,
}
