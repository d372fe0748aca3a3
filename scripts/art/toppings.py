"""Small things that lie on food. Each is drawn once around 0,0 and then used wherever it lies."""

from kit import arc, dark, light, pts


def lay(a, ident, points, spread=180, sc=1, vary=.12, shade=10, rot=0):
    """Lays one shape at many points, each turned and sized a little differently, over one layer of shadow."""
    points = list(points)
    if shade:
        d = "".join(f"M{pts(x + 2.2 * sc, y + 3.6 * sc)}h.1" for x, y in points)
        a.path(d, stroke="#3a1408", sw=shade * 1.9 * sc, op=.22)
    for x, y in points:
        a.use(ident, x, y, rot + a.turn(spread), sc * (1 + a.rng.uniform(-vary, vary)))


def disc(a, key, r, colour, edge, spots=None):
    """A round slice: salami, radish, carrot, cucumber."""
    def make():
        a.circle(0, 0, r, edge)
        a.circle(-.4, -.6, r * .88, a.rad(light(colour, .28), colour, dark(colour, .12)))
        if spots:
            for x, y in a.scatter(0, 0, r * .68, r * .34, 6):
                a.ell(x, y, r * .12, r * .09, spots, op=.75)
    return a.sym(key, make)


def pepperoni(a):
    return disc(a, "pepperoni", 17, "#d8452c", "#96241a", "#f39a72")


def mushroom(a):
    def make():
        a.path("M-13 1C-14 -13 14 -13 13 1C12 6 6 4 5 3L4 12Q0 15 -4 12L-5 3C-7 5 -12 5 -13 1Z", "#b98d62")
        a.path("M-11 0C-11 -10 11 -10 11 0C9 3 5 1 3.4 0L2.6 11Q0 13 -2.6 11L-3.4 0C-5 1 -9 3 -11 0Z", "#f3e3c6")
        a.path("M-8 -1Q-5 -5 -2 -4M8 -1Q5 -5 2 -4", stroke="#b08257", sw=1.3)
    return a.sym("mushroom", make)


def olive(a):
    def make():
        a.circle(0, 0, 6, stroke="#262a35", sw=5)
        a.path(arc(0, 0, 7, 190, 280), stroke="#8d93a8", sw=1.6)
    return a.sym("olive", make)


def basil(a):
    def make():
        a.path("M-20 2C-14 -13 8 -14 21 -1C10 12 -12 13 -20 2Z", a.lin("#7fc04b", "#3f8f35", "#2c6b2a"))
        a.path("M-17 1Q0 -3 18 -1M-6 -1Q-4 -6 0 -8M4 -2Q7 -6 10 -7M-4 0Q0 5 4 6M6 -1Q9 3 12 4", stroke="#bfe08c", sw=1.2, op=.8)
    return a.sym("basil", make)


def leaf(a, key="leaf", colours=("#9ccc52", "#5c9c38", "#3a7a2c"), vein="#d8efa4"):
    """A frilly salad leaf."""
    def make():
        a.path(a.blob(0, 0, 30, 22, n=15, jitter=.2), a.lin(*colours))
        a.path("M-26 3Q0 -4 24 -3M-12 0Q-8 -9 -3 -13M0 -2Q6 -9 12 -12M-8 1Q-3 9 2 12M8 -2Q14 4 18 8", stroke=vein, sw=1.8, op=.7)
    return a.sym(key, make)


def rocket(a):
    def make():
        a.path("M-26 3C-20 -1 -17 -9 -11 -3C-7 -12 -2 -11 1 -4C7 -12 20 -11 24 -1C20 9 8 10 2 4C-1 11 -7 10 -10 4C-15 9 -20 6 -26 3Z", a.lin("#8ac552", "#4b9139", "#35762f"))
        a.path("M-24 2Q0 -2 20 -1", stroke="#d3ec9f", sw=1.4, op=.8)
    return a.sym("rocket", make)


def pepper(a, colour="#4f9a3c"):
    """A ring of sweet pepper."""
    def make():
        d = "M0 -13C7 -16 15 -9 12 -2C16 5 9 14 2 11C-5 16 -15 9 -12 2C-16 -7 -7 -15 0 -13Z"
        a.path(d, stroke=dark(colour, .3), sw=6)
        a.path(d, stroke=colour, sw=4.2)
        a.path("M-9 -8Q-5 -13 0 -12", stroke=light(colour, .7), sw=1.6)
    return a.sym(("pepper", colour), make)


