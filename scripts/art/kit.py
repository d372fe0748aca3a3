"""The drawing kit: one picture, its gradients and reusable shapes, and the soft outlines food is made of.

Light always falls from the upper left. Everything is deterministic: each picture owns a random source
seeded with its name, so that a second run writes the same bytes.
"""

import math
import random


NAMES = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def num(value):
    """A number as SVG wants it, short: one decimal where it is small enough for that to show."""
    text = f"{value:.1f}" if abs(value) < 24 else f"{value:.0f}"
    if text.endswith(".0"):
        text = text[:-2]
    if text.startswith(("0.", "-0.")):
        text = text.replace("0.", ".", 1)
    return "0" if text == "-0" else text


def num2(value):
    return f"{value:.2f}".rstrip("0").rstrip(".").replace("0.", ".", 1) or "0"


def pts(*values):
    return " ".join(num(v) for v in values)


def mix(a, b, t):
    """The colour between two #rrggbb colours, t from 0 (a) to 1 (b)."""
    pa = [int(a[i:i + 2], 16) for i in (1, 3, 5)]
    pb = [int(b[i:i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(x + (y - x) * t):02x}" for x, y in zip(pa, pb))


def light(colour, t=0.25):
    return mix(colour, "#fff8e8", t)


def dark(colour, t=0.25):
    return mix(colour, "#3a1408", t)


class Art:
    """One picture in the making."""

    def __init__(self, name, width=400, height=300):
        self.name, self.width, self.height = name, width, height
        self.rng = random.Random(name)
        self.defs, self.order, self.body = {}, [], []

    # -- definitions ---------------------------------------------------------------------------

    def _define(self, key, make):
        if key not in self.defs:
            ident = f"{NAMES[len(self.order) % 52]}{len(self.order) // 52 or ''}"
            self.defs[key] = ident
            self.order.append(make(ident))
        return self.defs[key]

    def _stops(self, colours):
        out = []
        for i, colour in enumerate(colours):
            at, opacity = i / (len(colours) - 1), ""
            if isinstance(colour, tuple):
                colour, at, *rest = colour
                opacity = f' stop-opacity="{rest[0]}"' if rest else ""
            out.append(f'<stop offset="{num2(at)}" stop-color="{colour}"{opacity}/>')
        return "".join(out)

    def lin(self, *colours, angle=45):
        """A linear gradient; 45 degrees runs from the upper left to the lower right."""
        rad = math.radians(angle)
        dx, dy = math.cos(rad) / 2, math.sin(rad) / 2
        make = lambda i: (f'<linearGradient id="{i}" x1="{num2(.5 - dx)}" y1="{num2(.5 - dy)}" '
                          f'x2="{num2(.5 + dx)}" y2="{num2(.5 + dy)}">{self._stops(colours)}</linearGradient>')
        return f"url(#{self._define(('lin', colours, angle), make)})"

    def rad(self, *colours, cx=.36, cy=.3, r=.8):
        """A radial gradient whose bright spot lies to the upper left."""
        make = lambda i: f'<radialGradient id="{i}" cx="{num2(cx)}" cy="{num2(cy)}" r="{num2(r)}">{self._stops(colours)}</radialGradient>'
        return f"url(#{self._define(('rad', colours, cx, cy, r), make)})"

    def clip(self, key, shape):
        return f"url(#{self._define(('clip', key), lambda i: f'<clipPath id={chr(34)}{i}{chr(34)}>{shape}</clipPath>')})"

    def sym(self, key, make):
        """A shape drawn once around 0,0 and used many times; `make` draws it into this picture's kit."""
        if ("sym", key) in self.defs:
            return self.defs[("sym", key)]
        kept, self.body = self.body, []
        make()
        inner, self.body = "".join(self.body), kept
        return self._define(("sym", key), lambda i: f'<g id="{i}">{inner}</g>')

    # -- drawing -------------------------------------------------------------------------------

    def add(self, text):
        self.body.append(text)

    def use(self, ident, x=0, y=0, rot=0, sc=1):
        turn = f"rotate({rot:.0f})" if round(rot) else ""
        scale = "" if sc == 1 else f"scale({sc:.2f})"
        self.add(f'<use href="#{ident}" transform="translate({pts(x, y)}){turn}{scale}"/>')

    def open(self, x=0, y=0, rot=0, sc=1, opacity=1, clip=None):
        extra = "" if opacity == 1 else f' opacity="{opacity}"'
        extra += "" if clip is None else f' clip-path="{clip}"'
        turn = f"rotate({rot:.0f})" if round(rot) else ""
        scale = "" if sc == 1 else f"scale({sc:.3g})"
        self.add(f'<g transform="translate({pts(x, y)}){turn}{scale}"{extra}>')

    def close(self):
        self.add("</g>")

    def _paint(self, fill, stroke, sw, op):
        out = "" if fill == "none" else f' fill="{fill}"'
        if stroke:
            out += f' stroke="{stroke}" stroke-width="{num(sw)}"'
        if op != 1:
            out += f' opacity="{num2(op)}"'
        return out

    def circle(self, x, y, r, fill="none", stroke=None, sw=1, op=1):
        self.add(f'<circle cx="{num(x)}" cy="{num(y)}" r="{num(r)}"{self._paint(fill, stroke, sw, op)}/>')

    def ell(self, x, y, rx, ry, fill="none", rot=0, stroke=None, sw=1, op=1):
        turn = f' transform="rotate({num(rot)} {pts(x, y)})"' if round(rot) else ""
        self.add(f'<ellipse cx="{num(x)}" cy="{num(y)}" rx="{num(rx)}" ry="{num(ry)}"{turn}'
                 f'{self._paint(fill, stroke, sw, op)}/>')

    def rect(self, x, y, w, h, fill, rx=0, rot=0, stroke=None, sw=1, op=1):
        turn = f' transform="rotate({num(rot)} {pts(x + w / 2, y + h / 2)})"' if round(rot) else ""
        self.add(f'<rect x="{num(x)}" y="{num(y)}" width="{num(w)}" height="{num(h)}"'
                 f'{f" rx={chr(34)}{num(rx)}{chr(34)}" if rx else ""}{turn}{self._paint(fill, stroke, sw, op)}/>')

    def path(self, d, fill="none", stroke=None, sw=1, op=1):
        self.add(f'<path d="{d.replace(" -", "-")}"{self._paint(fill, stroke, sw, op)}/>')

    def shadow(self, x, y, rx, ry=None, op=.45, tint="#2a1206"):
        """A soft cast shadow, without a filter so that it costs a phone nothing."""
        fill = self.rad((tint, 0, .9), (tint, .62, .55), (tint, 1, 0), cx=.5, cy=.5, r=.5)
        self.ell(x, y, rx, ry or rx, fill, op=op)

    # -- outlines ------------------------------------------------------------------------------

    def blob(self, x, y, rx, ry=None, n=9, jitter=.1, rot=0):
        """A closed, soft, slightly irregular outline."""
        ry, turn = ry or rx, math.radians(rot)
        points = []
        for i in range(n):
            a = 2 * math.pi * i / n
            k = 1 + self.rng.uniform(-jitter, jitter)
            px, py = math.cos(a) * rx * k, math.sin(a) * ry * k
            points.append((x + px * math.cos(turn) - py * math.sin(turn), y + px * math.sin(turn) + py * math.cos(turn)))
        return smooth(points)

    def scatter(self, x, y, r, gap, count, inner=0, ry=None):
        """Up to `count` points in an ellipse, no two nearer than `gap`."""
        found, ky = [], (ry or r) / r
        for _ in range(count * 60):
            a, d = self.rng.uniform(0, 2 * math.pi), math.sqrt(self.rng.uniform((inner / r) ** 2, 1)) * r
            px, py = x + math.cos(a) * d, y + math.sin(a) * d * ky
            if all((px - qx) ** 2 + (py - qy) ** 2 >= gap * gap for qx, qy in found):
                found.append((px, py))
                if len(found) == count:
                    break
        return found

    def turn(self, spread=180):
        return self.rng.uniform(-spread, spread)

    def text(self):
        return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
                f'width="{self.width}" height="{self.height}" fill="none" stroke-linecap="round" stroke-linejoin="round"><defs>{"".join(self.order)}</defs>{"".join(self.body)}</svg>\n')


def smooth(points):
    """A closed path through the middles of the given corners, rounded by them."""
    n = len(points)
    mid = [((points[i][0] + points[(i + 1) % n][0]) / 2, (points[i][1] + points[(i + 1) % n][1]) / 2) for i in range(n)]
    d = f"M{pts(*mid[-1])}"
    for i in range(n):
        d += f"Q{pts(*points[i], *mid[i])}"
    return d + "Z"


def arc(x, y, r, a0, a1):
    """An open arc in degrees, clockwise from the right."""
    p0 = (x + r * math.cos(math.radians(a0)), y + r * math.sin(math.radians(a0)))
    p1 = (x + r * math.cos(math.radians(a1)), y + r * math.sin(math.radians(a1)))
    return f"M{pts(*p0)}A{pts(r, r)} 0 {int(a1 - a0 > 180)} 1 {pts(*p1)}"
