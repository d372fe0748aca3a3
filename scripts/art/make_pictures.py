"""Draws every picture of the demo world into public/img. Run it from anywhere: python3 scripts/art/make_pictures.py"""

import pathlib
import sys

import dishes_pizza
import marks
import menu_asia
import menu_korean
import menu_west
import stores
from kit import Art

ROOT = pathlib.Path(__file__).resolve().parents[2] / "public" / "img"
LIMIT = 12 * 1024
MENU = {**dishes_pizza.MENU, **menu_korean.MENU, **menu_asia.MENU, **menu_west.MENU}


def write(folder, name, paint, size=(400, 300)):
    art = Art(name, *size)
    paint(art)
    text = art.text()
    if len(text) > LIMIT:
        sys.exit(f"{name}: {len(text)} bytes, over the limit of {LIMIT}")
    target = ROOT / folder / f"{name}.svg"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)
    return len(text)


def main():
    sizes = [write("menu", name, paint) for name, paint in MENU.items()]
    sizes += [write("store", name, paint, stores.SIZE) for name, paint in stores.STORES.items()]
    sizes += [write("empty", name, paint) for name, paint in marks.EMPTY.items()]
    sizes.append(write("..", "favicon", marks.swift_bowl, (64, 64)))
    print(f"{len(sizes)} pictures, largest {max(sizes)} bytes, {sum(sizes) // 1024} KiB together")


if __name__ == "__main__":
    main()
