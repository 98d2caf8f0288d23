"""Texts of customer lifetime value: key → (English, French)."""

from __future__ import annotations

LIFETIME: dict[str, tuple[str, str]] = {
    "nav.lifetime": ("Lifetime value", "Valeur vie client"),
    "lifetime.heading": ("Customer lifetime value", "Valeur vie client"),
    "lifetime.said": (
        "{customers} customers have bought, {returned} of them came back. What will they buy and be worth in the next {days} days, some of them having left without a word?",
        "{customers} clients ont acheté, {returned} d'entre eux sont revenus. Qu'achèteront-ils et que vaudront-ils dans les {days} prochains jours, certains étant partis sans un mot ?",
    ),
    "lifetime.unit.day": ("All that one buys on one day is one purchase.", "Tout ce que l'on achète en un jour compte pour un achat."),
    "lifetime.unit.week": ("All that one buys in one week is one purchase.", "Tout ce que l'on achète en une semaine compte pour un achat."),
    "lifetime.kept.purchases": (
        "Purchases: the model (BG/NBD) beats the recency heuristic on days that it did not know, so it is kept (difference of errors {by}, 95% interval {ends}).",
        "Achats : le modèle (BG/NBD) bat l'heuristique de récence sur des jours qu'il ne connaissait pas, il est donc retenu (écart des erreurs {by}, intervalle à 95 % {ends}).",
    ),
    "lifetime.kept.value": (
        "Money: so does the model of what a purchase is worth (Gamma-Gamma; difference of errors {by}, 95% interval {ends}).",
        "Montant : le modèle de ce que vaut un achat (Gamma-Gamma) la bat aussi (écart des erreurs {by}, intervalle à 95 % {ends}).",
    ),
    "lifetime.not_kept.purchases": (
        "Purchases: on days that it did not know, the model (BG/NBD) did not surely beat {rival} (difference of errors {by}, 95% interval {ends}). It is not kept; the figures are those of the recency heuristic.",
        "Achats : sur des jours qu'il ne connaissait pas, le modèle (BG/NBD) n'a pas sûrement battu {rival} (écart des erreurs {by}, intervalle à 95 % {ends}). Il n'est pas retenu ; les chiffres sont ceux de l'heuristique de récence.",
    ),
    "lifetime.not_kept.value": (
        "Money: on days that it did not know, the model of what purchases are worth (Gamma-Gamma) did not surely beat {rival} (difference of errors {by}, 95% interval {ends}). It is not kept; the money is that of the recency heuristic.",
        "Montant : sur des jours qu'il ne connaissait pas, le modèle de ce que valent les achats (Gamma-Gamma) n'a pas sûrement battu {rival} (écart des erreurs {by}, intervalle à 95 % {ends}). Il n'est pas retenu ; le montant est celui de l'heuristique de récence.",
    ),
    "lifetime.why.unmeasured": (
        "There is too little history to look ahead from an earlier day, and nothing is kept that was not measured.",
        "L'historique est trop court pour regarder vers l'avant depuis un jour passé, et rien n'est retenu sans avoir été mesuré.",
    ),
    "lifetime.why.few_returns": (
        "Too few customers came back: their habits cannot be told.",
        "Trop peu de clients sont revenus : leurs habitudes ne se laissent pas décrire.",
    ),
    "lifetime.why.few_paid": (
        "Too few customers bought and paid: the worth of a purchase cannot be told.",
        "Trop peu de clients ont acheté et payé : la valeur d'un achat ne se laisse pas décrire.",
    ),
    "lifetime.why.histories": (
        "The purchases are like those of no customers that these models know.",
        "Les achats ne ressemblent à ceux d'aucun client que ces modèles connaissent.",
    ),
    "lifetime.why.purchases": (
        "Money: no value is told without purchases that can be foretold.",
        "Montant : pas de valeur annoncée sans achats prévisibles.",
    ),
    "lifetime.interval.value": (
        "A customer's interval holds what that customer's money will come to in 95 of 100 cases.",
        "L'intervalle d'un client contient ce que vaudra ce client dans 95 cas sur 100.",
    ),
    "lifetime.interval": (
        "The interval of all customers holds chance and what the parameters may be. It stands if people go on as they did: seasons, crises and campaigns are not in it; the tables below show how far off they have put it.",
        "L'intervalle de tous les clients contient le hasard et l'incertitude des paramètres. Il vaut si l'on continue comme avant : ni saison, ni crise, ni campagne n'y figurent ; les tableaux ci-dessous montrent de combien elles l'ont écarté.",
    ),
    "lifetime.measure": (
        "What decides is the scaled error: the square of each customer's error over what that customer had bought before, so that a few large buyers do not decide alone. The mean absolute error does not: it is least for who says that nobody buys.",
        "Ce qui décide est l'erreur réduite : le carré de l'erreur de chaque client rapporté à ce qu'il avait déjà acheté, pour que quelques gros acheteurs ne décident pas seuls. L'erreur absolue moyenne ne décide pas : elle est la plus faible pour qui dit que personne n'achète.",
    ),
    "lifetime.expected.purchases": ("purchases expected in {days} days", "achats attendus en {days} jours"),
    "lifetime.expected.value": ("money expected in {days} days", "montant attendu en {days} jours"),
    "lifetime.behind": ("{ends}, if the model is right; by the recency heuristic {simple}", "{ends}, si le modèle est juste ; {simple} selon l'heuristique de récence"),
    "lifetime.by_rule": ("By the recency heuristic, for no model beats it.", "Selon l'heuristique de récence, qu'aucun modèle ne bat."),
    "lifetime.alive": ("customers are still there", "clients sont encore là"),
    "lifetime.alive.is": (
        "The sum of each one's chance; who bought once only is taken to be.",
        "La somme des chances de chacun ; qui n'a acheté qu'une fois est tenu pour présent.",
    ),
    "lifetime.repeats": ("times that they had come back", "retours avant ce jour"),
    "lifetime.each.purchases": ("purchases per customer", "achats par client"),
    "lifetime.each.value": ("money per customer", "montant par client"),
    "lifetime.figure.purchases": ("Purchases, expected and observed", "Achats, attendus et observés"),
    "lifetime.figure.value": ("Money, expected and observed", "Montant, attendu et observé"),
    "lifetime.figure.read": (
        "Expected by the model as of {day}, and what came until {until}: the closer the two lines, the better.",
        "Attendu par le modèle au {day}, et ce qui est venu jusqu'au {until} : plus les deux lignes sont proches, mieux c'est.",
    ),
    "lifetime.observed": ("observed", "observé"),
    "lifetime.foreseen": ("expected", "attendu"),
    "lifetime.ahead.purchases": (
        "Purchases of {customers} customers, expected as of {day} and measured until {until}",
        "Achats de {customers} clients, attendus au {day} et mesurés jusqu'au {until}",
    ),
    "lifetime.ahead.value": (
        "Money of {customers} customers, expected as of {day} and measured until {until}",
        "Montant de {customers} clients, attendu au {day} et mesuré jusqu'au {until}",
    ),
    "lifetime.who": ("who foretells", "qui prévoit"),
    "lifetime.metric.scaled_rmse": ("scaled error (decides)", "erreur réduite (décide)"),
    "lifetime.metric.rmse": ("root mean squared error", "erreur quadratique moyenne (racine)"),
    "lifetime.metric.mae": ("mean absolute error", "erreur absolue moyenne"),
    "lifetime.metric.bias": ("bias per customer", "biais par client"),
    "lifetime.metric.ratio": ("all expected / all observed", "total attendu / total observé"),
    "lifetime.metric.top_tenth": ("share brought by the top tenth", "part du dixième supérieur"),
    "lifetime.metric.covered": ("customers within their interval", "clients dans leur intervalle"),
    "lifetime.model.purchases": ("purchases (BG/NBD)", "achats (BG/NBD)"),
    "lifetime.model.value": ("worth of a purchase (Gamma-Gamma)", "valeur d'un achat (Gamma-Gamma)"),
    "lifetime.parameters": ("Parameters of the models, as of today", "Paramètres des modèles, à ce jour"),
    "lifetime.parameter": ("parameter", "paramètre"),
    "rival.model": ("The model", "Le modèle"),
    "rival.recency": ("the recency heuristic", "l'heuristique de récence"),
    "rival.own_rate": ("everybody's own rate", "le rythme propre de chacun"),
    "rival.again": ("the last days once more", "les derniers jours, encore une fois"),
    "rival.nobody": ("nobody buys", "personne n'achète"),
    "next.lifetime": ("Take what each customer is worth with you:", "Emportez la valeur de chaque client :"),
    "code.lifetime.not_kept": ("Purchases are not foretold", "Achats non prévus"),
    "meaning.lifetime.not_kept": (
        "That is an answer, not a fault: the recency heuristic does as well.",
        "C'est une réponse, non une panne : l'heuristique de récence fait aussi bien.",
    ),
    "code.lifetime.value_not_kept": ("Money is not foretold by the model", "Le modèle ne prévoit pas le montant"),
    "meaning.lifetime.value_not_kept": (
        "That is an answer, not a fault: the recency heuristic does as well, and its money is told.",
        "C'est une réponse, non une panne : l'heuristique de récence fait aussi bien, et l'on donne son montant.",
    ),
    "code.lifetime.unmeasured": ("Too short a history", "Historique trop court"),
    "meaning.lifetime.unmeasured": ("Bring more months, then run again.", "Apportez plus de mois, puis relancez."),
    "code.lifetime.few_returns": ("Too few customers came back", "Trop peu de clients sont revenus"),
    "meaning.lifetime.few_returns": ("Only this section is left out.", "Seule cette rubrique est laissée de côté."),
    "code.lifetime.few_paid": ("Too few customers paid", "Trop peu de clients ont payé"),
    "meaning.lifetime.few_paid": ("Purchases are told, and no money.", "Les achats sont annoncés, sans montant."),
    "code.lifetime.histories": ("No such customers", "Clients hors modèle"),
    "meaning.lifetime.histories": ("Look at the times and the amounts.", "Regardez les dates et les montants."),
    "code.lifetime.shorter": ("Measured over fewer days", "Mesuré sur moins de jours"),
    "meaning.lifetime.shorter": ("What lies further ahead was not measured.", "Ce qui vient au-delà n'a pas été mesuré."),
    "code.lifetime.nobody_leaves": ("Nobody seems to leave", "Personne ne semble partir"),
    "meaning.lifetime.nobody_leaves": (
        "The history may be too short to see it.",
        "L'historique est peut-être trop court pour le voir.",
    ),
}  # fmt: skip

