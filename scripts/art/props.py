"""Tables, plates, bowls, boards, cutlery, steam: what the dishes stand on and beside."""

import math

from kit import arc, dark, light, mix, num, pts


def table(a, base, pattern="plain", accent=None):
    """The ground of a picture: its own colour, a pool of light from the upper left, a quiet pattern."""
    w, h = a.width, a.height
    accent = accent or light(base, .35)
    a.rect(0, 0, w, h, base)
    if pattern == "check":
        d = "".join(f"M{x} 0V{h}" for x in range(25, w, 80)) + "".join(f"M0 {y}H{w}" for y in range(15, h, 80))
        a.path(d, stroke=accent, sw=40, op=.3)
    elif pattern == "wood":
        step = h // 5
        for i in range(5):
            a.rect(0, i * step, w, step, mix(base, accent, (i * 37 % 10) / 22), op=.8)
        d = "".join(f"M0 {y}H{w}" for y in range(step, h, step))
        a.path(d, stroke=dark(base, .35), sw=2, op=.35)
        grain = "".join(f"M{a.rng.randrange(w)} {a.rng.randrange(h)}q40 {a.rng.choice([-4, 4])} {a.rng.randrange(60, 120)} 0" for _ in range(12))
        a.path(grain, stroke=dark(base, .3), sw=1.5, op=.22)
    elif pattern == "stone":
        d = "".join(f"M{x:.0f} {y:.0f}h.1" for x, y in ((a.rng.uniform(0, w), a.rng.uniform(0, h)) for _ in range(60)))
        a.path(d, stroke=accent, sw=3, op=.5)
    elif pattern == "linen":
        d = "".join(f"M{x} 0L{x - 120} {h}" for x in range(0, w + 140, 28))
        a.path(d, stroke=accent, sw=9, op=.28)
    elif pattern == "mat":
        a.rect(34, 26, w - 68, h - 52, accent, rx=18, op=.55)
        d = "".join(f"M{x} 34V{h - 34}" for x in range(48, w - 40, 12))
        a.path(d, stroke=base, sw=2, op=.5)
    elif pattern == "dots":
        d = "".join(f"M{x + (20 if (y // 40) % 2 else 0)} {y}h.1" for y in range(10, h, 40) for x in range(10, w, 40))
        a.path(d, stroke=accent, sw=9, op=.4)
    elif pattern == "arch":
        a.circle(w * .5, h * .56, h * .62, accent, op=.38)
        a.circle(w * .5, h * .56, h * .5, accent, op=.3)
    glow = a.rad(("#fff7e2", 0, .55), ("#fff7e2", .55, .12), ("#2a1206", 1, .22), cx=.25, cy=.12, r=1.05)
    a.rect(0, 0, w, h, glow)


def stage(a, base, accent):
    """A ground for things seen from the front: a wall, a table edge, a lit disc behind."""
    w, h = a.width, a.height
    a.rect(0, 0, w, h, a.lin(light(base, .18), base, angle=70))
    a.circle(w * .5, h * .46, h * .42, light(base, .4), op=.55)
    a.path(f"M0 {h * .76}H{w}V{h}H0Z", a.lin(accent, dark(accent, .22), angle=90))
    a.path(f"M0 {h * .76}H{w}", stroke=light(accent, .5), sw=3, op=.6)
    a.rect(0, 0, w, h, a.rad(("#fff7e2", 0, .5), ("#fff7e2", .5, .08), ("#2a1206", 1, .2), cx=.2, cy=.08, r=1.1))


def plate(a, x, y, r, colour="#fbf7ef", rim=.78):
    a.shadow(x + r * .09, y + r * .14, r * 1.16, op=.6)
    a.circle(x, y, r, a.lin(light(colour, .7), colour, dark(colour, .2)))
    a.circle(x, y, r * rim, a.lin(dark(colour, .16), colour, light(colour, .6)))
    a.circle(x, y, r * (rim - .03), a.rad(light(colour, .5), colour, dark(colour, .07)))
    a.path(arc(x, y, r * .93, 195, 265), stroke="#fff", sw=r * .05, op=.75)