def onion(a, colour="#b76a9c"):
    def make():
        for r in (14, 9):
            a.path(arc(0, 0, r, 20, 250), stroke=colour, sw=3.6)
            a.path(arc(0, 0, r - .8, 20, 250), stroke="#f7e6f1", sw=2)
    return a.sym(("onion", colour), make)


def scallion(a):
    """A ring of spring onion."""
    def make():
        a.ell(0, 0, 5.4, 4.6, "#dff0b4", stroke="#5fa53c", sw=2.4)
        a.ell(0, 0, 1.6, 1.3, "#7fb950")
    return a.sym("scallion", make)


def tomato(a):
    """Half a cherry tomato."""
    def make():
        a.circle(0, 0, 14, "#b3241b")
        a.circle(-.5, -.7, 12.4, a.rad("#ff8466", "#e23d2a", "#c22a1e"))
        for r in (0, 120, 240):
            a.add(f'<ellipse cx="0" cy="-6.4" rx="4.6" ry="3.2" fill="#ffb27a" transform="rotate({r})"/>')
        a.path("M-2.4 -6.6h.1M2 -6h.1M5.6 2.4h.1M-5.4 2.8h.1", stroke="#fff0c2", sw=2)
    return a.sym("tomato", make)


def corn(a, points, size=9):
    """Kernels of sweet corn, all in three strokes."""
    d = [(x, y) for x, y in points]
    for dx, colour, k in ((1.2, "#a8650f", 1.06), (0, "#f0b02c", 1), (-.8, "#ffe07a", .52)):
        a.path("".join(f"M{pts(x + dx, y + dx)}l2 1" for x, y in d), stroke=colour, sw=size * k)


def shrimp(a):
    def make():
        a.path("M-15 7C-20 -8 -4 -20 9 -13C20 -7 19 9 9 13C12 7 11 0 5 -2C-2 -5 -7 0 -6 8C-8 12 -13 11 -15 7Z", a.lin("#ffd0b0", "#f58a5f", "#d9592f"))
        a.path("M-13 -1Q-8 0 -6 4M-8 -9Q-5 -6 -2 -3M1 -14Q2 -9 3 -4M11 -11Q9 -7 7 -2M17 -1Q13 0 10 1", stroke="#fff0e0", sw=2, op=.9)
        a.path("M9 13L16 18L13 9L20 11L13 6Z", "#e2592f")
    return a.sym("shrimp", make)


def wedge(a):
    """A wedge of potato with its skin."""
    def make():
        a.path("M-20 7C-14 -12 14 -12 20 7C12 13 -12 13 -20 7Z", "#9a5a22")
        a.path("M-18 5C-12 -9 12 -9 18 5C10 8 -10 8 -18 5Z", a.lin("#ffe08a", "#f0b444", "#d98a2a"))
        a.path("M-11 -1Q0 -7 10 -2", stroke="#fff3c4", sw=2, op=.8)
    return a.sym("wedge", make)


def bacon(a):
    def make():
        a.path("M-20 -5Q-10 -12 0 -6T20 -6L20 6Q10 0 0 6T-20 6Z", a.lin("#e0634a", "#b23a2b", "#8d2a22", angle=90))
        a.path("M-19 -1Q-10 -7 0 -1T19 -1", stroke="#f6c3a4", sw=2.6)
        a.path("M-19 4Q-10 -2 0 4T19 3", stroke="#6f1d18", sw=1.4, op=.6)
    return a.sym("bacon", make)


def meat(a, key="meat", colours=("#a9643a", "#7a3f22", "#552815")):
    """A thin folded slice of seared meat."""
    def make():
        a.path(a.blob(0, 0, 22, 13, n=9, jitter=.22), a.lin(*colours))
        a.path("M-15 -2Q-6 -9 4 -4T16 -2M-12 5Q-3 0 6 4T14 5", stroke=colours[2], sw=2.2, op=.8)
        a.path("M-12 -6Q-4 -10 5 -7", stroke=light(colours[0], .55), sw=2.4, op=.85)
    return a.sym(key, make)


def chilli(a, colour="#d8342a"):
    """A slanted slice of chilli."""
    def make():
        a.ell(0, 0, 7, 5, dark(colour, .25))
        a.ell(-.4, -.5, 5.8, 4, light(colour, .12))
        a.ell(0, 0, 3, 1.9, "#ffe3b8")
        a.path("M-1 0h.1M1.4 .3h.1", stroke="#e0a85a", sw=1.4)
    return a.sym(("chilli", colour), make)


