"""Other parsers and pose estimators, by tiny models that the test makes itself."""

import json
import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from gpvton.analysis.backends import Backend, ComposedAnalyst, Gives, backends, composed
from gpvton.analysis.foreign_labels import ATR_18, GPVTON_29, LIP_20, meanings, our_labels
from gpvton.analysis.parsers import HubParser, OnnxParser
from gpvton.analysis.pose_files import openpose_values
from gpvton.domain.annotations import PersonAnnotation
from gpvton.domain.errors import InputError, MissingExtraError, PersonError, WeightsError
from gpvton.domain.keypoints import KEYPOINT_INDEX
from gpvton.domain.labels import PersonLabel as P

SIZE = (400, 300)
PLACES = {
    "nose": (150, 50), "neck": (150, 90),
    "left_shoulder": (190, 95), "left_elbow": (215, 160), "left_wrist": (225, 220),
    "right_shoulder": (110, 95), "right_elbow": (85, 160), "right_wrist": (75, 220),
    "mid_hip": (150, 220), "left_hip": (170, 220), "left_knee": (172, 300),
    "left_ankle": (175, 375), "right_hip": (130, 220), "right_knee": (128, 300),
    "right_ankle": (125, 375),
}  # fmt: skip
BODY = {  # name of a region to rows and columns
    "hair": (20, 35, 130, 170), "face": (35, 70, 130, 170), "upper": (90, 230, 70, 230),
    "pants": (230, 360, 105, 195), "shoes": (362, 390, 105, 195),
}  # fmt: skip


def points():
    found = np.zeros((25, 3), np.float32)
    for name, place in PLACES.items():
        found[KEYPOINT_INDEX[name]] = (*place, 0.9)
    return found


def person(pixels=None):
    return PersonAnnotation(
        parsing=np.zeros(SIZE, np.uint8), keypoints=points(), silhouette=np.zeros(SIZE, np.float32)
    )


def labels_in(names, order):
    """The body's label map in a parser's order."""
    labels = np.zeros(SIZE, np.uint8)
    for region, name in names.items():
        top, bottom, left, right = BODY[region]
        labels[top:bottom, left:right] = order.index(name)
    return labels


def check_body(parsing):
    assert parsing[25, 150] == P.HAIR and parsing[50, 150] == P.FACE
    assert parsing[150, 150] == P.UPPER_TORSO
    assert parsing[180, 222] == P.UPPER_LEFT_SLEEVE and parsing[180, 78] == P.UPPER_RIGHT_SLEEVE
    assert parsing[300, 185] == P.LEFT_PANTS and parsing[300, 115] == P.RIGHT_PANTS
    assert parsing[375, 185] == P.LEFT_SHOE and parsing[375, 115] == P.RIGHT_SHOE
    assert parsing[5, 5] == P.BACKGROUND


@pytest.mark.parametrize("order", [ATR_18, LIP_20])
def test_coarse_labels_are_split_by_the_key_points(order):
    names = {"hair": "hair", "face": "face", "upper": "upper-clothes", "pants": "pants"}
    labels = labels_in({**names, "shoes": "left-shoe"}, order)  # a parser with the sides wrong
    check_body(our_labels(labels, order, person()))


def test_arms_keep_to_the_nearer_side_whatever_the_parser_says():
    labels = np.zeros(SIZE, np.uint8)
    labels[100:240, 60:110] = ATR_18.index("left-arm")
    labels[100:240, 190:240] = ATR_18.index("right-arm")
    parsing = our_labels(labels, ATR_18, person())
    assert (parsing[labels == ATR_18.index("left-arm")] == P.RIGHT_ARM).all()
    assert (parsing[labels == ATR_18.index("right-arm")] == P.LEFT_ARM).all()


def test_our_own_order_is_taken_as_it_is():
    labels = np.random.default_rng(0).integers(0, 29, SIZE).astype(np.uint8)
    assert np.array_equal(our_labels(labels, GPVTON_29, person()), labels)


def test_names_may_be_written_otherwise_and_unknown_ones_are_named():
    assert meanings(["Background", "Upper_Clothes", "left shoe"])[0] == P.BACKGROUND
    with pytest.raises(InputError, match="Dragon"):
        meanings(["Background", "Dragon"])
    with pytest.raises(InputError, match="gave the label 7"):
        our_labels(np.full(SIZE, 7, np.uint8), ATR_18[:5], person())


