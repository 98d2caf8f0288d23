"""The texts of questions whose answer is one of several words, or a number: key → (English, French)."""

from __future__ import annotations

TASKS: dict[str, tuple[str, str]] = {
    "card.task.multiclass": ("one of several answers", "une réponse parmi plusieurs"),
    "card.task.regression": ("a number", "un nombre"),
    "ahead.heading": ("Measured on later days", "Mesuré sur des jours ultérieurs"),
    "ahead.days": ("Days", "Jours"),
    "ahead.pair": ("learnt as of {learnt}, measured as of {measured}", "appris au {learnt}, mesuré au {measured}"),
    "ahead.read": (
        "The same algorithm learnt on an earlier day and asked of a later one, when the answers were not there yet: what it is worth in use.",
        "Le même algorithme, appris un jour et interrogé plus tard, quand les réponses n'existaient pas encore : ce qu'il vaut à l'usage.",
    ),
    "ahead.learnt": (
        "Learnt from {rows} customers as of {day}. How well it foretells was measured ahead in time: learnt as of {earlier}, asked of {held} customers as of {later}.",
        "Appris sur {rows} clients au {day}. Sa valeur a été mesurée vers l'avant : appris au {earlier}, interrogé sur {held} clients au {later}.",
    ),
    "algorithm.recency": ("recency alone", "la récence seule"),
    "algorithm.mean": ("the mean for everybody", "la moyenne pour tous"),
    "algorithm.last value": ("the last value", "la dernière valeur"),
    "algorithm.ridge": ("Linear regression (ridge)", "Régression linéaire (ridge)"),
    "metric.top_3_accuracy": ("top-3 accuracy", "exactitude à trois"),
    "metric.top_3_accuracy.is": (
        "how often the truth is among its three most probable answers",
        "combien de fois la vérité est parmi ses trois réponses les plus probables",
    ),
    "metric.f1_macro": ("macro F1", "F1 macro"),
    "metric.f1_macro.is": (
        "precision and recall in one number, each answer counting as much",
        "précision et rappel en un nombre, chaque réponse comptant autant",
    ),
    "metric.mae": ("mean absolute error", "erreur absolue moyenne"),
    "metric.mae.is": (
        "how far off it is on average, in the unit of the answer; less is better",
        "écart moyen, dans l'unité de la réponse ; moins vaut mieux",
    ),
    "metric.rmse": ("root mean squared error", "erreur quadratique moyenne (racine)"),
    "metric.rmse.is": ("the same, large errors counting more; less is better", "idem, les grands écarts comptant plus ; moins vaut mieux"),
    "metric.r2": ("R²", "R²"),
    "metric.r2.is": ("the share of the differences that it explains (the mean: 0)", "part des différences qu'il explique (la moyenne : 0)"),
    "metric.mape": ("mean relative error", "erreur relative moyenne"),
    "metric.mape.is": (
        "error as a share of the truth, where that is not nothing; less is better",
        "écart rapporté à la vérité, là où elle n'est pas nulle ; moins vaut mieux",
    ),
    "metric.bias": ("bias", "biais"),
    "metric.bias.is": (
        "whether it tells too much or too little on the whole (best: 0)",
        "s'il annonce trop ou trop peu dans l'ensemble (idéal : 0)",
    ),
    "plain.right": (
        "of 100 customers get the right answer («{title}»)",
        "clients sur 100 reçoivent la bonne réponse («\u202f{title}\u202f»)",
    ),
    "plain.commonest": (
        "Always told the most frequent answer, it would be {n}.",
        "Avec toujours la réponse la plus fréquente, ils seraient {n}.",
    ),
    "plain.off": ("is how far off it is on average («{title}»)", "d'écart en moyenne («\u202f{title}\u202f»)"),
    "plain.mean": ("Told the mean for everybody, it would be {n}.", "Avec la moyenne pour tous, ce serait {n}."),
    "code.rare_classes": ("Rare answers", "Réponses rares"),
    "meaning.rare_classes": (
        "Too few customers have them to learn how they differ.",
        "Trop peu de clients les ont pour apprendre ce qui les distingue.",
    ),
    "code.not_on_cluster": ("Not fitted on the cluster", "Pas appris sur le cluster"),
    "meaning.not_on_cluster": (
        "Spark boosts two answers at a time: the others compete without it. On the driver it takes part.",
        "Spark ne « booste » que deux réponses à la fois : les autres concourent sans lui. Sur le pilote il prend part.",
    ),
    "code.shared_owner": ("Owned by several", "Détenu par plusieurs"),
    "meaning.shared_owner": (
        "Several customers hold the same thing: they stay apart.",
        "Plusieurs clients détiennent la même chose : ils restent distincts.",
    ),
    "code.owns_nothing": ("Customers who own nothing", "Clients qui ne possèdent rien"),
    "meaning.owns_nothing": ("They are scored, but not learnt from.", "Ils sont notés, mais rien n'est appris d'eux."),
}

FRENCH = (
    (
        r"(\d+) answers are too rare to be learnt \((\d+) customers\): (.+); told as one, 'other'",
        "{0} réponses sont trop rares pour être apprises ({1} clients) : {2} ; elles n'en font qu'une, «\u202fother\u202f»",
    ),
    (
        r"(\d+) answers are too rare to be learnt \((\d+) customers\): (.+); left aside",
        "{0} réponses sont trop rares pour être apprises ({1} clients) : {2} ; laissées de côté",
    ),
    (
        r"(\d+) of (\d+) customers have answers that are too rare to be learnt: left aside",
        "{0} clients sur {1} ont une réponse trop rare pour être apprise : laissés de côté",
    ),
    (
        r"(\w+) is not fitted on the cluster for (\d+) answers, more than (\d+): left out",
        "{0} n'est pas appris sur le cluster pour {1} réponses, plus de {2} : laissé de côté",
    ),
    (
        r"(\d+) values of (.+) are held by several customers \((\d+)\): none is merged, each gets what is owned",
        "{0} valeurs de {1} sont détenues par plusieurs clients ({2}) : aucun n'est fusionné, chacun reçoit ce qui est possédé",
    ),
    (
        r"(\d+) customers own nothing in (.+): nothing is learnt from them",
        "{0} clients ne possèdent rien dans {1} : rien n'est appris d'eux",
    ),
    (
        r"no candidate surely beats the (\w[\w ]*) in (\w+): no model is kept",
        "aucun candidat ne bat sûrement la référence ({0}) en {1} : aucun modèle n'est gardé",
    ),
    (
        r"(.+) alone tells the answer \((balanced accuracy|R² of ranks) (\S+)\): is it known before the day of the question\?",
        "{0} donne à elle seule la réponse ({1} {2}) : est-elle connue avant le jour de la question ?",
    ),
    (
        r"the model tells the (?:answers|numbers) almost without a mistake \((.+) (\S+)\): something may give the answer away",
        "le modèle ne se trompe presque jamais ({0} {1}) : quelque chose donne peut-être la réponse",
    ),
)
"""The French of what facts say of such questions."""