def sesame(a, points, colour="#fff0c8"):
    """Sesame seeds, all in one stroke."""
    d = "".join(f"M{pts(x, y)}l{a.rng.choice(('2.6 1', '1 2.6', '-1.6 2'))}" for x, y in points)
    a.path(d, stroke="#8a5a26", sw=3.4, op=.5)
    a.path(d, stroke=colour, sw=2.6)


def flakes(a, points, colour, sw=2.2, op=.8):
    """Pepper, chilli, parsley: specks in one stroke."""
    d = "".join(f"M{pts(x, y)}l{a.rng.choice(('1.6 .8', '.6 1.8', '-1.4 1'))}" for x, y in points)
    a.path(d, stroke=colour, sw=sw, op=op)


def egg_fried(a, x, y, r):
    a.ell(x + 3, y + 5, r * 1.1, r, "#3a1408", op=.25)
    a.path(a.blob(x, y, r * 1.1, r, n=11, jitter=.12), "#e9d3a2")
    a.path(a.blob(x - 1, y - 1, r * 1.02, r * .92, n=11, jitter=.1), a.rad("#ffffff", "#fffaf0", "#f0e2c6"))
    a.circle(x - r * .06, y + r * .04, r * .43, "#e08d16")
    a.circle(x - r * .08, y, r * .4, a.rad("#ffe27a", "#ffc02e", "#f09a14"))
    a.ell(x - r * .22, y - r * .15, r * .13, r * .08, "#fff", rot=-35, op=.85)


def egg_half(a):
    """Half a boiled egg, the yolk still soft."""
    def make():
        a.ell(0, 0, 22, 18, "#d9c9a8")
        a.ell(-.6, -.8, 21, 17, a.rad("#fff", "#fffaf0", "#efe2cb"))
        a.circle(2, 0, 10.5, "#dc7f12")
        a.circle(1.4, -.6, 9.6, a.rad("#ffd768", "#ffae22", "#ee8a12"))
        a.ell(-2, -4, 3, 1.8, "#fff", rot=-30, op=.8)
    return a.sym("egg_half", make)


def cucumber(a):
    return disc(a, "cucumber", 13, "#dff0b8", "#4b8f38", "#b6d486")


def radish(a):
    return disc(a, "radish", 12, "#fffaf7", "#d83c6a", "#f4dfe4")


def avocado(a):
    def make():
        a.path("M-26 6C-20 -14 16 -18 27 2C14 -6 -10 -4 -20 12C-24 12 -26 10 -26 6Z", "#4d7a2a")
        a.path("M-23 6C-17 -11 14 -15 24 0C12 -7 -10 -5 -19 10C-22 10 -23 8 -23 6Z", a.lin("#e8f0a0", "#bcd565", "#8fb848"))
    return a.sym("avocado", make)


def cube(a, key, colours, stripe=None):
    """A cube of fish, tofu or fruit with one corner to the light."""
    def make():
        a.path("M-12 -6L2 -12L13 -5V7L-1 13L-12 6Z", colours[2])
        a.path("M-12 -6L2 -12L13 -5L-1 2Z", colours[0])
        a.path("M-12 -6L-1 2V13L-12 6Z", colours[1])
        if stripe:
            a.path("M-8 -6L4 -10M-2 -3L10 -6M-9 0L-3 5M-10 4L-5 8", stroke=stripe, sw=1.6, op=.85)
    return a.sym(key, make)


def lemon(a, colour="#f6cf3a"):
    def make():
        a.circle(0, 0, 17, dark(colour, .08))
        a.circle(-.4, -.5, 15, "#fff6cf")
        for r in range(0, 360, 60):
            a.add(f'<path d="M0 -2L5.6 -11Q0 -15.4 -5.6 -11Z" fill="{light(colour, .15)}" transform="rotate({r})"/>')
    return a.sym(("lemon", colour), make)


def mint(a):
    def make():
        for r in (-150, -30, 90):
            a.add(f'<path d="M0 0C6 -9 18 -9 23 0C17 8 6 8 0 0Z" fill="{a.lin("#8fd06a", "#3f9a48")}" transform="rotate({r})"/>')
        a.circle(0, 0, 3, "#a9dc80")
    return a.sym("mint", make)