def onnx_file(path, classes=18, size=(64, 48)):
    """A graph whose score of label k falls with the distance of red to 10 k / 255."""
    values = (10.0 * np.arange(classes) / 255).astype(np.float32).reshape(1, classes, 1, 1)
    nodes = [
        helper.make_node("Gather", ["image", "first"], ["red"], axis=1),
        helper.make_node("Sub", ["red", "values"], ["difference"]),
        helper.make_node("Abs", ["difference"], ["distance"]),
        helper.make_node("Neg", ["distance"], ["scores"]),
    ]
    graph = helper.make_graph(
        nodes,
        "parser",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, *size])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [1, classes, *size])],
        [
            numpy_helper.from_array(values, "values"),
            numpy_helper.from_array(np.array([0]), "first"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, path)


def coloured(order=ATR_18):
    names = {"hair": "hair", "face": "face", "upper": "upper-clothes", "pants": "pants"}
    labels = labels_in({**names, "shoes": "right-shoe"}, order)
    return np.dstack([labels * 10] * 3).astype(np.uint8)


PLAIN = {"labels": "atr18", "mean": [0, 0, 0], "deviation": [1, 1, 1]}


def test_a_user_s_onnx_file_replaces_our_parser(tmp_path):
    onnx_file(tmp_path / "mine.onnx", size=(200, 150))
    (tmp_path / "mine.json").write_text(json.dumps(PLAIN))
    analyst = composed(person, str(tmp_path / "mine.onnx"), None)
    found = analyst(coloured())
    check_body(found.parsing)
    assert found.silhouette[150, 150] == 1 and found.silhouette[5, 5] == 0
    assert np.array_equal(found.keypoints, points())


@pytest.mark.parametrize(
    ("described", "error", "match"),
    [
        (None, InputError, "names the parser's labels"),
        ({}, InputError, "labels is None"),
        ({"labels": ["background", "dragon"]}, InputError, "dragon"),
        ({"labels": "atr18", "size": 5}, InputError, "height, width"),
    ],
)
def test_an_onnx_file_without_a_proper_description(tmp_path, described, error, match):
    onnx_file(tmp_path / "mine.onnx")
    if described is not None:
        (tmp_path / "mine.json").write_text(json.dumps(described))
    with pytest.raises(error, match=match):
        OnnxParser(tmp_path / "mine.onnx")


def test_a_file_that_is_no_graph(tmp_path):
    (tmp_path / "mine.onnx").write_text("no graph")
    (tmp_path / "mine.json").write_text(json.dumps(PLAIN))
    with pytest.raises(WeightsError, match=r"mine\.onnx"):
        OnnxParser(tmp_path / "mine.onnx")


@pytest.mark.slow
def test_a_model_as_the_hub_stores_it(tmp_path):
    transformers = pytest.importorskip("transformers")
    config = transformers.SegformerConfig(
        num_labels=18,
        id2label=dict(enumerate(ATR_18)),
        hidden_sizes=[8, 8, 8, 8],
        num_attention_heads=[1, 1, 1, 1],
        depths=[1, 1, 1, 1],
        decoder_hidden_size=8,
    )
    model = transformers.SegformerForSemanticSegmentation(config)
    model.decode_head.classifier.weight.data.zero_()
    model.decode_head.classifier.bias.data.zero_()
    model.decode_head.classifier.bias.data[ATR_18.index("skirt")] = 5
    model.save_pretrained(tmp_path)
    wanted = {"size": {"height": 64, "width": 64}, "image_mean": [0.5] * 3, "image_std": [0.5] * 3}
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(wanted))
    parser = HubParser(str(tmp_path))
    assert parser.labels == ATR_18
    analyst = composed(person, f"hub:{tmp_path}", None)
    assert (analyst(coloured()).parsing == P.SKIRT).all()
    with pytest.raises(WeightsError, match="cannot load the parser"):
        HubParser(str(tmp_path / "none"))


def test_without_transformers_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(MissingExtraError, match=r"gpvton\[hub\]"):
        HubParser("some/name")


def test_key_points_from_files_by_the_photo_s_name(tmp_path):
    wanted = points()
    wanted[:, 0] += 3 * (wanted[:, 2] > 0)
    path = tmp_path / "poses" / "anna_keypoints.json"
    path.parent.mkdir()
    path.write_text(json.dumps(openpose_values(wanted)))
    analyst = composed(person, None, str(path.parent))
    assert analyst(coloured(), "anna").keypoints == pytest.approx(wanted, abs=1e-3)
    with pytest.raises(InputError, match="no key points for this photo"):
        analyst(coloured(), "otto")
    assert composed(person, None, f"files:{path}")(coloured()).keypoints[0, 0] == 153


