"""Texts of how settled profiles are and whether groups come again: key → (English, French)."""

from __future__ import annotations

FRENCH = (
    (
        r"no number of events up to (\d+) makes profiles as reliable as (\S+): groups are learnt from everybody",
        "aucun nombre d'événements jusqu'à {0} ne rend les profils fiables à {1} : les groupes sont appris sur tous les clients",
    ),
)
"""What the notes say, as in `remarks`."""

STEADY: dict[str, tuple[str, str]] = {
    "groups.tendencies": (
        "They lie no farther apart than customers drawn without groups: take them as tendencies, not as kinds of people.",
        "Ils ne sont pas plus éloignés que des clients tirés sans groupes : ce sont des tendances, et non des sortes de gens.",
    ),
    "settled.from": (
        "Profiles settle from {events} events on (reliability {reliability} or more): the groups are learnt from the {above} customers who have as many; the other {below} are put into them all the same.",
        "Les profils se stabilisent à partir de {events} événements (fiabilité d'au moins {reliability}) : les groupes sont appris sur les {above} clients qui en ont autant ; les {below} autres y sont rangés aussi.",
    ),
    "settled.never": (
        "No number of events makes profiles as reliable as {reliability}: the groups are learnt from everybody.",
        "Aucun nombre d'événements ne rend les profils fiables à {reliability} : les groupes sont appris sur tous les clients.",
    ),
    "settled.below": (
        "Below it, odd and even events of one customer lead to the same group for {same} of {customers} customers (halves of strangers with as many events: {chance}).",
        "En dessous, les événements pairs et impairs d'un même client mènent au même groupe pour {same} des {customers} clients (moitiés d'inconnus ayant autant d'événements : {chance}).",
    ),
    "settled.above": (
        "From it on, odd and even events of one customer lead to the same group for {same} of {customers} customers (halves of strangers with as many events: {chance}).",
        "Au-delà, les événements pairs et impairs d'un même client mènent au même groupe pour {same} des {customers} clients (moitiés d'inconnus ayant autant d'événements : {chance}).",
    ),
    "settled.everybody": (
        "Odd and even events of one customer lead to the same group for {same} of {customers} customers (halves of strangers with as many events: {chance}).",
        "Les événements pairs et impairs d'un même client mènent au même groupe pour {same} des {customers} clients (moitiés d'inconnus ayant autant d'événements : {chance}).",
    ),
    "settled.part": ("Looked at on {customers} customers.", "Regardé sur {customers} clients."),
    "settled.title": ("How fast a profile settles", "À quelle vitesse un profil se stabilise"),
    "settled.read": (
        "Reliability of a profile by the number of events it is made from (odd against even events of the same customer, Spearman-Brown), the mean over its features; dashed: what is asked for. Both halves share visits, so this is the most that can be claimed.",
        "Fiabilité d'un profil selon le nombre d'événements dont il est fait (événements pairs contre impairs du même client, Spearman-Brown), moyenne des variables ; en tirets : ce qui est demandé. Les deux moitiés partagent des visites : on ne peut donc promettre plus.",
    ),
    "settled.features": ("From how many events on each feature settles", "À partir de combien d'événements chaque variable se stabilise"),
    "settled.not_yet": ("not within these data", "pas dans ces données"),
    "again.folds": (
        "Learnt without a fifth of the customers and applied to it, they agree with that fifth's own groups to {value} (adjusted Rand index).",
        "Appris sans un cinquième des clients puis appliqués à celui-ci, ils s'accordent à {value} avec ses propres groupes (indice de Rand ajusté).",
    ),
    "again.months": ("From one month to the next they agree to {value}.", "D'un mois au suivant, ils s'accordent à {value}."),
    "again.no_months": (
        "The data hold one month only: nothing is known of another.",
        "Les données ne couvrent qu'un mois : on ne sait rien d'un autre.",
    ),
    "again.title": ("Groups of one month, applied to the next", "Groupes d'un mois, appliqués au suivant"),
    "code.unsettled": ("Profiles do not settle within these data", "Les profils ne se stabilisent pas dans ces données"),
    "meaning.unsettled": (
        "What one saw of a customer tells little of what one will see: take groups as tendencies.",
        "Ce qu'on a vu d'un client dit peu de ce qu'on en verra : prenez les groupes pour des tendances.",
    ),
    "head.events": ("Events", "Événements"),
    "head.features": ("Features", "Variables"),
    "head.reliability": ("Reliability", "Fiabilité"),
    "head.settled": ("Settled from", "Stable à partir de"),
    "head.learned_in": ("Learnt in", "Appris en"),
    "head.applied_to": ("Applied to", "Appliqué à"),
    "head.agreement": ("Agreement", "Accord"),
    "head.stayed": ("Stayed in their group", "Restés dans leur groupe"),
}