def bowl(a, x, y, r, colour, inside, broth=None):
    """A bowl from above; `inside` is the wall, `broth` fills it."""
    a.shadow(x + r * .1, y + r * .16, r * 1.18, op=.65)
    a.circle(x, y, r, a.lin(light(colour, .45), colour, dark(colour, .4)))
    a.circle(x, y, r * .91, a.lin(dark(inside, .4), inside, light(inside, .25)))
    if broth:
        a.circle(x, y, r * .83, a.rad(light(broth, .22), broth, dark(broth, .28), cx=.45, cy=.4, r=.62))
        a.path(arc(x, y, r * .79, 15, 80), stroke=light(broth, .6), sw=r * .03, op=.45)
    a.path(arc(x, y, r * .955, 190, 268), stroke="#fff", sw=r * .04, op=.6)


def board(a, x, y, w, h, colour="#c98d52", rx=22, rot=0):
    """A wooden board from above."""
    a.shadow(x + 10, y + 16, w * .6, h * .64, op=.6)
    a.open(x, y, rot)
    a.rect(-w / 2, -h / 2 + 5, w, h, dark(colour, .35), rx=rx)
    a.rect(-w / 2, -h / 2, w, h, a.lin(light(colour, .3), colour, dark(colour, .15)), rx=rx)
    d = "".join(f"M{num(-w * .42)} {num(yy)}q{num(w * .4)} {a.rng.choice((-6, 6))} {num(w * .82)} 0" for yy in (-h * .34, -h * .14, h * .1, h * .3))
    a.path(d, stroke=dark(colour, .25), sw=2, op=.35)
    a.close()


def round_board(a, x, y, r, colour="#c98d52"):
    a.shadow(x + r * .08, y + r * .14, r * 1.14, op=.6)
    a.rect(x + r * .55, y - r * .98, r * .3, r * .7, dark(colour, .12), rx=r * .12, rot=45)
    a.circle(x, y + 4, r, dark(colour, .38))
    a.circle(x, y, r, a.lin(light(colour, .3), colour, dark(colour, .18)))
    for k in (.92, .78):
        a.circle(x, y, r * k, stroke=dark(colour, .3), sw=1.6, op=.3)


def paper(a, x, y, w, h, colour="#f6ead6", rot=-6):
    """A sheet of greaseproof paper with a folded corner."""
    a.shadow(x + 8, y + 12, w * .58, h * .62, op=.5)
    a.open(x, y, rot)
    d = f"M{pts(-w / 2, -h / 2)}L{pts(w / 2, -h / 2 + 6)}L{pts(w / 2 - 5, h / 2 - 26)}L{pts(w / 2 - 34, h / 2)}L{pts(-w / 2 + 6, h / 2 - 4)}Z"
    a.path(d, a.lin(light(colour, .5), colour, dark(colour, .12)))
    a.path(f"M{pts(w / 2 - 5, h / 2 - 26)}L{pts(w / 2 - 38, h / 2 - 30)}L{pts(w / 2 - 34, h / 2)}Z", dark(colour, .12))
    a.path(f"M{pts(-w * .3, -h / 2)}L{pts(-w * .22, h / 2)}M{pts(w * .16, -h / 2)}L{pts(w * .22, h / 2)}", stroke=dark(colour, .3), sw=1.2, op=.25)
    a.close()


def napkin(a, x, y, size, colour, rot=18):
    a.shadow(x + 5, y + 8, size * .72, size * .7, op=.35)
    a.open(x, y, rot)
    s = size / 2
    a.rect(-s, -s, size, size, a.lin(light(colour, .35), colour), rx=5)
    a.path(f"M{pts(-s + 9, -s)}V{num(s)}M{pts(s - 9, -s)}V{num(s)}M{pts(-s, -s + 9)}H{num(s)}M{pts(-s, s - 9)}H{num(s)}", stroke=light(colour, .75), sw=3, op=.7)
    a.close()


