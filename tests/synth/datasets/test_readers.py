"""Every reader on a tiny copy of its package's layout."""

from synth.datasets import (
    asterisk,
    asterisk_prompts,
    festvox_ru,
    fillets,
    klettres,
    pocketsphinx,
    tuxpaint,
)
from synth.datasets.licences import COPYLEFT, PERMISSIVE, RESTRICTED
from synth.datasets.sources import SOURCES

from . import packages


def touch(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def summary(recordings):
    return [(r.path.name, r.speaker, r.language, r.text) for r in recordings]


def test_festvox_texts_lose_their_stress_marks(tmp_path):
    recordings = list(festvox_ru.read_recordings(packages.festvox_ru(tmp_path)))
    assert summary(recordings)[:2] == [
        ("ru_0001.wav", "ru_nsh", "ru", "Волна волос."),
        ("ru_0002.wav", "ru_nsh", "ru", ""),
    ]
    assert recordings[1].prompt == "ru_0002"


def test_asterisk_leaves_out_tones_and_silence(tmp_path):
    base = tmp_path / "usr/share/asterisk/sounds/en_US_f_Allison"
    for name in ("vm-goodbye.g722", "digits/1.g722", "beep.g722", "silence/1.g722"):
        touch(base / name)
    recordings = list(asterisk.read_recordings(tmp_path, language="en"))
    assert [r.prompt for r in recordings] == ["en digits/1", "en vm-goodbye"]
    assert {r.speaker for r in recordings} == {"allison"}


def test_asterisk_knows_that_english_and_spanish_are_one_woman():
    assert asterisk.VOICES["en"][1] == asterisk.VOICES["es"][1]


def test_fillets_tells_the_two_fish_from_everybody_else(tmp_path):
    for name in ("vit-m-nebo", "vit-v-nebo", "vit-hs-nebo", "nebo"):
        touch(tmp_path / f"usr/share/games/fillets-ng/sound/city/cs/{name}.ogg")
    found = {r.path.stem: r.speaker for r in fillets.read_recordings(tmp_path, language="cs")}
    assert found == {
        "vit-m-nebo": "cs_fish_small",
        "vit-v-nebo": "cs_fish_big",
        "vit-hs-nebo": "cs_fish_others",
        "nebo": "cs_fish_others",
    }


def test_the_lines_of_the_fish_come_from_the_package_beside(tmp_path):
    touch(tmp_path / "cs/usr/share/games/fillets-ng/sound/city/cs/vit-m-nebo.ogg")
    packages.write_text(
        tmp_path / "fillets-ng-data" / fillets.SCRIPT / "city/dialogs_cs.lua",
        'dialogId("vit-m-nebo", "font_small", "The (so-called) sky.")\n'
        'dialogStr("Jako \\"nebe\\".")\n\ndialogId("vit-v-x", "font_big", "No.")\n',
    )
    [recording] = fillets.read_recordings(tmp_path / "cs", language="cs")
    assert (recording.text, recording.prompt) == ('Jako "nebe".', "city vit-m-nebo")


def test_tuxpaint_takes_described_stamps_with_their_text(tmp_path):
    stamps = tmp_path / "usr/share/tuxpaint/stamps/toys"
    for name in ("doll_desc_es.ogg", "doll_desc_pt_BR.ogg", "doll.ogg", "doll_es.ogg"):
        touch(stamps / name)
    (stamps / "doll.txt").write_text("A doll.\nes.utf8=Una muñeca.\n", encoding="utf-8")
    assert summary(tuxpaint.read_recordings(tmp_path)) == [
        ("doll_desc_es.ogg", "tux_es", "es", "Una muñeca."),
        ("doll_desc_pt_BR.ogg", "tux_pt_br", "pt_BR", ""),
    ]


def test_tuxpaint_s_numbers_are_groups_of_their_own(tmp_path):
    stamps = tmp_path / "usr/share/tuxpaint/stamps"
    for name in ("6_sv", "6_es", "6_en_GB", "plus"):
        touch(stamps / f"symbols/math/{name}.ogg")
    touch(stamps / "symbols/alphabets/english/filled/A_filled_en_GB.ogg")
    touch(stamps / "animals/koala_desc.ogg")
    packages.write_text(stamps / "animals/koala.txt", "A koala.\n")
    found = {(r.speaker, r.language, r.prompt, r.topic) for r in tuxpaint.read_recordings(tmp_path)}
    assert found == {
        ("tux_numbers_sv", "sv", "6", "numbers"),
        ("tux_en_gb", "en", "6", "numbers"),
        ("tux_en_gb", "en", "A", "letters"),
        ("tux_en", "en", "A koala.", "animals"),
    }


def test_klettres_counts_a_regional_reader_as_the_language(tmp_path):
    for name in ("pt_BR/alpha/a.ogg", "ml/syllab/baa.ogg", "en/icons/a.ogg"):
        touch(tmp_path / "usr/share/klettres" / name)
    found = {(r.speaker, r.language, r.prompt) for r in klettres.read_recordings(tmp_path)}
    assert found == {("klettres_pt_br", "pt", "alpha a"), ("klettres_ml", "ml", "syllab baa")}


def test_pocketsphinx_sentences_come_with_their_text(tmp_path):
    folder = tmp_path / pocketsphinx.FOLDER
    packages.write_text(folder / "transcription", "<s> he was not ill </s> (austen-0880)\n")
    touch(folder / "austen-0880.wav")
    assert summary(pocketsphinx.read_recordings(tmp_path)) == [
        ("austen-0880.wav", "librivox_austen", "en", "he was not ill")
    ]


def test_the_playing_cards_are_somebody_else_s(tmp_path):
    packages.write_text(tmp_path / pocketsphinx.FOLDER / "transcription", "")
    cards = tmp_path / pocketsphinx.CARDS
    packages.write_text(cards / "cards.transcription", "<s> ten of clubs  </s> (001)\n")
    touch(cards / "001.wav")
    [recording] = pocketsphinx.read_with_cards(tmp_path)
    assert (recording.speaker, recording.text) == ("cmu_cards", "ten of clubs")


def test_every_source_names_licence_and_people():
    assert len({source.package for source, _ in SOURCES}) == len(SOURCES)
    assert all(source.licence and source.attribution for source, _ in SOURCES)


def test_prompts_recorded_for_the_telephone_are_conditions(tmp_path):
    menardi, armelle, _ = asterisk_prompts.PACKAGES
    touch(tmp_path / "usr/share/asterisk/sounds/it_IT_f_Menardi/digits/1.wav")
    touch(tmp_path / "usr/share/asterisk/sounds/it_IT_f_Menardi/beep.wav")
    touch(tmp_path / "usr/share/asterisk/sounds/fr/vm-goodbye.gsm")
    found = [
        (r.prompt, r.speaker, r.condition, r.topic)
        for prompts in (menardi, armelle)
        for r in asterisk_prompts.read_recordings(tmp_path, prompts=prompts)
    ]
    assert found == [
        ("digits/1", "dal_zot", "telephone", "digits"),
        ("vm-goodbye", "armelle", "gsm", "telephone"),
    ]


def test_no_source_of_unknown_terms_is_known():
    assert {source.tier for source, _ in SOURCES} <= {PERMISSIVE, COPYLEFT, RESTRICTED}
