"""Texts of what makes a question doubtful, or keeps it from being learnt."""

from __future__ import annotations

DOUBTS: dict[str, tuple[str, str]] = {
    "question.unlearnt": (
        "Not learnt: {why}. Nobody is scored.",
        "Pas apprise : {why}. Personne n'est noté.",
    ),
    "found.unlearnt": ("model for {title}: it could not be learnt", "modèle pour {title} : l'apprentissage était impossible"),
    "code.too_small": ("too few customers to learn from", "trop peu de clients pour apprendre"),
    "meaning.too_small": ("This question waits for more customers; the others were asked.", "Cette question attend plus de clients ; les autres ont été posées."),
    "code.one_class": ("all customers have the same answer", "tous les clients ont la même réponse"),
    "meaning.one_class": ("Look at the column that holds the answer, or at the days ahead.", "Regardez la colonne de la réponse, ou les jours à venir."),
    "code.no_groups": ("the answer is a group, and there are no groups", "la réponse est un groupe, et il n'y a pas de groupes"),
    "meaning.no_groups": ("See what is said of the groups.", "Voyez ce qui est dit des groupes."),
    "code.not_measured_ahead": ("Not measured forward", "Pas mesuré vers l'avant"),
    "meaning.not_measured_ahead": ("Earlier days have too few customers to learn from.", "Les jours plus anciens ont trop peu de clients pour apprendre."),
    "code.merged_duplicates": ("Customers that are alike count once", "Les clients identiques comptent une fois"),
    "meaning.merged_duplicates": ("The file says so of this question; all of them are scored.", "Le fichier le dit de cette question ; tous sont notés."),
    "code.unlabelled": ("Some customers have no answer yet", "Certains clients n'ont pas encore de réponse"),
    "meaning.unlabelled": ("Nothing is learnt from them, and they are scored as all others.", "Rien n'est appris d'eux, et ils sont notés comme les autres."),
    "code.unscaled": ("One number outweighs all others", "Un nombre écrase tous les autres"),
    "meaning.unscaled": ("Leave `scale` to its default, so that all of them count.", "Laissez `scale` à sa valeur par défaut, pour que tous comptent."),
}  # fmt: skip

FRENCH = (
    (
        r"nothing happened in the (\d+) days before (\S+): what is said of customers is as of (\S+)",
        "rien ne s'est passé dans les {0} jours avant le {1} : ce qui est dit des clients vaut au {2}",
    ),
    (
        r"(\w+): (.+) is not in (.+), though other files have it: it is empty there",
        "{0} : {1} manque dans {2}, alors que d'autres fichiers l'ont : elle y est vide",
    ),
    (
        r"the hold-out lies ahead: learnt as of (\S+), measured as of (\S+), so that no customer need be set aside",
        "l'épreuve est devant : appris au {0}, mesuré au {1}, si bien qu'aucun client n'est mis de côté",
    ),
    (
        r"no `days` are said: nine in ten pauses between purchases end within (\d+) days, which is taken as the window",
        "aucun `days` n'est dit : neuf pauses sur dix entre deux achats finissent en {0} jours, pris pour fenêtre",
    ),
    (
        r"not measured from (\S+) to (\S+): only (\d+) customers .+",
        "non mesuré du {0} au {1} : {2} clients seulement dont apprendre",
    ),
    (r"not measured from (\S+) to (\S+): .+", "non mesuré du {0} au {1} : trop peu de réponses dont apprendre"),
    (
        r"(.+) holds days from (\S+) on, on which one stood to learn: it knows what came later",
        "{0} contient des jours à partir du {1}, où l'on se tenait pour apprendre : elle sait ce qui est venu après",
    ),
    (
        r"about (\d+) rows \((\S+)\) are copies of others, but for one column at most; (\d+) repeat the features of others wholly and share their fold",
        "environ {0} lignes ({1}) en copient d'autres, à une colonne près au plus ; {2} en répètent toutes les variables et restent dans le même pli",
    ),
    (
        r"(\d+) of (\d+) customers are alike to others in all features and in the answer: they count once",
        "{0} clients sur {1} sont identiques à d'autres par toutes les variables et la réponse : ils comptent une fois",
    ),
    (
        r"(\d+) of (\d+) customers have no answer \((.+) is empty\): they teach nothing, and are scored",
        "{0} clients sur {1} n'ont pas de réponse ({2} est vide) : ils n'apprennent rien, et sont notés",
    ),
    (
        r"nothing is brought to one scale, and (.+) makes (\S+) of all differences: groups by it alone, and silhouettes too good",
        "rien n'est mis à la même échelle, et {0} fait {1} de toutes les différences : des groupes par elle seule, et des silhouettes trop belles",
    ),
    (
        r"(.+) is computed of the days up to the one on which we stand, and so are (.+): it lies behind them, not ahead; ask for days to come instead, as (.+)",
        "{0} est calculée sur les jours jusqu'à celui où l'on se tient, comme {1} : elle est derrière, non devant ; demandez plutôt les jours à venir : {2}",
    ),
    (
        r"the last event is of (\S+): in (\d+) of the (\d+) days whose answers are learnt nothing is recorded of anybody; stand on an earlier day \((.+)\)",
        "le dernier événement est du {0} : sur {1} des {2} jours dont on apprend les réponses, rien n'est noté de personne ; placez-vous plus tôt ({3})",
    ),
    (
        r"not learnt: only (\d+) customers of the rare\S+ answer to learn from, fewer than the (\d+) folds\. .+",
        "pas apprise : {0} clients seulement ont la réponse la plus rare, moins que les {1} plis",
    ),
    (
        r"not learnt: only (\d+) customers to learn from: at least (\d+) are needed for (\d+) folds\. .+",
        "pas apprise : {0} clients seulement ; il en faut au moins {1} pour {2} plis",
    ),
    (
        r"not learnt: the target has one (?:answer|value) only \((.+)\) in the (\d+) rows to learn from\. .+",
        "pas apprise : la cible n'a qu'une réponse ({0}) dans les {1} lignes d'apprentissage",
    ),
    (
        r"not learnt: there is no row to learn from: no answer .+",
        "pas apprise : aucune réponse n'est connue, ou chacune n'est donnée que par trop peu de clients",
    ),
    (
        r"not learnt: nobody with an answer was known on (\S+), (\d+) days before (\S+)\. .+",
        "pas apprise : le {0}, {1} jours avant le {2}, personne n'était connu dont on sache la réponse",
    ),
    (
        r"not learnt: the answer is a group of (.+), and there are no groups in it\. .+",
        "pas apprise : la réponse est un groupe de {0}, qui n'en a pas",
    ),
)