FRENCH = (
    (
        r"(\w+): the model does not surely foretell purchases better than (.+): it is not kept",
        "{0} : le modèle ne prévoit pas sûrement les achats mieux que {1} : il n'est pas retenu",
    ),
    (
        r"(\w+): purchases are kept, but money is not surely foretold better than by (.+): no value is told",
        "{0} : les achats sont retenus, mais le montant n'est pas sûrement mieux prévu que par {1} : pas de valeur annoncée",
    ),
    (
        r"(\w+): too little history to look ahead from an earlier day: nothing is kept that was not measured",
        "{0} : historique trop court pour regarder vers l'avant depuis un jour passé : rien n'est retenu sans mesure",
    ),
    (
        r"(\w+): measured over (\d+) days, for the history is too short for (\d+)",
        "{0} : mesuré sur {1} jours, l'historique étant trop court pour {2}",
    ),
    (
        r"(\w+): hardly anything shows how customers leave: they are foretold to go on at their own pace",
        "{0} : presque rien ne montre comment les clients partent : on prévoit qu'ils continuent à leur rythme",
    ),
    (
        r"(\w+): fewer than (\d+) customers came back: their habits cannot be told",
        "{0} : moins de {1} clients sont revenus : leurs habitudes ne se laissent pas décrire",
    ),
    (
        r"(\w+): fewer than (\d+) customers bought and paid: the worth of a purchase cannot be told",
        "{0} : moins de {1} clients ont acheté et payé : la valeur d'un achat ne se laisse pas décrire",
    ),
    (
        r"(\w+): the purchases are like those of no such customers: nothing is foretold",
        "{0} : les achats ne ressemblent à ceux d'aucun tel client : rien n'est prévu",
    ),
)
"""The French of what facts say of it."""

RIVALS = {
    "the recency heuristic": "l'heuristique de récence",
    "everybody's own rate": "le rythme propre de chacun",
    "the last days once more": "les derniers jours, encore une fois",
    "nothing at all": "rien du tout",
}
"""What stands within those sentences."""