def ricecake(a, key="ricecake", colours=("#ff9a6a", "#e2462a", "#b52a18")):
    """A cylinder of rice cake."""
    def make():
        a.rect(-27, -9, 54, 18, a.lin(*colours, angle=90), rx=9)
        a.ell(23, 0, 4.4, 7.4, light(colours[0], .35))
        a.path("M-19 -4.6H12", stroke="#fff4e4", sw=3, op=.75)
    return a.sym(key, make)


def fishcake(a, colours=("#f2c27a", "#d2914a")):
    """A triangle of flat fish cake."""
    def make():
        a.path("M-24 12Q-26 9 -22 6L2 -15Q6 -18 8 -13L21 11Q22 15 17 15Z", dark(colours[1], .3))
        a.path("M-23 9Q-25 6 -21 3L2 -17Q6 -20 8 -15L20 8Q21 12 16 12Z", a.lin(light(colours[0], .3), *colours))
        a.path("M-8 4h.1M2 -4h.1M6 4h.1M-1 6h.1M4 -10h.1M12 7h.1", stroke=dark(colours[1], .3), sw=2.4, op=.5)
    return a.sym(("fishcake", colours), make)


def seaweed(a):
    def make():
        a.path("M-16 -3L15 -5L16 2L-15 5Z", a.lin("#3b5a45", "#16291f"))
        a.path("M-13 -2L12 -3.6", stroke="#7fa489", sw=1.2, op=.6)
    return a.sym("seaweed", make)


def sprouts(a, x, y, r, n=10, colour="#f6f0da", tip="#e8c94a"):
    d, tips = "", ""
    for px, py in a.scatter(x, y, r, 4, n):
        qx, qy = px + a.rng.uniform(-16, 16), py + a.rng.uniform(-14, 14)
        d += f"M{pts(px, py)}Q{pts(px + 9, py - 9, qx, qy)}"
        tips += f"M{pts(qx, qy)}h.1"
    a.path(d, stroke=dark(colour, .3), sw=4)
    a.path(d, stroke=colour, sw=2.8)
    a.path(tips, stroke=tip, sw=6.5)


def strips(a, x, y, length, width, n, colour, rot, step=5, sw=4):
    """A bundle of julienned strips."""
    d = ""
    for i in range(n):
        o = (i - (n - 1) / 2) * step + a.rng.uniform(-1, 1)
        s = a.rng.uniform(-width, width)
        d += f"M{pts(-length / 2 + s, o)}Q{pts(0, o + a.rng.uniform(-4, 4), length / 2 + s, o)}"
    a.open(x, y, rot)
    a.path(d, stroke=dark(colour, .35), sw=sw + 1.8)
    a.path(d, stroke=colour, sw=sw)
    a.path(d, stroke=light(colour, .6), sw=sw * .3, op=.7)
    a.close()


def cream(a, x, y, r, colour="#fffaf2"):
    """A swirl of whipped cream from above."""
    a.ell(x + 2, y + 4, r, r * .94, "#3a1408", op=.2)
    a.path(a.blob(x, y, r, n=10, jitter=.1), dark(colour, .1))
    a.path(a.blob(x - 1, y - 1.5, r * .92, n=10, jitter=.1), colour)
    for k in (.62, .34):
        a.path(arc(x - 1, y - 1, r * k, 30, 300), stroke=dark(colour, .14), sw=r * .09)
    a.ell(x - r * .3, y - r * .35, r * .2, r * .12, "#fff", rot=-35)


def strawberry(a):
    """Half a strawberry."""
    def make():
        a.path("M0 -15C11 -19 19 -9 14 3C11 12 4 19 0 20C-4 19 -11 12 -14 3C-19 -9 -11 -19 0 -15Z", "#c9182c")
        a.path("M0 -12C9 -15 15 -7 11 3C9 10 3 15 0 16C-3 15 -9 10 -11 3C-15 -7 -9 -15 0 -12Z", a.rad("#ff8a80", "#f0413f", "#dc2c34"))
        a.path("M0 -7C5 -8 7 -2 5 3L0 11L-5 3C-7 -2 -5 -8 0 -7Z", "#ffd3c8", op=.9)
        a.path("M-8 -17L0 -13L8 -17L4 -11L0 -9L-4 -11Z", "#5aa544")
    return a.sym("strawberry", make)
