"""Every reason to say no that a client is expected to meet; the docstring is the message."""

# Long because every refusal stands in this one table.

from domain.refusing import Refusal, UserErrorCode


class Invalid(Refusal):
    """This value cannot be used here."""

    code = UserErrorCode.INVALID
    fr = "Cette valeur ne convient pas ici."


class Missing(Invalid):
    """Something is needed here."""

    fr = "Il manque quelque chose ici."


class TooLong(Invalid):
    """At most {longest} characters."""

    fr = "Au plus {longest} caractères."


class TooShort(Invalid):
    """At least {shortest} characters."""

    fr = "Au moins {shortest} caractères."


class TooMany(Invalid):
    """At most {most} entries."""

    fr = "Au plus {most} entrées."


class OutOfRange(Invalid):
    """A whole number from {low} to {high}."""

    fr = "Un nombre entier de {low} à {high}."


class UnreadableText(Invalid):
    """This text contains characters that cannot be stored."""

    fr = "Ce texte contient des caractères qui ne peuvent pas être enregistrés."


class NotAnEmail(Invalid):
    """This is not an e-mail address."""

    fr = "Ce n’est pas une adresse e-mail."


class NotATime(Invalid):
    """This is not a time of the day, written HH:MM."""

    fr = "Ce n’est pas une heure du jour, écrite HH:MM."


class NotATimeZone(Invalid):
    """This is not the name of a time zone, like Europe/Paris."""

    fr = "Ce n’est pas le nom d’un fuseau horaire, comme Europe/Paris."


class NotALanguage(Invalid):
    """This is not a language tag, like en or pt-BR."""

    fr = "Ce n’est pas un code de langue, comme fr ou pt-BR."


class NotAKey(Invalid):
    """From 1 to 60 letters from a to z, digits, hyphens and underscores."""

    fr = "De 1 à 60 lettres de a à z, chiffres, traits d’union et tirets bas."


class NotABirthDate(Invalid):
    """This cannot be a date of birth."""

    fr = "Ce ne peut pas être une date de naissance."


class Repeated(Invalid):
    """The same entry stands here twice."""

    fr = "La même entrée figure ici deux fois."


class PinnedAsWell(Invalid):
    """This pair is pinned as well: it cannot be both."""

    fr = "Ce binôme est aussi épinglé\u00a0: ce ne peut être que l’un ou l’autre."


class UnknownQuestion(Invalid):
    """The program does not ask this question of this role."""

    fr = "Le programme ne pose pas cette question pour ce rôle."


class QuestionUnanswered(Invalid):
    """The question “{question}” needs an answer."""

    fr = "La question «\u00a0{question}\u00a0» demande une réponse."


class WrongRole(Invalid):
    """This enrollment is not of the role it is used for here."""

    fr = "Cette inscription n’a pas le rôle voulu ici."


class SamePerson(Invalid):
    """Nobody can be their own mentor."""

    fr = "Personne ne peut être son propre mentor."


class Yourself(Invalid):
    """This is about somebody else than yourself."""

    fr = "Il s’agit de quelqu’un d’autre que vous."


class TextGone(Invalid):
    """This message is deleted: there is no text left to show."""

    fr = "Ce message est supprimé\u00a0: il n’en reste aucun texte à montrer."


class EmailTaken(Refusal):
    """There is an account with this e-mail address already."""

    code = UserErrorCode.TAKEN
    fr = "Un compte existe déjà avec cette adresse e-mail."


class BadCredentials(Refusal):
    """E-mail address and password do not belong together."""

    code = UserErrorCode.BAD_CREDENTIALS
    fr = "L’adresse e-mail et le mot de passe ne vont pas ensemble."


class SessionOver(BadCredentials):
    """This session is over: sign in again."""

    fr = "Cette session est terminée\u00a0: connectez-vous à nouveau."


class WrongPassword(BadCredentials):
    """This is not your password."""

    fr = "Ce n’est pas votre mot de passe."


