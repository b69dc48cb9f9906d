"""What is closed when the block of its `with` or `async with` ends."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Self


class Closing(ABC):
    """What a `with` closes."""

    @abstractmethod
    def close(self) -> None:
        """Close what is connected."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


class ClosingAsync(ABC):
    """What an `async with` closes."""

    @abstractmethod
    async def close(self) -> None:
        """Close what is connected."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()
