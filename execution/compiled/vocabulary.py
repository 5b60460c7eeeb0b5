"""What generated code may call, by the names under which it does."""

from typing import Any

from graphql.pyutils import Undefined
from strawberry.execution import optimized_is_awaitable

from execution.compiled import runtime, runtime_asking, runtime_types, runtime_waiting
from execution.compiled.arguments import arguments, converted_arguments
from execution.compiled.infos import LazyInfo, LazyResolveInfo, info_of
from execution.compiled.stretches import in_stretches, is_long, within


class Unusual(Exception):
    """Something is not as nearly all are."""


VOCABULARY: dict[str, Any] = {
    "LazyInfo": LazyInfo,
    "LazyResolveInfo": LazyResolveInfo,
    "abandoned": runtime_waiting.abandoned,
    "arguments": arguments,
    "asked": runtime_asking.asked_as_ever,
    "awaits": optimized_is_awaitable,
    "converted": converted_arguments,
    "failed": runtime.failed,
    "failed_item": runtime.failed_item,
    "gathered": runtime_waiting.gathered,
    "generic": runtime.generic,
    "in_stretches": in_stretches,
    "info_of": info_of,
    "is_long": is_long,
    "is_plain": runtime.is_plain,
    "judged": runtime_types.judged,
    "later": runtime_waiting.later,
    "later_item": runtime_waiting.later_item,
    "no_value": runtime.no_value,
    "of_type": runtime_types.of_type,
    "permitted": runtime_asking.permitted,
    "refused": runtime_asking.refused,
    "rest": runtime.rest,
    "rest_list": runtime.rest_list,
    "rest_object": runtime.rest_object,
    "rest_item": runtime.rest_item,
    "settled": runtime.settled,
    "undefined": Undefined,
    "unusual": Unusual,
    "within": within,
}
