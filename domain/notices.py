"""What moderation tells the person it acts on: which rule, and what was done. Never who reported,
and nothing of the evidence: of two people, one would know at once."""

from collections.abc import Mapping

from models.reports import ModerationAction as Action
from models.reports import ReportReason as Reason
from models.users import Locale

RULES: Mapping[Reason, tuple[str, str]] = {
    Reason.HARASSMENT: (
        "Nobody may be harassed, threatened or pressed here.",
        "Personne ne doit être harcelé, menacé ou mis sous pression ici.",
    ),
    Reason.HATE_SPEECH: (
        "Nobody may be demeaned here for who they are.",
        "Personne ne doit être rabaissé ici pour ce qu’il est.",
    ),
    Reason.SEXUAL_CONTENT: (
        "Sexual content has no place here.",
        "Les contenus sexuels n’ont pas leur place ici.",
    ),
    Reason.SELF_HARM: (
        "Nobody may be encouraged to harm themselves here.",
        "Personne ne doit être encouragé à se faire du mal ici.",
    ),
    Reason.SCAM: (
        "Nobody may be deceived or asked for money here.",
        "Personne ne doit être trompé ni sollicité pour de l’argent ici.",
    ),
    Reason.UNDERAGE: (
        "Mentorship is for people of 18 and over.",
        "Le mentorat est réservé aux personnes de 18 ans et plus.",
    ),
    Reason.SPAM: (
        "Advertising and unasked-for mass messages have no place here.",
        "La publicité et les envois en masse n’ont pas leur place ici.",
    ),
    Reason.OTHER: (
        "What is said and done here must let others feel safe.",
        "Ce qui se dit et se fait ici doit permettre aux autres de se sentir en sécurité.",
    ),
}

DONE: Mapping[Action, tuple[str, str]] = {
    Action.WARN: (
        "A moderator asks you to keep to this rule.",
        "Un·e modérateur·rice vous demande de respecter cette règle.",
    ),
    Action.REMOVE_MESSAGES: (
        "A moderator has removed messages of yours.",
        "Un·e modérateur·rice a supprimé de vos messages.",
    ),
    Action.FREEZE_MATCH: (
        "A moderator has frozen a match of yours while it is looked into.",
        "Un·e modérateur·rice a gelé un de vos binômes le temps d’un examen.",
    ),
    Action.UNFREEZE_MATCH: (
        "A moderator has looked into it: your match goes on.",
        "Un·e modérateur·rice a terminé l’examen\u00a0: votre binôme continue.",
    ),
    Action.END_MATCH: (
        "A moderator has ended a match of yours.",
        "Un·e modérateur·rice a mis fin à un de vos binômes.",
    ),
    Action.SUSPEND_USER: (
        "A moderator has suspended your account. Your data is still yours to take, or to delete.",
        "Un·e modérateur·rice a suspendu votre compte. Vos données restent à vous.",
    ),
    Action.MARK_UNDERAGE: (
        "A moderator doubts that you are. Until your age is known, your matches are frozen.",
        "Un·e modérateur·rice en doute. D’ici que votre âge soit connu, vos binômes sont gelés.",
    ),
}


def rule_of(action: Action, reason: Reason) -> Reason:
    """The rule that somebody is told: of their age, whatever else they were reported for."""
    return Reason.UNDERAGE if action is Action.MARK_UNDERAGE else reason


def statement(action: Action, reason: Reason, locale: Locale) -> str:
    """The rule, and what was done."""
    in_french = locale is Locale.FR
    return f"{RULES[rule_of(action, reason)][in_french]} {DONE[action][in_french]}"
