"""What the GraphiQL page offers to run, and whom it offers to run it as."""

from server.demo import who_can_sign_in
from server.demo.tour import tour


async def examples(*, demo: bool = False) -> dict[str, object]:
    """The demo's people and operations; without it there is nobody whose password may be told.

    Asked anew at each load of the page: the operations are about what is in the database by then.
    """
    if not demo:
        return {"examples": [], "people": []}
    return {
        "examples": [
            {
                "title": stop.title,
                "query": stop.query,
                "variables": stop.variables,
                "signInAs": stop.person,
            }
            for stop in await tour()
        ],
        "people": people(demo=True),
    }


def people(*, demo: bool = False) -> list[dict[str, str]]:
    """Whom to sign in as, and what that shows."""
    if not demo:
        return []
    return [
        {"name": one.name, "email": one.email, "password": one.password, "what": one.what}
        for one in who_can_sign_in()
    ]