def mediapipe_stand_in(monkeypatch, people):
    """Modules with the calls of MediaPipe's task API that we use."""
    seen = {}

    class Landmarker:
        @staticmethod
        def create_from_options(options):
            seen["model"] = options.base_options.model_asset_path
            return Landmarker()

        def detect(self, image):
            seen["pixels"] = image.data
            return SimpleNamespace(pose_landmarks=people)

    tasks, root = ModuleType("mediapipe.tasks"), ModuleType("mediapipe")
    python = ModuleType("mediapipe.tasks.python")
    python.BaseOptions = lambda **given: SimpleNamespace(**given)
    python.vision = ModuleType("mediapipe.tasks.python.vision")
    python.vision.PoseLandmarkerOptions = lambda **given: SimpleNamespace(**given)
    python.vision.PoseLandmarker = Landmarker
    root.ImageFormat = SimpleNamespace(SRGB=1)
    root.Image = lambda image_format, data: SimpleNamespace(data=data)
    root.tasks, tasks.python = tasks, python
    for module in (root, tasks, python, python.vision):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    return seen


def test_mediapipe_s_landmarks_become_our_points(monkeypatch, tmp_path):
    (tmp_path / "pose.task").write_bytes(b"?")
    marks = [SimpleNamespace(x=0.5, y=0.25, z=0.0, visibility=0.8) for _ in range(33)]
    marks[27] = SimpleNamespace(x=0.5, y=1.5, z=0.0, visibility=0.8)  # left ankle, outside
    seen = mediapipe_stand_in(monkeypatch, [marks])
    found = composed(person, None, str(tmp_path / "pose.task"))(coloured()).keypoints
    assert found[KEYPOINT_INDEX["nose"]] == pytest.approx((149.5, 99.5, 0.8))
    assert found[KEYPOINT_INDEX["neck"]] == pytest.approx((149.5, 99.5, 0.8))
    assert found[KEYPOINT_INDEX["left_ankle"], 2] == 0
    assert seen["model"].endswith("pose.task") and np.array_equal(seen["pixels"], coloured())
    mediapipe_stand_in(monkeypatch, [])
    with pytest.raises(PersonError, match="MediaPipe finds no person"):
        composed(person, None, f"mediapipe:{tmp_path / 'pose.task'}")(coloured())


def test_without_mediapipe_it_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    with pytest.raises(MissingExtraError, match="MediaPipe is not installed"):
        composed(person, None, "pose.task")


def third_party(tmp_path, monkeypatch, body):
    """An installed package with an entry point."""
    (tmp_path / "third_party_parser.py").write_text(body)
    info = tmp_path / "third_party_parser-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: third-party-parser\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[gpvton.analysts]\nskirts = third_party_parser:ROW\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "third_party_parser", raising=False)


def test_third_parties_add_rows_by_an_entry_point(tmp_path, monkeypatch):
    third_party(
        tmp_path,
        monkeypatch,
        "import numpy as np\n"
        "from gpvton.analysis.backends import Backend, Gives\n"
        "class Skirts:\n"
        "    labels = ('background', 'skirt')\n"
        "    def __init__(self, place): self.value = int(place or 1)\n"
        "    def __call__(self, pixels): return np.full(pixels.shape[:2], self.value, np.uint8)\n"
        "ROW = Backend(name='s', gives=Gives.PARSING, what='all skirt', load=Skirts)\n",
    )
    assert backends()["skirts"].what == "all skirt"
    assert (composed(person, "skirts", None)(coloured()).parsing == P.SKIRT).all()
    assert (composed(person, "skirts:0", None)(coloured()).parsing == 0).all()


def test_an_entry_point_that_names_something_else(tmp_path, monkeypatch):
    third_party(tmp_path, monkeypatch, "ROW = 3\n")
    with pytest.raises(InputError, match=r"skirts of gpvton\.analysts names a int"):
        backends()


def test_a_whole_analyst_may_be_replaced(monkeypatch):
    row = Backend(name="mine", gives=Gives.PERSON, what="", load=lambda place: person)
    monkeypatch.setattr("gpvton.analysis.backends._ROWS", (row,))
    assert composed(lambda pixels: None, "mine", None) is person
    with pytest.raises(InputError, match="'mine' is no backend for this"):
        composed(person, None, "mine")


def test_unknown_names_list_what_there_is():
    with pytest.raises(InputError, match=r"onnx .*hub .*OWNER"):
        composed(person, "nonsense", None)
    assert composed(person, None, None) is person
    assert isinstance(composed(person, None, SimpleNamespace(whole=False)), ComposedAnalyst)
