"""What is kept of passwords, by the module as it is: other tests hash in haste."""

from importlib.util import module_from_spec, spec_from_file_location

from argon2 import Type, extract_parameters

from domain import passwords


async def test_a_password_costs_as_much_to_guess_as_owasp_advises_and_so_does_nobodys() -> None:
    # given
    spec = spec_from_file_location("passwords_as_they_are", passwords.__file__)
    assert spec is not None and spec.loader is not None
    here = module_from_spec(spec)
    spec.loader.exec_module(here)

    # when
    stored = await here.hash_password("a long enough password")

    # then
    assert await here.is_password(stored, "a long enough password")
    assert not await here.is_password(stored, "another password")
    assert not await here.is_password(None, "nobody has this password")
    for each in (stored, here._nobody):
        told = extract_parameters(each)
        assert (told.type, told.version) == (Type.ID, 19)
        assert (told.time_cost, told.memory_cost, told.parallelism) == (2, 19_456, 1)
