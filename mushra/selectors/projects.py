"""Who may see and change what."""

from typing import TypeVar

from django.contrib.auth.models import User
from django.db.models import Model, QuerySet

from mushra.errors import MushraError, NotFoundError
from mushra.models import Batch, ListeningTest, Membership, Project, Stimulus

Role = Membership.Role
_RANK = {Role.VIEWER: 0, Role.EDITOR: 1, Role.OWNER: 2}
# How a row of each model leads to the project it belongs to.
_PROJECT_OF = {
    Project: "pk",
    Batch: "project_id",
    ListeningTest: "batch__project_id",
    Stimulus: "item__scenario__batch__project_id",
}
Row = TypeVar("Row", bound=Model)


class NotAllowedError(MushraError):
    """A member asks for more than their role gives."""


def role_in(user: User, project_id: int) -> Role | None:
    """The user's role in a project; None for a stranger."""
    found = Membership.objects.filter(user=user, project_id=project_id).values_list("role").first()
    return Role(found[0]) if found else None


def member_row(user: User, queryset: QuerySet[Row], pk: object, *, at_least: Role) -> Row:
    """The row, if the user's role in its project is enough.

    Raises: NotFoundError for strangers (whether it exists is none of their business);
        NotAllowedError for members with too small a role.
    """
    row = queryset.filter(pk=pk).first()
    role = role_in(user, _project_id(queryset, pk)) if row else None
    if row is None or role is None:
        raise NotFoundError("There is nothing here that you can see.", code="not_found")
    if _RANK[role] < _RANK[at_least]:
        raise NotAllowedError(
            f"Your role in this project is {role.label.lower()}; this needs "
            f"{at_least.label.lower()}. Ask whoever runs this site.",
            code="not_allowed",
        )
    return row


def visible_batches(user: User) -> QuerySet[Batch]:
    """The batches of the user's projects, newest first."""
    return Batch.objects.filter(project__memberships__user=user).select_related("project", "job")


def visible_tests(user: User) -> QuerySet[ListeningTest]:
    """The tests of the user's projects, newest first."""
    return ListeningTest.objects.filter(batch__project__memberships__user=user).select_related(
        "batch__project"
    )


def editable_projects(user: User) -> QuerySet[Project]:
    """The projects the user may add to."""
    return Project.objects.filter(
        memberships__user=user, memberships__role__in=[Role.EDITOR, Role.OWNER]
    )


def _project_id(queryset: QuerySet[Row], pk: object) -> int:
    return queryset.filter(pk=pk).values_list(_PROJECT_OF[queryset.model], flat=True)[0]
