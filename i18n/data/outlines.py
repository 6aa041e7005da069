"""Draw the outlines of the places, once: python i18n/data/outlines.py WORLD.topo.json > portal/static/portal/img/world.svg

WORLD.topo.json is world-atlas 2.0.2, countries at 1:50m. The result is one symbol a place, called by its code, in one drawing all pages
share; ``world.json`` (second argument) says how large the drawing is, where the middle of each outline is (of its largest part), and where
the places stand that are only dots.
Arcs are simplified once and shared, so neighbours never show a gap. Equal Earth projection; Antarctica is left out.
"""

import csv
import json
import math
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

WIDTH, TOLERANCE, SPECK, DOT = 960, 0.75, 2.0, 5.0  # px, px, px² (islets dropped), px² (a whole place drawn as a dot)
CENTRE = 11  # degrees east: the cut then runs through the Bering Strait, and no country is torn
A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
UNNUMBERED = {"Kosovo": "XK"}
# Places without an outline of their own in the source: longitude and latitude of their dot.
DOTS = {
    "BQ": (-68.3, 12.2),
    "BV": (3.4, -54.4),
    "CC": (96.8, -12.2),
    "CX": (105.6, -10.5),
    "GB-ENG": (-1.5, 52.6),
    "GB-NIR": (-6.7, 54.6),
    "GB-SCT": (-4.2, 56.8),
    "GB-WLS": (-3.8, 52.3),
    "GF": (-53.1, 4.0),
    "GI": (-5.35, 36.14),
    "GP": (-61.5, 16.2),
    "MQ": (-61.0, 14.6),
    "RE": (55.5, -21.1),
    "SJ": (16.0, 78.7),
    "TK": (-171.8, -9.2),
    "TV": (179.2, -8.5),
    "UM": (166.6, 19.3),
    "YT": (45.2, -12.8),
}
Point = tuple[float, float]


def equal_earth(lon: float, lat: float) -> Point:
    t = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(lat)))
    t2 = t * t
    t6 = t2**3
    x = 2 * math.sqrt(3) * math.radians(lon) * math.cos(t) / (3 * (9 * A4 * t6 * t2 + 7 * A3 * t6 + 3 * A2 * t2 + A1))
    return x, t * (A4 * t6 * t2 + A3 * t6 + A2 * t2 + A1)


XMAX = equal_earth(180, 0)[0]
TOP, BOTTOM = equal_earth(0, 85.5)[1], equal_earth(0, -57)[1]
SCALE = WIDTH / (2 * XMAX)
HEIGHT = round((TOP - BOTTOM) * SCALE)


def project(lon: float, lat: float) -> Point:
    x, y = equal_earth(lon, lat)
    return (x + XMAX) * SCALE, (TOP - y) * SCALE


def turned(lon: float) -> float:
    """Return the longitude counted from the map's centre."""
    return (lon - CENTRE + 180) % 360 - 180


def simplify(points: list[Point]) -> list[Point]:
    """Douglas-Peucker, iterative."""
    keep, stack = {0, len(points) - 1}, [(0, len(points) - 1)]
    while stack:
        a, b = stack.pop()
        (ax, ay), (bx, by) = points[a], points[b]
        dx, dy = bx - ax, by - ay
        n = math.hypot(dx, dy)
        far, at = 0.0, 0
        for i in range(a + 1, b):
            px, py = points[i]
            d = abs(dx * (py - ay) - dy * (px - ax)) / n if n else math.hypot(px - ax, py - ay)
            if d > far:
                far, at = d, i
        if far > TOLERANCE:
            keep.add(at)
            stack += [(a, at), (at, b)]
    return [points[i] for i in sorted(keep)]


def area(ring: list[Point]) -> float:
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True))) / 2


def middle(rings: list[list[Point]]) -> Point:
    """Return the middle of the frame around the largest ring."""
    xs, ys = zip(*max(rings, key=area), strict=True)
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def rounded(points: dict[str, Point]) -> dict[str, list[float]]:
    return {code: [round(x, 1), round(y, 1)] for code, (x, y) in sorted(points.items())}


