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
    │   ├── SourceTruncatedError
    │   └── TornError          a write was under way at every attempt to copy
    ├── UnknownArrayError
    ├── UnknownHostError       no host of the fleet has this name
    ├── UnknownCopyError       no kept copy of the array has this number
    ├── UnknownWatchError      no watch of the array has this number
    ├── LimitError             more than the server keeps, or reads at once
    ├── BusyError              more clients or requests at once than the server serves
    ├── OverdueError           a request that took longer than it may
    ├── MessageError           a client's message that the protocol does not know
    ├── QueryError             a query of the REST API that it does not know
    ├── AcceptError            none of the forms that a client takes can be given
    ├── ConfigurationError     a file of layout rules that is not there, or says what cannot be
    ├── AddressError           an address the server cannot listen on, or that is none of a server
    ├── UnreachableError       no server, or no host of the fleet, answers there
    ├── AccessError            the server does not let this client in
    └── PlatformError          this system lacks something that shmscope needs

Every text is built from facts: the offending value and the limit. Both are also attributes, and so
is the field that is wrong, for the problem documents of the REST API.
"""

from __future__ import annotations

__all__ = [
    "AcceptError",
    "AccessError",
    "AddressError",
    "AlreadyPublishedError",
    "ArrayNameError",
    "BusyError",
    "ConfigurationError",
    "ControlBlockError",
    "LayoutError",
    "LimitError",
    "MessageError",
    "NotShareableError",
    "OverdueError",
    "PlatformError",
    "PublishError",
    "QueryError",
    "ReadOnlyError",
    "SelectionError",
    "ShmscopeError",
    "SlotsExhaustedError",
    "SourceError",
    "SourceForbiddenError",
    "SourceGoneError",
    "SourceTruncatedError",
    "TornError",
    "UnknownArrayError",
    "UnknownCopyError",
    "UnknownHostError",
    "UnknownWatchError",
    "UnreachableError",
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


class TornError(SourceError):
    """A write was under way at every attempt to copy."""


class UnknownArrayError(ShmscopeError, LookupError):
    """No array has this id or name."""


class UnknownHostError(ShmscopeError, LookupError):
    """No host of the fleet has this name."""


class UnknownCopyError(ShmscopeError, LookupError):
    """No kept copy of the array has this number."""


class UnknownWatchError(ShmscopeError, LookupError):
    """No watch of the array has this number."""


class LimitError(ShmscopeError, ValueError):
    """More than the server keeps for its users, or reads for them at once."""


class BusyError(ShmscopeError):
    """More clients or requests at once than the server serves: later there may be room."""


class OverdueError(ShmscopeError, TimeoutError):
    """A request that took longer than it may, or that the server's end cut short."""


class MessageError(ShmscopeError, ValueError):
    """A client's message that the stream protocol does not know."""


class QueryError(ShmscopeError, ValueError):
    """A query of the REST API that it does not know, or that contradicts itself."""


class AcceptError(ShmscopeError, ValueError):
    """None of the forms that a client says it takes can be given."""


class ConfigurationError(ShmscopeError, ValueError):
    """A file of layout rules that cannot be read, or says what cannot be."""


class AddressError(ShmscopeError):
    """An address that the server cannot listen on, or that is none of a server."""


class UnreachableError(ShmscopeError, ConnectionError):
    """No server answers at an address, or no host of the fleet, or not in time."""


class AccessError(ShmscopeError):
    """The server does not let this client in."""


class PlatformError(ShmscopeError):
    """This system lacks something that shmscope needs."""
