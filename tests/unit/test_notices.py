"""What moderation tells people: of every action, about every rule, in both languages."""

from domain.notices import statement
from models.reports import ModerationAction, ReportReason
from models.users import Locale


def test_every_action_has_its_own_statement_for_every_reason_in_both_languages() -> None:
    texts = [
        statement(action, reason, locale)
        for action in ModerationAction
        if action is not ModerationAction.DISMISS
        for reason in ReportReason
        for locale in Locale
    ]
    assert len(set(texts)) == (6 * 8 + 1) * 2  # whose age is doubted is told of that rule alone


def test_a_statement_is_the_rule_and_what_was_done() -> None:
    assert statement(ModerationAction.WARN, ReportReason.SCAM, Locale.EN) == (
        "Nobody may be deceived or asked for money here. A moderator asks you to keep to this rule."
    )


def test_whose_age_is_doubted_is_told_of_no_other_rule() -> None:
    text = statement(ModerationAction.MARK_UNDERAGE, ReportReason.HARASSMENT, Locale.EN)
    assert text.startswith("Mentorship is for people of 18 and over. A moderator doubts that you")