def tenths(n: int) -> str:
    """Return tenths of a pixel as pixels, as short as SVG allows."""
    return f"{n / 10:g}".replace("-0.", "-.") if n < 0 else f"{n / 10:g}".removeprefix("0") or "0"


def path(points: Iterable[Point], *, close: bool = True) -> str:
    """Return path data with relative steps of a tenth of a pixel."""
    last, out = None, []
    for x, y in points:
        p = (round(x * 10), round(y * 10))
        if last is None:
            out.append(f"M{tenths(p[0])},{tenths(p[1])}")
        elif p != last:
            out.append(f"l{tenths(p[0] - last[0])},{tenths(p[1] - last[1])}")
        last = p
    return "".join(out).replace(",-", "-") + ("z" if close else "")


def arcs_of(topology: dict) -> list[list[Point]]:
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points: list[Point] = []
        last = None
        for dx, dy in arc:
            x, y = x + dx, y + dy
            lon = turned(x * sx + tx)
            if last is not None and abs(lon - last) > 180:
                lon += math.copysign(360, last)  # an islet on the cut sticks out a little
            last = lon
            points.append(project(lon, y * sy + ty))
        arcs.append(points)
    return arcs


def ring_of(ids: list[int], table: list[list[Point]]) -> list[Point]:
    points: list[Point] = []
    for i in ids:
        part = table[i] if i >= 0 else table[~i][::-1]
        points += part[1:] if points else part
    return points


def main(source: str, layout: str) -> None:
    topology = json.loads(Path(source).read_text())
    numbers = {row["numeric"]: row["code"] for row in csv.DictReader((Path(__file__).parent / "places.csv").open()) if row["numeric"]}
    arcs = arcs_of(topology)
    simple = [simplify(arc) for arc in arcs]
    shapes: dict[str, str] = {}
    middles: dict[str, Point] = {}
    dots: dict[str, Point] = {}
    land: list[str] = []
    use: Counter[int] = Counter()
    for geometry in topology["objects"]["countries"]["geometries"]:
        name = geometry["properties"]["name"]
        if name == "Antarctica":
            continue
        code = numbers.get(geometry.get("id", ""), UNNUMBERED.get(name, ""))
        polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry.get("arcs", [])
        use.update(i if i >= 0 else ~i for polygon in polygons for ring in polygon for i in ring)
        rings = [ring_of(ring, simple) for polygon in polygons for ring in polygon if area(ring_of(ring, arcs)) >= SPECK]
        d = "".join(path(ring) for ring in rings if len(ring) > 3)
        full = [ring_of(polygon[0], arcs) for polygon in polygons]
        if not code or code in shapes or code in dots:
            land.append(d)  # what has no place of its own, or a second part under its state's number
        elif d and sum(map(area, full)) >= DOT:
            shapes[code], middles[code] = d, middle(rings)
        else:
            biggest = max(full, key=area)
            dots[code] = (sum(x for x, _ in biggest) / len(biggest), sum(y for _, y in biggest) / len(biggest))
    for code, (lon, lat) in DOTS.items():
        dots.setdefault(code, project(turned(lon), lat))
    borders = "".join(path(simple[i], close=False) for i, n in sorted(use.items()) if n > 1)
    write(shapes, "".join(land), borders)
    drawn = {"view": [WIDTH, HEIGHT], "shapes": rounded(middles), "dots": rounded(dots)}
    Path(layout).write_text(json.dumps(drawn, separators=(",", ":")) + "\n")


def write(shapes: dict[str, str], land: str, borders: str) -> None:
    out = sys.stdout.write
    out(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">\n')
    out("<!-- Made by i18n/data/outlines.py from world-atlas 2.0.2 (ISC), Natural Earth (public domain). -->\n<defs>\n")
    for code, d in sorted(shapes.items()):
        out(f'<path id="{code}" d="{d}"/>\n')
    out(f'<path id="rest" d="{land}"/>\n<path id="borders" d="{borders}"/>\n')
    out('<g id="land"><use href="#rest"/>' + "".join(f'<use href="#{code}"/>' for code in sorted(shapes)) + "</g>\n</defs>\n</svg>\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
