"""Texts of groups made by rule: key → (English, French)."""

from __future__ import annotations

RULE: dict[str, tuple[str, str]] = {
    "rule.said": (
        "They are made by rule, not found: each customer scores 1 to 5 for recency, frequency and money, by fifths of the customers (cut at {recency} days, {frequency} orders, {total} of money).",
        "Ils sont faits par règle, et non trouvés : chaque client est noté de 1 à 5 pour la récence, la fréquence et le montant, par cinquièmes des clients (coupures : {recency} jours, {frequency} commandes, {total} de montant).",
    ),
    "rule.agreement": (
        "With «{other}» they agree to {value} (adjusted Rand index: 1 is the same groups, 0 what chance would bring).",
        "Avec « {other} », ils s'accordent à {value} (indice de Rand ajusté : 1, les mêmes groupes ; 0, ce que donnerait le hasard).",
    ),
    "rule.title": ("The scores that make the groups", "Les notes qui font les groupes"),
    "rule.picture": (
        "Customers by their score of recency and by the mean of their scores of frequency and money",
        "Clients selon leur note de récence et la moyenne de leurs notes de fréquence et de montant",
    ),
    "rule.read": (
        "Upwards: bought lately. To the right: buys often and for much (F & M, the mean of both scores). In each cell the group's number and its customers; the darker, the more.",
        "Vers le haut : achat récent. Vers la droite : achète souvent et beaucoup (F & M, moyenne des deux notes). Dans chaque case, le numéro du groupe et ses clients ; plus c'est foncé, plus il y en a.",
    ),
    "rule.recency": ("recency {score}", "récence {score}"),
    "rule.mean": ("F & M {score}", "F & M {score}"),
    "rule.cell": ("{group}: {customers}", "{group} : {customers}"),
    "head.money": ("Money", "Montant"),
    "head.recency_score": ("Recency", "Récence"),
    "head.mean_score": ("Frequency and money", "Fréquence et montant"),
}
