"""Warnings and notes in words: what each code means, and the French of what facts say in English."""

from __future__ import annotations

import re
from collections.abc import Iterable

from chaland.flow.report import texts_doubts, texts_lifetime, texts_steady, texts_tasks
from chaland.flow.report.pieces import Facts, Remark
from chaland.flow.report.words import THIN, Words

FRENCH = (
    (r"fitted on the cluster, on all (\d+) customers to learn from", "appris sur le cluster, avec les {0} clients d'apprentissage"),
    (
        r"measured, calibrated and explained on a fair part of the customers: (\d+) of (\d+), drawn by their keys",
        "mesuré, calibré et expliqué sur une partie fidèle des clients : {0} sur {1}, tirés par leur clé",
    ),
    (
        r"fitted and measured on a fair part of the customers: (\d+) of (\d+), drawn by their keys",
        "appris et mesuré sur une partie fidèle des clients : {0} sur {1}, tirés par leur clé",
    ),
    (r"gaps in (\w+) went from (\S+) to (\S+)", "les vides de {0} sont passés de {1} à {2}"),
    (r"the mean of (\w+) went from (\S+) to (\S+)", "la moyenne de {0} est passée de {1} à {2}"),
    (
        r"(.+) \((\w+)\) is cut off at its end: the last record is in quarantine",
        "{0} ({1}) est coupé à la fin : le dernier enregistrement est en quarantaine",
    ),
    (r"(\w+): (.+) are the same file: read once", "{0} : {1} sont le même fichier, lu une seule fois"),
    (
        r"(\w+): (\d+) columns that the project does not name were dropped: (.+)",
        "{0} : {1} colonnes que le projet ne nomme pas ont été laissées : {2}",
    ),
    (
        r"no file matches '(.*)': the key prefix draws (\S+) of the customers as hold-out",
        "aucun fichier ne répond à «\u202f{0}\u202f» : {1} des clients sont tirés au sort pour l'épreuve",
    ),
    (
        r"every file matches '(.*)': the key prefix draws (\S+) of the customers as hold-out",
        "tous les fichiers répondent à «\u202f{0}\u202f» : {1} des clients sont tirés au sort pour l'épreuve",
    ),
    (r"the key prefix draws (\S+) of the customers as hold-out", "{0} des clients sont tirés au sort pour l'épreuve"),
    (
        r"the model orders customers almost without a mistake \(ROC AUC (\S+)\): something may give the answer away",
        "le modèle classe les clients presque sans erreur (AUC ROC {0}) : quelque chose donne peut-être la réponse",
    ),
    (
        r"no candidate surely beats the majority in (\w+): no model is kept",
        "aucun candidat ne bat sûrement la majorité en {0} : aucun modèle n'est gardé",
    ),
    (
        r"(.+), which only names the row, tells the answer \(ROC AUC (\S+)\): were the rows sorted by it\?",
        "{0}, qui ne fait que nommer la ligne, donne la réponse (AUC ROC {1}) : les lignes étaient-elles triées par elle ?",
    ),
    (
        r"(.+) alone tells the answer \(ROC AUC (\S+)\): is it known before the day of the question\?",
        "{0} donne à elle seule la réponse (AUC ROC {1}) : est-elle connue avant le jour de la question ?",
    ),
    (
        r"about (\d+) rows \((\S+)\) are copies of others, but for one column at most",
        "environ {0} lignes ({1}) en copient d'autres, à une colonne près au plus",
    ),
    (
        r"(\d+) rows repeat the features of others; they share their fold",
        "{0} lignes répètent les variables d'autres ; elles restent dans le même pli",
    ),
    (
        r"(\d+) groups would tell customers apart better, but one holds fewer than (\S+) % of them",
        "{0} groupes distingueraient mieux les clients, mais l'un en compterait moins de {1} %",
    ),
    (
        r"other customers like these would be grouped otherwise: (\d+) groups, stability (\S+) of 1",
        "d'autres clients semblables seraient groupés autrement : {0} groupes, stabilité {1} sur 1",
    ),
    (r"(\w+): in (\d+) of (\d+) more than one tie", "{0} : égalité dans {1} cas sur {2}"),
    (r"(\w+): (\d+) rows have no time", "{0} : {1} lignes sans date"),
    (r"(\w+): no method beat last season's values", "{0} : aucune méthode n'a battu les valeurs de la saison passée"),
    (r"(\w+): no file is there, so the table is empty", "{0} : aucun fichier, la table est donc vide"),
    (r"(.+) is the same in every row: left out", "{0} est la même dans chaque ligne : laissée de côté"),
    (r"(.+) only names the row: left out", "{0} ne fait que nommer la ligne : laissée de côté"),
    (r"(.+) repeats (.+): left out", "{0} répète {1} : laissée de côté"),
)


def remarks(told: Iterable[Facts], words: Words) -> list[Remark]:
    """Each warning or note once, in its order."""
    seen = {(one["code"], str(one.get("said", ""))): one for one in told}
    return [remark(one, words) for one in seen.values()]


def remark(told: Facts, words: Words) -> Remark:
    """One warning or note in words."""
    code, said = str(told["code"]), told.get("said", "")
    family = "drift" if code.startswith("drift.") else code
    title = words.known(f"code.{family}", code.replace("_", " ").replace(".", ": "))
    return Remark(title, words.known(f"meaning.{family}", ""), code, sentence(words.pick(said), words))


def sentence(said: str, words: Words) -> str:
    """What a fact says, in the language of the reader as far as it is known."""
    if words.lang != "fr":
        return said
    for pattern, french in (*FRENCH, *texts_doubts.FRENCH, *texts_tasks.FRENCH, *texts_lifetime.FRENCH, *texts_steady.FRENCH):
        found = re.fullmatch(pattern, said)
        if found:
            return french.format(*(_in_french(part, words) for part in found.groups()))
    return said


def _in_french(part: str, words: Words) -> str:
    """A part of an English sentence: numbers as they are written in French, metrics by their name, files joined by «et»."""
    if re.fullmatch(r"-?[\d.]+(e[-+]\d+)?%?", part):
        return part.replace(".", ",").replace("%", f"{THIN}%")
    if part in texts_lifetime.RIVALS:
        return texts_lifetime.RIVALS[part]
    return words.known(f"metric.{part}", part.replace(" and ", " et "))