class NotFound(Refusal):
    """There is no such thing here for you."""

    code = UserErrorCode.NOT_FOUND
    fr = "Rien de tel ici pour vous."


class NotEligible(Refusal):
    """Groups of this category do not offer mentorship."""

    code = UserErrorCode.NOT_ELIGIBLE
    fr = "Les groupes de cette catégorie ne proposent pas de mentorat."


class NotAMember(Refusal):
    """Join the group first: its programs are for its members."""

    code = UserErrorCode.NOT_A_MEMBER
    fr = "Rejoignez d’abord le groupe\u00a0: ses programmes sont pour ses membres."


class NoLongerMember(NotAMember):
    """This person is not a member of the group any more."""

    fr = "Cette personne n’est plus membre du groupe."


class AlreadyEnrolled(Refusal):
    """You are enrolled in this program in this role already."""

    code = UserErrorCode.ALREADY_ENROLLED
    fr = "Vous êtes déjà inscrit·e à ce programme dans ce rôle."


class EnrollmentClosed(Refusal):
    """This program takes no enrollments now."""

    code = UserErrorCode.ENROLLMENT_CLOSED
    fr = "Ce programme ne prend pas d’inscriptions en ce moment."


class MentorFull(Refusal):
    """This mentor has no open place."""

    code = UserErrorCode.AT_CAPACITY
    fr = "Ce mentor n’a plus de place libre."


class MenteePaired(Refusal):
    """This mentee is paired already."""

    code = UserErrorCode.AT_CAPACITY
    fr = "Cette personne a déjà un mentor."


class Blocked(Refusal):
    """One of the two does not want to be paired with the other."""

    code = UserErrorCode.BLOCKED
    fr = "L’une des deux personnes ne veut pas être en binôme avec l’autre."


class IllegalState(Refusal):
    """That is not possible in the present state."""

    code = UserErrorCode.ILLEGAL_STATE
    fr = "Ce n’est pas possible dans l’état actuel."


class NotFromHere(IllegalState):
    """That is not possible in the present state: {state}."""

    fr = "Ce n’est pas possible dans l’état actuel\u00a0: {state}."


class ExportNotSent(IllegalState):
    """Your data is read while this answer is sent: do this once you have it."""

    fr = "Vos données sont lues pendant l’envoi\u00a0: faites-le quand vous les aurez reçues."


class AccountsElsewhere(IllegalState):
    """Accounts are kept by an identity provider: sign in and out there."""

    fr = "Les comptes sont tenus par un fournisseur d’identité\u00a0: connectez-vous là-bas."


class LastAdmin(IllegalState):
    """A group needs an admin: name another one first."""

    fr = "Un groupe a besoin d’un·e admin\u00a0: nommez d’abord quelqu’un d’autre."


class NoSteps(IllegalState):
    """A program needs at least one step before it opens."""

    fr = "Un programme a besoin d’au moins une étape avant d’ouvrir."


class StepInUse(IllegalState):
    """A pair has completed this step: reword it if you like, but keep it."""

    fr = "Un binôme a terminé cette étape\u00a0: vous pouvez la reformuler, pas la supprimer."


class NotApproved(IllegalState):
    """This enrollment is not approved."""

    fr = "Cette inscription n’est pas approuvée."


class Conflict(Refusal):
    """Something else came first; look again and repeat if it still makes sense."""

    code = UserErrorCode.CONFLICT
    fr = "Autre chose est arrivé avant\u202f; regardez à nouveau et recommencez si besoin."


class KeyReused(Conflict):
    """This clientKey was used for another message."""

    fr = "Cette clientKey a servi pour un autre message."


class ConflictOfInterest(Refusal):
    """Another admin of the group has to decide this: it is about yourself."""

    code = UserErrorCode.CONFLICT_OF_INTEREST
    fr = "Un·e autre admin du groupe doit en décider\u00a0: il s’agit de vous."