def chopsticks(a, x, y, length, rot, colour="#7a3b22"):
    a.open(x, y, rot)
    for dy in (-5, 5):
        y0, y1 = dy * 1.3, dy * .7
        a.path(f"M{pts(3, y0 + 6)}L{pts(length + 3, y1 + 7)}", stroke="#2a1206", sw=5, op=.22)
        a.path(f"M{pts(0, y0)}L{pts(length, y1)}", stroke=colour, sw=6)
        a.path(f"M{pts(0, y0 - 1.4)}L{pts(length * .96, y1 - 1.2)}", stroke=light(colour, .5), sw=1.6, op=.8)
        a.path(f"M{pts(0, y0)}L{pts(length * .1, y0 * .95)}", stroke="#e2b04a", sw=6)
    a.close()


def spoon(a, x, y, length, rot, colour="#d9d5cf"):
    a.open(x, y, rot)
    a.path(f"M4 7L{num(length)} 7", stroke="#2a1206", sw=6, op=.2)
    a.path(f"M0 0L{num(length)} 0", stroke=dark(colour, .18), sw=6)
    a.path(f"M0 -1.5L{num(length)} -1.5", stroke="#fff", sw=2, op=.8)
    a.ell(-14, 0, 22, 15, a.lin("#fff", colour, dark(colour, .3)))
    a.ell(-14, 1, 16, 10, a.lin(dark(colour, .25), "#fff"))
    a.close()


def fork(a, x, y, length, rot, colour="#d9d5cf"):
    a.open(x, y, rot)
    tines = "M0 0H-10M-10 -9V9M-10 -9H-36M-10 -3H-38M-10 3H-38M-10 9H-36"
    a.path(f"M4 6H{num(length)}", stroke="#2a1206", sw=6, op=.2)
    a.path(tines + f"M0 0H{num(length)}", stroke=dark(colour, .2), sw=5)
    a.path(f"M0 -1.4H{num(length)}M-10 -10H-35", stroke="#fff", sw=1.6, op=.8)
    a.close()


def steam(a, x, y, n=3, gap=26, height=64):
    """Wisps that fade upwards."""
    fill = a.lin(("#ffffff", 0, 0), ("#ffffff", .45, .75), ("#ffffff", 1, 0), angle=90)
    h = height
    for i in range(n):
        x0, y0 = x + (i - (n - 1) / 2) * gap, y + (i % 2) * 10
        a.path(f"M{pts(x0 - 3, y0)}c-14 {num(-h * .3)} 15 {num(-h * .5)} 1 {num(-h)}c20 {num(h * .42)} -5 {num(h * .6)} 6 {num(h)}Z", fill, op=.8)


def dip(a, x, y, r, sauce, cup="#fbf7ef"):
    """A small cup of sauce."""
    a.shadow(x + r * .15, y + r * .25, r * 1.25, op=.5)
    a.circle(x, y, r, a.lin(light(cup, .6), cup, dark(cup, .25)))
    a.circle(x, y, r * .8, a.rad(light(sauce, .3), sauce, dark(sauce, .25)))
    a.ell(x - r * .25, y - r * .3, r * .22, r * .12, "#fff", rot=-30, op=.65)


def noodles(a, x, y, r, colour, layers=3, strands=9, width=5, ry=None):
    """A nest of noodles: long strands that swing about the middle, layer over layer."""
    ry = ry or r
    for layer in range(layers):
        k, d = 1 - layer * .12, ""
        base = a.turn()
        for i in range(strands):
            t = math.radians(base + a.turn(42))
            off = (i / (strands - 1) - .5) * 1.7
            half = math.sqrt(max(.05, 1 - off * off))
            c, s = math.cos(t), math.sin(t)
            q = [(-half, off), (-half * .3, off + a.rng.uniform(-.4, .4)), (half * .3, off + a.rng.uniform(-.4, .4)), (half, off)]
            m = [(x + (px * c - py * s) * r * k, y + (px * s + py * c) * ry * k) for px, py in q]
            d += f"M{pts(*m[0])}C{pts(*m[1], *m[2], *m[3])}"
        a.path(d, stroke=dark(colour, .38), sw=width + 2.4)
        a.path(d, stroke=colour if layer < layers - 1 else light(colour, .12), sw=width)
    a.path(d, stroke=light(colour, .7), sw=width * .25, op=.55)
