import json

import numpy as np
import pytest

from gpvton.data.sources.source import Pairing
from gpvton.data.tryon_dataset import TryOnDataset
from gpvton.domain.errors import GarmentError, InputError
from gpvton.evaluation import finish, metric_table
from gpvton.evaluation.engines import PipelineEngine
from gpvton.evaluation.measure import Measures
from gpvton.evaluation.metric_table import Metric
from gpvton.evaluation.presets import preset
from gpvton.evaluation.result_file import read_result
from gpvton.evaluation.run import Evaluation

from . import scenes


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return scenes.make(tmp_path_factory.mktemp("set"))


@pytest.fixture(autouse=True)
def colours_are_a_metric(monkeypatch):
    for name in (scenes.Colours.frechet_name, scenes.Colours.kernel_name):
        monkeypatch.setitem(metric_table.SET_METRICS, name, Metric(title=name, better=-1))


def evaluation(source, out, engine=None, **options):
    return Evaluation(
        dataset=TryOnDataset(source, "test", Pairing.PAIRED),
        engine=engine or PipelineEngine(scenes.pipeline()),
        measures=Measures(
            preset=preset(options.pop("preset", "native")), analyse=scenes.anna_labels
        ),
        features=scenes.Colours(),
        out=out,
        **options,
    )


class Killed(PipelineEngine):
    """Stops the program at the n-th pair, as a kill would."""

    def __init__(self, stop):
        super().__init__(scenes.pipeline())
        self.left = stop
        self.made = []

    def produce(self, sample):
        if self.left == 0:
            raise KeyboardInterrupt
        self.left -= 1
        self.made.append(sample.pair.name)
        return super().produce(sample)


@pytest.fixture(scope="module")
def whole(source, tmp_path_factory):
    out = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        for name in (scenes.Colours.frechet_name, scenes.Colours.kernel_name):
            patch.setitem(metric_table.SET_METRICS, name, Metric(title=name, better=-1))
        return finish.evaluate(evaluation(source, out), "geometric"), out


def test_a_stopped_evaluation_goes_on_to_the_same_numbers(source, whole, tmp_path):
    engine = Killed(1)
    with pytest.raises(KeyboardInterrupt):
        finish.evaluate(evaluation(source, tmp_path, engine), "geometric")
    assert len(engine.made) == 1
    items = tmp_path / "items.jsonl"
    with items.open("a") as stream:
        stream.write('{"name": "upper_ben_sh')  # killed while writing
    again = Killed(-1)
    resumed = finish.evaluate(evaluation(source, tmp_path, again), "geometric")
    assert len(again.made) == 2 and not set(engine.made) & set(again.made)
    result, out = whole
    assert resumed == result
    assert (tmp_path / "result.json").read_bytes() == (out / "result.json").read_bytes()


def test_the_result_says_how_it_was_measured(whole):
    result, out = whole
    assert read_result(out / "result.json") == json.loads(json.dumps(result))
    settings = result["settings"]
    assert settings["preset"]["resize"] == "bicubic" and settings["preset"]["name"] == "native"
    assert settings["data"]["pairs"] == 3 and len(settings["data"]["pairs_sha256"]) == 64
    assert settings["versions"]["gpvton"] and settings["versions"]["torchmetrics"]
    assert result["counts"] == {"pairs": 3, "failed": 0}
    assert all(len(item["result_sha256"]) == 64 for item in result["items"])


def test_numbers_are_plausible_for_dressing_that_keeps_the_photo(whole):
    everything = whole[0]["summary"]["all"]
    assert everything["changed_outside"]["mean"] == 0.0
    assert everything["changed_outside_largest"]["high"] == 0.0
    assert everything["fold_over_rate"]["mean"] < 0.02
    assert everything["mask_iou"]["mean"] > 0.6
    assert 1.0 <= everything["stretch"]["mean"] < 3.0
    assert everything["psnr"]["count"] == 3
    assert whole[0]["sets"]["frechet_colours"]["value"] > 0
    assert whole[0]["sets"]["frechet_colours"]["real"] == 2  # anna's photo counts once


def test_groups_are_categories_and_strata(whole):
    groups = whole[0]["summary"]
    assert {"category: upper", "category: lower", "light: day", "light: night"} <= set(groups)
    assert groups["category: upper"]["ssim"]["count"] == 2
    assert "view: front" not in groups  # all of them: it would repeat the first line
    means = [groups[name]["ssim"]["mean"] for name in ("light: day", "light: night")]
    assert (2 * means[0] + means[1]) / 3 == pytest.approx(groups["all"]["ssim"]["mean"])


def test_the_report_shows_every_table_and_picture(whole):
    _, out = whole
    page = (out / "report.html").read_text()
    assert page.count("<figure>") == 12  # person, garment, result, truth, three times
    assert "Garment IoU ↑" in page and "pairs_sha256" in page
    assert "https://" not in page and "http://" not in page  # nothing is loaded from elsewhere
    assert (out / "worst.jpg").stat().st_size > 1000


def test_another_evaluation_in_the_same_folder_is_refused(source, whole):
    with pytest.raises(InputError, match="other preset"):
        evaluation(source, whole[1], preset="ladi").run()
    with pytest.raises(InputError, match="other data"):
        evaluation(source, whole[1], limit=2).run()


def test_a_failed_pair_is_counted_and_named(source, tmp_path):
    class Fails(PipelineEngine):
        def produce(self, sample):
            if sample.pair.garment == "jeans":
                raise GarmentError("it is <torn>")
            return super().produce(sample)

    engine = Fails(scenes.pipeline())
    result = finish.evaluate(evaluation(source, tmp_path, engine), "fails")
    assert result["counts"] == {"pairs": 3, "failed": 1}
    assert result["summary"]["all"]["ssim"]["count"] == 2
    assert "it is &lt;torn&gt;" in (tmp_path / "report.html").read_text()


def test_a_damaged_record_is_told_not_skipped(source, whole, tmp_path):
    for name in ("settings.json", "items.jsonl"):
        (tmp_path / name).write_bytes((whole[1] / name).read_bytes())
    lines = (tmp_path / "items.jsonl").read_text().splitlines()
    (tmp_path / "items.jsonl").write_text("\n".join(["garbage", *lines[1:]]) + "\n")
    with pytest.raises(InputError, match="line 1 is damaged"):
        evaluation(source, tmp_path).run()


def test_unpaired_pairs_have_no_truth_but_try_on_numbers(source, tmp_path):
    chosen = evaluation(source, tmp_path)
    unpaired = Evaluation(
        **{**vars(chosen), "dataset": TryOnDataset(source, "test", Pairing.UNPAIRED)}
    )
    (record,) = unpaired.run()
    assert not {"ssim", "psnr", "mask_iou"} & set(record["metrics"])
    assert {"colour_error", "changed_outside", "fold_over_rate"} <= set(record["metrics"])
    assert np.load(tmp_path / "features" / f"{record['name']}.npy").shape == (2, 12)
