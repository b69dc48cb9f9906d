"""Everything shmscope raises on purpose.

    ShmscopeError
    ├── LayoutError            a dtype, shape, offset or stride that cannot be, or does not fit
    ├── SelectionError         a selection that numpy would refuse, or that asks for too much
    ├── ArrayNameError         a name that no array may have
    ├── ControlBlockError      bytes that are not a control block, or one that lies
    ├── PublishError           the writer's side cannot do what was asked
    │   ├── AlreadyPublishedError
    │   ├── NotShareableError  the array lives where no other process can open it
    │   ├── ReadOnlyError
    │   ├── SlotsExhaustedError
    │   └── WithdrawnError     the array is published no more
    ├── SourceError            the memory cannot be read now
    │   ├── SourceGoneError
    │   ├── SourceForbiddenError
    │   └── SourceTruncatedError
    ├── UnknownArrayError
    ├── UnknownCopyError       no kept copy of the array has this number
    ├── UnknownWatchError      no watch of the array has this number
    ├── LimitError             more than the server keeps, or reads at once
    ├── MessageError           a client's message that the protocol does not know
    ├── ConfigurationError     a file of layout rules that is not there, or says what cannot be
    ├── AddressError           an address the server cannot listen on
    └── PlatformError          this system lacks something that shmscope needs

Every text is built from facts: the offending value and the limit. Both are also attributes, and so
is the field that is wrong, for the problem documents of the REST API.
"""

from __future__ import annotations

__all__ = [
    "AddressError",
    "AlreadyPublishedError",
    "ArrayNameError",
    "ConfigurationError",
    "ControlBlockError",
    "LayoutError",
    "LimitError",
    "MessageError",
    "NotShareableError",
    "PlatformError",
    "PublishError",
    "ReadOnlyError",
    "SelectionError",
    "ShmscopeError",
    "SlotsExhaustedError",
    "SourceError",
    "SourceForbiddenError",
    "SourceGoneError",
    "SourceTruncatedError",
    "UnknownArrayError",
    "UnknownCopyError",
    "UnknownWatchError",
    "WithdrawnError",
]


class ShmscopeError(Exception):
    """Base of all errors that shmscope raises on purpose.

    Attributes:
        detail: One sentence for people.
        value: The offending value, or None.
        limit: What would have been accepted, or None.
        field: Which field of what the user gave is wrong, as the user calls it, or None.
    """

    def __init__(
        self, detail: str, *, value: object = None, limit: object = None, field: str | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.value = value
        self.limit = limit
        self.field = field


class LayoutError(ShmscopeError, ValueError):
    """A dtype, shape, offset or stride that cannot be, or that does not fit its segment."""


class SelectionError(ShmscopeError, ValueError):
    """A selection that numpy's basic indexing would refuse, or that asks for too much."""


class ArrayNameError(ShmscopeError, ValueError):
    """A name that no array may have."""


class ControlBlockError(ShmscopeError, ValueError):
    """Bytes that are not a control block of a known version, or that contradict themselves."""


class PublishError(ShmscopeError):
    """The writer's side cannot do what was asked."""


class AlreadyPublishedError(PublishError):
    """The name is taken by another array."""


class NotShareableError(PublishError, TypeError):
    """The array lives where no other process can open it."""


class ReadOnlyError(PublishError):
    """A write section was asked of an array that was opened for reading."""


class SlotsExhaustedError(PublishError):
    """All writer slots of a control block belong to living writers."""


class WithdrawnError(PublishError):
    """The array is published no more: its control block was removed."""


class SourceError(ShmscopeError):
    """The memory cannot be read now."""


class SourceGoneError(SourceError):
    """The segment or object is not there any more."""


class SourceForbiddenError(SourceError):
    """The segment or object may not be looked at."""


class SourceTruncatedError(SourceError):
    """The segment is shorter than its layout says."""


class UnknownArrayError(ShmscopeError, LookupError):
    """No array has this id or name."""


class UnknownCopyError(ShmscopeError, LookupError):
    """No kept copy of the array has this number."""


class UnknownWatchError(ShmscopeError, LookupError):
    """No watch of the array has this number."""


class LimitError(ShmscopeError, ValueError):
    """More than the server keeps for its users, or reads for them at once."""


class MessageError(ShmscopeError, ValueError):
    """A client's message that the stream protocol does not know."""


class ConfigurationError(ShmscopeError, ValueError):
    """A file of layout rules that cannot be read, or says what cannot be."""


class AddressError(ShmscopeError):
    """An address that the server cannot listen on."""


class PlatformError(ShmscopeError):
    """This system lacks something that shmscope needs."""
