"""What only a model's card says; its other words are the report's. Key → (English, French)."""

from __future__ import annotations

CARD: dict[str, tuple[str, str]] = {
    "card.title": ("Model card: {name} ({project})", "Fiche du modèle : {name} ({project})"),
    "card.data": ("Data", "Données"),
    "card.candidates": ("Candidates, cross-validated", "Candidats, en validation croisée"),
    "card.holdout": ("Measured once, on the hold-out", "Mesuré une seule fois, à l'épreuve"),
    "card.confusion": ("Truth and prediction at the threshold", "Vérité et prévision au seuil"),
    "card.by_group": ("Errors per group of sensitive columns", "Erreurs par groupe des colonnes sensibles"),
    "card.importance": ("What it leans on", "Ce sur quoi il s'appuie"),
    "card.remarks": ("Warnings and notes", "Avertissements et remarques"),
    "card.limits": ("Limits", "Limites"),
    # its lines
    "card.question": ("question: {question}; the answer foretold is «{answer}»", "question : {question} ; la réponse prévue est «\u202f{answer}\u202f»"),
    "card.kept": ("kept: {name} ({algorithm}); task: {task}", "retenu : {name} ({algorithm}) ; tâche : {task}"),
    "card.task.binary": ("binary (two answers)", "binaire (deux réponses)"),
    "card.threshold": (
        "threshold: {value}; whoever is at least that likely is flagged; chosen inside the training folds",
        "seuil : {value} ; qui a au moins cette probabilité est signalé ; choisi dans les plis d'apprentissage",
    ),
    "card.parity": (
        "the exported file gives the trained model's probabilities to within {value}",
        "le fichier exporté donne les probabilités du modèle appris à {value} près",
    ),
    "card.chosen": ("seed {seed}, {folds} folds, chosen by {metric}", "graine {seed}, {folds} plis, mesure du choix : {metric}"),
    "card.customers": (
        "customers whose answer is known: {rows}, of which {held} were held out and measured it once",
        "clients dont la réponse est connue : {rows}, dont {held} tenus à part, qui l'ont mesuré une seule fois",
    ),
    "card.trained": ("trained on {day} (UTC), standing at {as_of}{ahead}. {old}", "appris le {day} (UTC), en se plaçant au {as_of}{ahead}. {old}"),
    "card.ahead": (", looking {days} days ahead", ", pour les {days} jours suivants"),
    "card.features": ("feature families: {families}; hold-out: {drawn}", "familles de variables : {families} ; épreuve : {drawn}"),
    "card.drawn.files": ("the files `{files}`", "les fichiers `{files}`"),
    "card.drawn.share": ("{share} by key prefix", "{share} par préfixe de clé"),
    "card.hidden": ("never features: {columns}", "jamais des variables : {columns}"),
    "card.by_group.read": (
        "The model never sees these columns. Counts are of held-out customers; ranges are 95% intervals (Wilson). Where the ranges of two groups overlap, their difference may be chance; (few) marks a share of fewer than {few} customers. Groups too small to measure are left out.",
        "Le modèle ne voit jamais ces colonnes. On compte des clients mis à l'épreuve ; les fourchettes sont des intervalles à 95 % (Wilson). Quand celles de deux groupes se recouvrent, leur différence peut être due au hasard ; (peu) marque une part de moins de {few} clients. Les groupes trop petits pour être mesurés sont laissés de côté.",
    ),
    "card.few": ("(few)", "(peu)"),
    "card.remark": ("{title} ({code}): {said}", "{title} ({code}) : {said}"),
    "card.no_remark": ("none", "aucun"),
    # the heads of its tables
    "card.head.table": ("table", "table"),
    "card.head.sha256": ("SHA-256 (first {count})", "SHA-256 (les {count} premiers)"),
    "card.head.says": ("what it says", "ce qu'elle dit"),
    "card.head.column": ("column", "colonne"),
    "card.head.loss": ("loss of {metric} when shuffled", "perte si mélangée : {metric}"),
    # what holds for every model, and what holds for some
    "card.limit.alike": (
        "It knows only customers like those it learnt from; learn again when the audit says that the data moved.",
        "Il ne connaît que des clients semblables à ceux dont il a appris ; relancez l'apprentissage quand l'audit dit que les données ont bougé.",
    ),
    "card.limit.cause": (
        "A probability is not a cause: the reasons say what the model leans on, not what would change the customer's mind.",
        "Une probabilité n'est pas une cause : les raisons disent ce sur quoi le modèle s'appuie, non ce qui ferait changer le client d'avis.",
    ),
    "card.limit.threshold": (
        "The threshold weighs both kinds of error alike for F1; where one costs more than the other, choose another.",
        "Le seuil pèse également les deux sortes d'erreurs, pour F1 ; là où l'une coûte plus que l'autre, choisissez-en un autre.",
    ),
    "card.limit.legal": (
        "No decision with legal effect on a person should rest on it alone.",
        "Aucune décision ayant un effet juridique sur une personne ne devrait reposer sur lui seul.",
    ),
    "card.limit.horizon": (
        "The answer is a column of the files: over how many days it fell, the data do not say, and neither does the model.",
        "La réponse est une colonne des fichiers : sur combien de jours elle porte, les données ne le disent pas, et le modèle non plus.",
    ),
    "card.limit.days": (
        "No column tells when things happened: how old these customers are, the data cannot say.",
        "Aucune colonne ne dit quand les choses ont eu lieu : de quand datent ces clients, les données ne peuvent le dire.",
    ),
}  # fmt: skip
