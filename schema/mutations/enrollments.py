"""Enrolling in a program, and what its admins say to that."""

import strawberry

import resolvers.enrollments
from permissions import IsAdult
from schema.enrollments import (
    EnrollInput,
    EnrollmentPayload,
    EnrollmentsPayload,
    UpdateEnrollmentInput,
)
from schema.fields import mutation


@strawberry.type
class EnrollmentMutations:
    enroll: EnrollmentPayload = mutation(
        resolvers.enrollments.enroll, EnrollInput, gives="enrollment", permissions=[IsAdult]
    )
    update_enrollment: EnrollmentPayload = mutation(
        resolvers.enrollments.update,
        UpdateEnrollmentInput,
        gives="enrollment",
        permissions=[IsAdult],
    )
    withdraw_enrollment: EnrollmentPayload = mutation(
        resolvers.enrollments.withdraw, gives="enrollment", permissions=[IsAdult]
    )
    approve_enrollments: EnrollmentsPayload = mutation(
        resolvers.enrollments.approve, gives="enrollments", permissions=[IsAdult], empty=list
    )
    decline_enrollments: EnrollmentsPayload = mutation(
        resolvers.enrollments.decline, gives="enrollments", permissions=[IsAdult], empty=list
    )
    reconsider_enrollments: EnrollmentsPayload = mutation(
        resolvers.enrollments.reconsider,
        gives="enrollments",
        permissions=[IsAdult],
        empty=list,
        description="DECLINED -> PENDING, all or none. NOT_A_MEMBER: of somebody who has left the "
        "group since.",
    )
